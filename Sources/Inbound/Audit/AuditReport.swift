import JSON

/// What an audit found.
package struct AuditReport: Equatable, Sendable {
    package var events = 0
    package var conversions = 0
    package var rewards = 0
    package var couponsAssigned = 0
    /// Events whose decision can't be derived again: an erased body, a version nobody can read.
    package var notDerivable = 0
    /// Those of them that a former release decided under rules that decide otherwise today.
    package var formerRules = 0
    /// All that were found, also those for which no finding is kept.
    package var violations = 0
    /// A sentence for each violation, naming the rows and what is wrong; no more than the audit keeps.
    package var findings: [String] = []
    /// What breaks no promise and is worth knowing: what is due and not yet done, since a gateway that serves
    /// does it by itself; versions that this release can't read.
    package var remarks: [String] = []

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
    /// For a terminal: the counts, then each finding on its line, then what is due.
    package var description: String {
        var lines = counts.map { name, count in
            let words = String(name.map { $0 == "_" ? " " : $0 })
            return words + String(repeating: " ", count: 18 - words.utf8.count) + String(count)
        }
        if !findings.isEmpty { lines += [""] + findings }
        let untold = violations - findings.count
        if untold > 0 { lines.append("… and \(untold) more.") }
        var remarks = remarks
        if formerRules > 0 {
            remarks.append(
                "\(formerRules) of the events that cannot be derived were decided by a former release,"
                    + " whose rules decide otherwise.")
        }
        if !remarks.isEmpty { lines += ["", "No violations, but worth knowing:"] + remarks }
        return lines.joined(separator: "\n") + "\n"
    }
}
