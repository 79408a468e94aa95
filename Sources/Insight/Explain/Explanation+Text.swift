import JSON
import Referrals
import Storage
import Time

extension Explanation: CustomStringConvertible {
    /// The text for a terminal: the answer, the people it is about, and each event with its checks.
    package var description: String {
        var lines = [summary]
        if suggestions.count > 1 {
            lines.append("Similar codes: \(suggestions.joined(separator: ", ")).")
        }
        for person in people {
            lines += ["", person.introduction]
            lines += [person.row.participant.email.map { "  \($0)" }].compactMap(\.self)
            for item in person.preflight?.items ?? [] {
                lines.append(line(item.check.outcome, item.check.subject, item.sentence))
                if let reason = item.check.reason { lines.append("           → \(reason.remedy)") }
            }
        }
        for event in events { lines += [""] + event.lines }
        if isCut { lines += ["", "More events match than are shown."] }
        // Rows of an earlier release may hold control sequences of terminals, or line ends that
        // imitate checks.
        return lines.map { HiddenText.escaped($0) }.joined(separator: "\n") + "\n"
    }
}

extension ExplainedEvent {
    fileprivate var lines: [String] {
        var lines = [headline, "  \(summary)"]
        for reward in rewards { lines.append("  \(reward.sentence)") }
        for review in reviews { lines.append("  \(review.sentence)") }
        for wait in waitsFor { lines.append("  \(wait)") }
        for remedy in remedies { lines.append("  → \(remedy)") }
        for event in later {
            let reasons = event.reasons.map(\.text).joined(separator: ", ")
            lines.append(
                "  Later: event \(event.event.number), \(event.receivedAt.rfc3339):"
                    + " \(event.outcome.rawValue)\(reasons.isEmpty ? "" : " (\(reasons))").")
        }
        if case .traced(let trace) = decided { lines += checks(of: trace) }
        return lines
    }

    /// The lines of the checks: failed ones first, then passed ones; checks with nothing to check
    /// only by name.
    private func checks(of trace: Referrals.Trace) -> [String] {
        let listed = trace.obstacles + trace.checks.filter { $0.outcome == .pass }
        let skipped = trace.checks.filter { $0.outcome == .skipped }.map(\.subject.rawValue)
        var lines = listed.flatMap { check in
            let tree = check.outcome == .pass ? nil : check.detail.flatMap(RuleTree.init)
            return [line(check.outcome, check.subject, check.sentence)]
                + (tree?.lines.map { "             \($0)" } ?? [])
        }
        if !skipped.isEmpty { lines.append("    skipped  \(skipped.joined(separator: ", "))") }
        return lines
    }
}

private func line(
    _ outcome: Check.Outcome, _ subject: Check.Subject, _ sentence: String
) -> String {
    func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }
    return "    \(padded(outcome.rawValue, to: 9))\(padded(subject.rawValue, to: 21))\(sentence)"
}
