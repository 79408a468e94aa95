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
        for event in events { lines += [""] + event.lines(isBrief: false) }
        if isCut { lines += ["", "More events match than are shown."] }
        return Self.text(of: lines)
    }

    /// The events with the checks that failed. The passed checks are counted; they are named if no
    /// check failed, since then one of them is the check in question.
    package var brief: String { Self.text(of: events.flatMap { $0.lines(isBrief: true) }) }

    /// Rows of an earlier release may hold control sequences of terminals, or line ends that imitate
    /// checks.
    private static func text(of lines: [String]) -> String {
        lines.map { HiddenText.escaped($0) }.joined(separator: "\n") + "\n"
    }
}

extension ExplainedEvent {
    fileprivate func lines(isBrief: Bool) -> [String] {
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
        if case .traced(let trace) = decided {
            lines += isBrief ? failedChecks(of: trace) : checks(of: trace)
        }
        return lines
    }

    /// The lines of the checks: failed ones first, then passed ones; checks with nothing to check
    /// only by name.
    private func checks(of trace: Referrals.Trace) -> [String] {
        let listed = trace.obstacles + trace.checks.filter { $0.outcome == .pass }
        let skipped = names(of: trace, .skipped)
        var lines = listed.flatMap { self.lines(of: $0) }
        if !skipped.isEmpty { lines.append("    skipped  \(skipped.joined(separator: ", "))") }
        return lines
    }

    /// The lines of the failed checks, and the number of the passed ones.
    private func failedChecks(of trace: Referrals.Trace) -> [String] {
        let passed = names(of: trace, .pass)
        let count = passed.count == 1 ? "1 check passed" : "\(passed.count) checks passed"
        let names = trace.obstacles.isEmpty ? ": \(passed.joined(separator: ", "))" : ""
        return trace.obstacles.flatMap { lines(of: $0) } + ["    \(count)\(names)"]
    }

    private func names(of trace: Referrals.Trace, _ outcome: Check.Outcome) -> [String] {
        trace.checks.filter { $0.outcome == outcome }.map(\.subject.rawValue)
    }

    private func lines(of check: Check) -> [String] {
        let tree = check.outcome == .pass ? nil : check.detail.flatMap(RuleTree.init)
        return [line(check.outcome, check.subject, check.sentence)]
            + (tree?.lines.map { "             \($0)" } ?? [])
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
