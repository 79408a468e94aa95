import JSON

/// The result of an audit.
package struct AuditReport: Equatable, Sendable {
    /// The number of events read.
    package var events = 0
    /// The number of conversions read.
    package var conversions = 0
    /// The number of rewards read.
    package var rewards = 0
    /// The number of coupons with a reward.
    package var couponsAssigned = 0
    /// Events whose decision cannot be derived again: the body is erased, or a version is
    /// unreadable.
    package var notDerivable = 0
    /// Those of them that a former release decided under rules that would decide otherwise today.
    package var formerRules = 0
    /// The number of all violations, including those without a finding.
    package var violations = 0
    /// A sentence for each violation, with the rows and the fault; no more than the audit's limit.
    package var findings: [String] = []
    /// Facts that are no violations but worth knowing: work that is due and not yet done, since a
    /// running gateway does it by itself; versions that this release cannot read.
    package var remarks: [String] = []

    /// Makes an empty report.
    package init() {}

    /// Counts a violation and keeps its sentence while there is room.
    mutating func note(_ sentence: @autoclosure () -> String, keeping limit: Int) {
        violations += 1
        if findings.count < limit { findings.append(sentence()) }
    }
}

extension AuditReport {
    /// `{"events", "conversions", "rewards", "coupons_assigned", "not_derivable", "violations", "findings"}`.
    package var json: [UInt8] {
        var writer = Writer()
        writer.beginObject()
        for (name, count) in counts {
            writer.member(name, count)
        }
        writer.member("findings", findings)
        writer.endObject()
        return writer.bytes
    }

    private var counts: [(String, Int)] {
        [
            ("events", events), ("conversions", conversions), ("rewards", rewards),
            ("coupons_assigned", couponsAssigned), ("not_derivable", notDerivable),
            ("violations", violations),
        ]
    }
}

extension AuditReport: CustomStringConvertible {
    /// The report for a terminal: the counts, one line for each finding, then the remarks.
    package var description: String {
        var lines = counts.map { name, count in
            let words = String(name.map { $0 == "_" ? " " : $0 })
            return words + String(repeating: " ", count: 18 - words.utf8.count) + String(count)
        }
        if !findings.isEmpty { lines += [""] + findings }
        let unavailable = violations - findings.count
        if unavailable > 0 { lines.append("… and \(unavailable) more.") }
        var remarks = remarks
        if formerRules > 0 {
            remarks.append(
                "\(formerRules) of the events that cannot be derived were decided by an earlier release,"
                    + " whose rules are different.")
        }
        if !remarks.isEmpty { lines += ["", "No violations, but worth knowing:"] + remarks }
        return lines.joined(separator: "\n") + "\n"
    }
}
