/// Reports in the JUnit XML format for build servers: one suite, with one case for each scenario.
package enum JUnit {
    /// Returns the XML document.
    package static func write(_ reports: [ScenarioReport]) -> String {
        let failures = reports.count { $0.verdict == .failed }
        let errors = reports.count { $0.verdict == .error }
        let total = reports.reduce(Duration.zero) { $0 + $1.duration }
        let counts =
            "tests=\"\(reports.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
            + " time=\"\(seconds(total))\""
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites \(counts)>\n"
        text += "  <testsuite name=\"refgate rules test\" \(counts)>\n"
        for report in reports { text += testCase(report) }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    private static func testCase(_ report: ScenarioReport) -> String {
        let attributes =
            "classname=\"\(escaped(report.file))\" name=\"\(escaped(report.name ?? report.file))\""
            + " file=\"\(escaped(report.file))\" time=\"\(seconds(report.duration))\""
        var inner = ""
        let failed = report.steps.filter { !$0.differences.isEmpty }
        if let first = failed.first?.differences.first, let step = failed.first {
            let message =
                "step \(step.number): \(first.part): expected \(first.expected), got \(first.got)"
            inner += element("failure", message, failed.map(\.description).joined())
        }
        if let error = report.error {
            let message = error.split(separator: "\n").first.map { String($0) } ?? ""
            inner += element("error", message, error)
        }
        guard !inner.isEmpty else { return "    <testcase \(attributes)/>\n" }
        return "    <testcase \(attributes)>\n\(inner)    </testcase>\n"
    }

    private static func element(_ name: String, _ message: String, _ text: String) -> String {
        "      <\(name) message=\"\(escaped(message))\">\(escaped(text))</\(name)>\n"
    }

    private static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = String(attoseconds / 1_000_000_000_000_000)
        return "\(seconds)." + String(repeating: "0", count: 3 - milliseconds.utf8.count)
            + milliseconds
    }

    /// Escapes markup; characters that XML 1.0 section 2.2 does not allow become U+FFFD.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // Unescaped, these characters would be normalized in attributes.
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension StepReport: CustomStringConvertible {
    /// A text for people: the action of the step, the differences, and the explanation of the
    /// decision.
    package var description: String {
        var text = "  step \(number), line \(line): \(title)\n"
        for difference in differences {
            text += "    \(difference.part)\n      expected  \(difference.expected)\n"
            text += "      got       \(difference.got)\n"
        }
        for line in explanation?.split(separator: "\n", omittingEmptySubsequences: false) ?? [] {
            text += line.isEmpty ? "\n" : "    | \(line)\n"
        }
        return text
    }
}
