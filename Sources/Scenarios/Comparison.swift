import JSON

/// Compares a response with an expectation; members that the expectation omits are ignored.
enum Comparison {
    /// Returns the differences.
    ///
    /// - Parameter isConcurrent: true if the responses have no order, so that each must match.
    static func differences(
        _ expectation: Scenario.Expectation, _ answers: [GatewayResponse], isConcurrent: Bool
    ) -> [Difference] {
        let parts = answers.map { Part(status: $0.status, json: $0.json) }
        guard let last = parts.last else { return [] }
        var found: [Difference] = []
        if let status = expectation.status {
            found += compare("status", status, parts.map(\.statusWord))
        }
        if let outcome = expectation.outcome {
            found += compare("outcome", outcome, parts.map(\.outcomeWord))
        }
        if let duplicate = expectation.duplicate {
            // Of sequential posts the last one counts: the first is never a duplicate.
            let words = parts.map(\.duplicateWord)
            if case .word = duplicate, !isConcurrent {
                found += compare("duplicate", duplicate, Array(words.suffix(1)))
            } else {
                found += compare("duplicate", duplicate, words)
            }
        }
        for part in isConcurrent ? parts : [last] { found += details(expectation, part, "") }
        return Array(found.prefix(20))
    }

    /// One response, or one item of a batch.
    private struct Part {
        let status: Int
        let json: Value?

        var statusWord: String { "\(status)" }
        var outcomeWord: String { json?["outcome"]?.string ?? "no outcome" }
        var duplicateWord: String { json?["duplicate"]?.bool.map { "\($0)" } ?? "no duplicate" }
    }

    // MARK: Words

    private static func compare(
        _ part: String, _ wanted: Scenario.Wanted, _ words: [String]
    ) -> [Difference] {
        switch wanted {
        case .word(let word):
            let others = words.filter { $0 != word }
            guard !others.isEmpty else { return [] }
            let got = words.count == 1 ? others[0] : tally(counted(words))
            return [Difference(part, expected: word, got: got)]
        case .tally(let wanted):
            let got = counted(words)
            guard got != wanted.filter({ $0.value > 0 }) else { return [] }
            return [Difference(part, expected: tally(wanted), got: tally(got))]
        }
    }

    private static func counted(_ words: [String]) -> [String: Int] {
        words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    private static func tally(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
            .joined(separator: ", ")
    }

    // MARK: Everything else

    private static func details(
        _ expectation: Scenario.Expectation, _ part: Part, _ path: String
    ) -> [Difference] {
        var found: [Difference] = []
        if let reasons = expectation.reasons {
            found += compare(reasons: reasons, part.json?["reasons"], path + "reasons")
        }
        if let rewards = expectation.rewards {
            found += compare(rewards: rewards, part.json?["rewards"], path + "rewards")
        }
        for member in expectation.members {
            if member.name == "body" {
                found += Pattern.differences(member.value, part.json, path + "body")
            } else {
                found += Pattern.differences(
                    member.value, part.json?[member.name], path + member.name)
            }
        }
        if let events = expectation.events {
            found += compare(events: events, part.json?["events"], path + "events")
        }
        return found
    }

    private static func compare(
        reasons: [String], _ got: Value?, _ part: String
    ) -> [Difference] {
        let words = got.map { $0.elements.compactMap(\.string) }
        guard words.map({ $0.sorted() }) != reasons.sorted() else { return [] }
        return [
            Difference(part, expected: list(reasons), got: words.map(list) ?? "nothing")
        ]
    }

    private static func list(_ words: [String]) -> String {
        words.isEmpty ? "none" : words.joined(separator: ", ")
    }

    private static func compare(
        rewards: Scenario.ExpectedRewards, _ got: Value?, _ part: String
    ) -> [Difference] {
        let actual = got.map { Array($0.elements) } ?? []
        switch rewards {
        case .count(let count):
            guard actual.count != count else { return [] }
            return [Difference(part, expected: "\(count)", got: "\(actual.count)")]
        case .list(let wanted):
            guard wanted.count == actual.count else {
                return [
                    Difference(
                        part, expected: "\(wanted.count): " + Pattern.text(of: wanted),
                        got: "\(actual.count): " + Pattern.text(of: actual))
                ]
            }
            return unordered(wanted, actual, part)
        }
    }

    /// Matches each expected reward with an actual one in any order; the rest is compared in order.
    private static func unordered(
        _ wanted: [Value], _ actual: [Value], _ part: String
    ) -> [Difference] {
        var rest = Array(actual.enumerated())
        var missing: [Value] = []
        for value in wanted {
            let match = rest.firstIndex { Pattern.differences(value, $0.element, "").isEmpty }
            if let match { rest.remove(at: match) } else { missing.append(value) }
        }
        return zip(missing, rest).flatMap { wanted, got in
            Pattern.differences(wanted, got.element, "\(part)[\(got.offset)]")
        }
    }

    private static func compare(
        events: [Scenario.Expectation], _ got: Value?, _ part: String
    ) -> [Difference] {
        let items = got.map { Array($0.elements) } ?? []
        guard items.count == events.count else {
            return [
                Difference(part, expected: "\(events.count) items", got: "\(items.count) items")
            ]
        }
        return zip(events, items).enumerated().flatMap { index, pair in
            let (expectation, json) = pair
            let place = "\(part)[\(index)]."
            let item = Part(status: json["status"]?.int.map { Int($0) } ?? 200, json: json)
            var found = details(expectation, item, place)
            if let status = expectation.status {
                found += compare(place + "status", status, [item.statusWord])
            }
            if let outcome = expectation.outcome {
                found += compare(place + "outcome", outcome, [item.outcomeWord])
            }
            if let duplicate = expectation.duplicate {
                found += compare(place + "duplicate", duplicate, [item.duplicateWord])
            }
            return found
        }
    }
}
