import JSON
import Referrals
import Rules

extension CoverageReport: CustomStringConvertible {
    /// The gaps of each rule, the outcomes of the checks, and the share in percent.
    package var description: String {
        var lines: [String] = []
        for rule in rules {
            let gaps = rule.parts.compactMap { part in part.gap.map { ($0, part.part.text) } }
            guard !gaps.isEmpty else { continue }
            lines += [rule.heading] + gaps.map { "  \(padded($0, to: 20))\(oneLine($1))" } + [""]
        }
        return (lines + checkLines + ["", share]).joined(separator: "\n")
    }

    /// Every rule with the numbers of outcomes beside each part.
    package var listing: String {
        var lines: [String] = []
        for rule in rules {
            lines += [rule.heading, "     true    false  unknown"]
            for part in rule.parts {
                let counts = [part.counts.isTrue, part.counts.isFalse, part.counts.unknown]
                    .map { leftPadded("\($0)", to: 9) }.joined()
                let indent = String(repeating: "  ", count: part.part.depth)
                let gap = part.gap.map { "   ← \($0)" } ?? ""
                lines.append("\(counts)  \(indent)\(oneLine(part.part.text))\(gap)")
            }
            lines.append("")
        }
        return (lines + checkLines + ["", share]).joined(separator: "\n")
    }

    private var share: String {
        "\(percent) % of the outcomes of all parts of the rules occurred: \(reached) of \(possible)"
    }

    private var checkLines: [String] {
        ["checks                    passed   failed  unknown"]
            + checks.map { check in
                guard check.counts.total > 0 else {
                    return "  \(padded(check.subject.rawValue, to: 22))never applied"
                }
                return "  \(padded(check.subject.rawValue, to: 21))"
                    + [check.counts.isTrue, check.counts.isFalse, check.counts.unknown]
                    .map { leftPadded("\($0)", to: 9) }.joined()
            }
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func leftPadded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }

    private func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension CoverageReport.Rule {
    fileprivate var heading: String { "\(campaign), \(place)" }
}

// MARK: JSON

extension CoverageReport {
    /// Writes `"percent", "reached", "possible", "rules": [{"campaign", "place", "text", "parts":
    /// [{"text", "start", "end", "true", "false", "unknown"}]}], "checks": [{"check", "passed",
    /// "failed", "unknown"}]` as members of the open object. `start` and `end` are bytes of the text.
    package func write(to json: inout Writer) {
        json.member("percent", percent)
        json.member("reached", reached)
        json.member("possible", possible)
        json.list("rules", rules) { rule, json in
            json.object { json in
                json.member("campaign", rule.campaign)
                json.member("place", rule.place)
                json.member("text", rule.text)
                json.list("parts", rule.parts) { part, json in
                    json.object { json in
                        json.member("text", part.part.text)
                        json.member("start", part.part.span.lowerBound)
                        json.member("end", part.part.span.upperBound)
                        json.member("true", part.counts.isTrue)
                        json.member("false", part.counts.isFalse)
                        json.member("unknown", part.counts.unknown)
                    }
                }
            }
        }
        json.list("checks", checks) { check, json in
            json.object { json in
                json.member("check", check.subject.rawValue)
                json.member("passed", check.counts.isTrue)
                json.member("failed", check.counts.isFalse)
                json.member("unknown", check.counts.unknown)
            }
        }
    }
}
