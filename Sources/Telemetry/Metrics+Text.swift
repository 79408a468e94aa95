// The Prometheus text exposition format 0.0.4:
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

extension Family {
    func render(into text: inout String) {
        text += "# HELP \(name) \(escape(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for (labels, instrument) in series.sorted(by: { $0.key < $1.key }) {
            switch instrument {
            case let counter as Counter: sample("", labels, "\(counter.value)", &text)
            case let gauge as Gauge: sample("", labels, "\(gauge.value)", &text)
            case let reading as Reading: sample("", labels, number(reading.read()), &text)
            case let histogram as Histogram: render(histogram.snapshot, labels, &text)
            default: preconditionFailure("the registry makes no other instruments")
            }
        }
    }

    private func render(_ histogram: Histogram.Snapshot, _ labels: String, _ text: inout String) {
        let bounds = histogram.bounds.map { number($0 / .seconds(1)) } + ["+Inf"]
        let separator = labels.isEmpty ? "" : ","
        for (bound, count) in zip(bounds, histogram.cumulative) {
            sample("_bucket", "\(labels)\(separator)le=\"\(bound)\"", "\(count)", &text)
        }
        sample("_sum", labels, number(histogram.sum / .seconds(1)), &text)
        sample("_count", labels, "\(histogram.count)", &text)
    }

    private func sample(
        _ suffix: String, _ labels: String, _ value: String, _ text: inout String
    ) {
        text +=
            labels.isEmpty
            ? "\(name)\(suffix) \(value)\n" : "\(name)\(suffix){\(labels)} \(value)\n"
    }
}

/// The shortest text of a number, whole ones without a fraction.
private func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
}

func renderLabels(_ labels: [(name: String, value: String)]) -> String {
    labels.map { "\($0.name)=\"\(escape($0.value, quotes: true))\"" }.joined(separator: ",")
}

private func escape(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": escaped += "\\\\"
        case "\n": escaped += "\\n"
        case "\"" where quotes: escaped += "\\\""
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return escaped
}
