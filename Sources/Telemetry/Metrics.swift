import Synchronization

/// The instruments of one gateway by name and labels, rendered for Prometheus.
///
/// A second call with the same name and labels returns the same instrument. Each call takes a lock,
/// so hot code keeps the instrument.
package final class Metrics: Sendable {
    /// The number of label sets that a name may have; further ones share one whose values are all
    /// `other`, so that labels made from input cannot fill the memory.
    package static let mostSeries = 1000

    private let families = Mutex<[String: Family]>([:])

    package init() {}

    /// The counter of a name and labels; by convention the name ends in `_total`.
    package func counter(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:]
    ) -> Counter {
        instrument(name, .counter, help, labels) { Counter() }
    }

    /// The gauge of a name and labels, which the caller sets.
    package func gauge(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:]
    ) -> Gauge {
        instrument(name, .gauge, help, labels) { Gauge() }
    }

    /// Registers a gauge whose value is read at each rendering; if it is already registered, the
    /// first reader remains.
    package func gauge(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:],
        reading: @escaping @Sendable () -> Double
    ) {
        _ = instrument(name, .gauge, help, labels) { Reading(read: reading) }
    }

    /// The histogram of a name and labels, rendered in seconds; by convention the name ends in
    /// `_seconds`.
    package func histogram(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:],
        bounds: [Duration] = Histogram.latencyBounds
    ) -> Histogram {
        precondition(!labels.contains { $0.key == "le" }, "le names a histogram's buckets")
        return instrument(name, .histogram, help, labels) { Histogram(bounds: bounds) }
    }

    private func instrument<Instrument: Sendable>(
        _ name: String, _ kind: Family.Kind, _ help: String,
        _ labels: KeyValuePairs<String, String>, make: () -> Instrument
    ) -> Instrument {
        precondition(isName(name, allowingColon: true), "no name for a metric: \(name)")
        for label in labels {
            precondition(
                isName(label.key, allowingColon: false), "no name for a label: \(label.key)")
        }
        precondition(Set(labels.map(\.key)).count == labels.count, "a label stands once")
        return families.withLock { families in
            var family = families[name] ?? Family(name: name, kind: kind, help: help)
            precondition(family.kind == kind, "\(name) is another kind of metric")
            let labels = labels.sorted { $0.key < $1.key }
            var text = renderLabels(labels.map { ($0.key, $0.value) })
            if family.series[text] == nil, family.series.count >= Self.mostSeries {
                text = renderLabels(labels.map { ($0.key, "other") })
            }
            if let known = family.series[text] {
                guard let instrument = known as? Instrument else {
                    preconditionFailure("\(name) is read elsewhere")
                }
                return instrument
            }
            let instrument = make()
            family.series[text] = instrument
            families[name] = family
            return instrument
        }
    }

    /// The metrics in the Prometheus text format 0.0.4, with names and labels in order.
    package func render() -> [UInt8] {
        let families = families.withLock { Array($0.values) }
        var text = ""
        for family in families.sorted(by: { $0.name < $1.name }) { family.render(into: &text) }
        return Array(text.utf8)
    }

    /// The content type of `render`'s text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"
}

/// A gauge's reader, called when the gauge is rendered.
struct Reading: Sendable {
    let read: @Sendable () -> Double
}

/// All series of one name.
struct Family: Sendable {
    enum Kind: String { case counter, gauge, histogram }

    let name: String
    let kind: Kind
    let help: String
    /// The instruments by their labels as they are rendered, without braces.
    var series: [String: any Sendable] = [:]
}

/// True for [a-zA-Z_][a-zA-Z0-9_]*, except names that start with two underscores, which are
/// reserved.
private func isName(_ name: String, allowingColon: Bool) -> Bool {
    let isRight = name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: allowingColon && byte == UInt8(ascii: ":")
        }
    }
    guard isRight, let first = name.utf8.first else { return false }
    return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) && !name.hasPrefix("__")
}
