import JSON

/// The text of a scenario file whose failing expectations are replaced by the observed values. All
/// other text of the file is kept.
package struct ExpectationUpdate {
    private let bytes: [UInt8]
    private var edits: [Edit] = []
    /// The values that were replaced or removed, such as `step 2: outcome`.
    package private(set) var changes: [String] = []
    /// The differences that the file cannot express, such as `step 4: deliveries`.
    package private(set) var leftOver: [String] = []

    /// A range of the file with its new text.
    private struct Edit {
        let range: Range<Int>
        let text: String
    }

    /// Compares the expectations of a file with a report of its play.
    ///
    /// - Parameter bytes: the file that was played; one that is not JSON gives no changes.
    package init(of bytes: [UInt8], from report: ScenarioReport) {
        self.bytes = bytes
        guard let document = try? Document(parsing: bytes) else { return }
        let steps = document.root["steps"].map { Array($0.elements) } ?? []
        for step in report.steps where !step.differences.isEmpty {
            guard steps.indices.contains(step.number - 1) else { continue }
            update(steps[step.number - 1], step)
        }
    }

    /// The new content of the file.
    package var text: [UInt8] {
        var text: [UInt8] = []
        var start = 0
        for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            text += bytes[start..<edit.range.lowerBound] + Array(edit.text.utf8)
            start = edit.range.upperBound
        }
        return text + bytes[start...]
    }

    // MARK: Steps

    private mutating func update(_ step: Value, _ report: StepReport) {
        let place = "step \(report.number): "
        guard let observed = report.observed, let last = observed.answers.last,
            let expectation = step["expect"]
        else {
            leftOver += report.differences.map { place + $0.part }
            return
        }
        let details =
            observed.isConcurrent ? observed.answers.map(\.json) : [last.json]
        update(expectation, place) { name, value in
            switch name {
            case "status": Self.words(value, observed.answers.map { String($0.status) })
            case "outcome":
                Self.words(value, observed.answers.map { Self.member("outcome", of: $0) })
            case "duplicate":
                Self.words(
                    value,
                    (value.kind == .object || observed.isConcurrent
                        ? observed.answers : [last]).map { Self.member("duplicate", of: $0) })
            case "body": Self.common(details, value)
            default: Self.common(details.map { $0?[name] }, value, isNamed: name)
            }
        }
    }

    /// The result of one comparison of an expected with an observed value.
    private enum Correction {
        case none
        case replacement(String)
        /// The answer lacks the member.
        case removal
        /// Corrections within the value, which has this kind of content.
        case inner(Inner, Value)
        /// The answers differ among each other.
        case impossible
    }

    private enum Inner { case pattern, rewards, events }

    /// Corrects the members of an object.
    private mutating func update(
        _ object: Value, _ path: String, _ compare: (String, Value) -> Correction
    ) {
        let members = Array(object.members)
        var removed: Set<Int> = []
        for (index, member) in members.enumerated() {
            let name = path + member.key.string
            switch compare(member.key.string, member.value) {
            case .none: break
            case .replacement(let text): replace(member.value, text, name)
            case .removal:
                removed.insert(index)
                changes.append(name)
            case .inner(let kind, let value): update(member.value, value, kind, name)
            case .impossible: leftOver.append(name)
            }
        }
        remove(removed, from: members)
    }

    private mutating func replace(_ value: Value, _ text: String, _ name: String) {
        edits.append(Edit(range: value.range, text: text))
        changes.append(name)
    }

    /// Removes members with the commas that separate them from the others.
    private mutating func remove(_ removed: Set<Int>, from members: [(key: Key, value: Value)]) {
        var index = 0
        while index < members.count {
            guard removed.contains(index) else {
                index += 1
                continue
            }
            let first = index
            while index < members.count, removed.contains(index) { index += 1 }
            let range =
                if index < members.count {
                    members[first].key.range.lowerBound..<members[index].key.range.lowerBound
                } else if first > 0 {
                    members[first - 1].value.range
                        .upperBound..<members[index - 1].value.range.upperBound
                } else {
                    members[first].key.range.lowerBound..<members[index - 1].value.range.upperBound
                }
            edits.append(Edit(range: range, text: ""))
        }
    }

    // MARK: Values

    private mutating func update(
        _ expected: Value, _ observed: Value, _ kind: Inner, _ name: String
    ) {
        switch (kind, expected.kind, observed.kind) {
        case (.rewards, .array, .array) where expected.count == observed.count:
            updateUnordered(expected, observed, name)
        case (.rewards, .array, .array):
            let keys =
                expected.elements.first { $0.count > 0 }
                .map { $0.members.map(\.key.string) } ?? ["beneficiary", "kind", "status"]
            let rewards = observed.elements.map { Self.spaced($0, keys: keys) }
            replace(expected, "[\(rewards.joined(separator: ", "))]", name)
        case (.events, .array, .array) where expected.count == observed.count:
            for (index, pair) in zip(expected.elements, observed.elements).enumerated() {
                let item = pair.1
                update(pair.0, "\(name)[\(index)].") { Self.compare($1, item[$0], named: $0) }
            }
        case (.events, .array, .array):
            let items = observed.elements.map { Self.spaced($0, keys: ["status", "outcome"]) }
            replace(expected, "[\(items.joined(separator: ", "))]", name)
        case (_, .object, .object):
            update(expected, name + ".") { Self.compare($1, observed[$0], named: nil) }
        case (_, .array, .array) where expected.count == observed.count:
            for (index, pair) in zip(expected.elements, observed.elements).enumerated()
            where !Pattern.differences(pair.0, pair.1, "").isEmpty {
                update(pair.0, pair.1, .pattern, "\(name)[\(index)]")
            }
        default: replace(expected, Self.spaced(observed), name)
        }
    }

    /// Leaves the expected rewards that an actual one matches; corrects the others in order.
    private mutating func updateUnordered(_ expected: Value, _ observed: Value, _ name: String) {
        var rest = Array(observed.elements)
        var missing: [(index: Int, value: Value)] = []
        for (index, value) in expected.elements.enumerated() {
            let match = rest.firstIndex { Pattern.differences(value, $0, "").isEmpty }
            if let match { rest.remove(at: match) } else { missing.append((index, value)) }
        }
        for (wanted, actual) in zip(missing, rest) {
            update(wanted.value, actual, .pattern, "\(name)[\(wanted.index)]")
        }
    }

    private static func member(_ name: String, of answer: GatewayResponse) -> String? {
        answer.json?[name].map { Self.spaced($0) }
    }

    /// Compares an expected word, or the numbers of answers with each word. The words are JSON.
    private static func words(_ expected: Value, _ observed: [String?]) -> Correction {
        let known = observed.compactMap(\.self)
        guard known.count == observed.count else { return known.isEmpty ? .removal : .impossible }
        var counts: [String: Int] = [:]
        for word in known { counts[word, default: 0] += 1 }
        if expected.kind == .object {
            var wanted: [String: Int] = [:]
            for (key, value) in expected.members where value.int ?? 0 > 0 {
                wanted[key.string] = value.int.map { Int($0) }
            }
            let found = Dictionary(
                counts.map { (Self.plain($0.key), $0.value) }, uniquingKeysWith: +)
            return wanted == found ? .none : .replacement(Self.tally(found))
        }
        guard counts.count == 1, let word = known.first else {
            return .replacement(
                Self.tally(
                    Dictionary(
                        counts.map { (Self.plain($0.key), $0.value) }, uniquingKeysWith: +)))
        }
        return Self.spaced(expected) == word ? .none : .replacement(word)
    }

    private static func plain(_ word: String) -> String { word.filter { $0 != "\"" } }

    private static func tally(_ counts: [String: Int]) -> String {
        let parts = counts.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        return "{\(parts.joined(separator: ", "))}"
    }

    /// Compares a value that all answers must have in common.
    private static func common(
        _ observed: [Value?], _ expected: Value, isNamed name: String? = nil
    ) -> Correction {
        let corrections = observed.map { Self.compare(expected, $0, named: name) }
        let texts = Set(observed.map { $0.map { Self.spaced($0) } })
        if texts.count == 1 { return corrections[0] }
        let areAllRight = corrections.allSatisfy { if case .none = $0 { true } else { false } }
        return areAllRight ? .none : .impossible
    }

    private static func compare(
        _ expected: Value, _ observed: Value?, named name: String?
    ) -> Correction {
        guard let observed else { return .removal }
        switch name {
        case "reasons":
            let wanted = expected.elements.compactMap(\.string).sorted()
            let found = observed.elements.compactMap(\.string).sorted()
            return wanted == found ? .none : .replacement(spaced(observed))
        case "rewards" where expected.kind != .array:
            let count = Int64(observed.count)
            return expected.int == count ? .none : .replacement("\(count)")
        case "rewards": return .inner(.rewards, observed)
        case "events": return .inner(.events, observed)
        default:
            return Pattern.differences(expected, observed, "").isEmpty
                ? .none : .inner(.pattern, observed)
        }
    }

    // MARK: Text

    /// JSON with a space after each comma and colon.
    private static func spaced(_ value: Value) -> String {
        switch value.kind {
        case .object:
            let parts = value.members.map { key, value in
                String(decoding: key.source, as: UTF8.self) + ": " + spaced(value)
            }
            return "{\(parts.joined(separator: ", "))}"
        case .array: return "[\(value.elements.map { spaced($0) }.joined(separator: ", "))]"
        default: return String(decoding: value.source, as: UTF8.self)
        }
    }

    /// Some members of an object.
    private static func spaced(_ object: Value, keys: [String]) -> String {
        let parts = keys.compactMap { key in object[key].map { "\"\(key)\": \(spaced($0))" } }
        return "{\(parts.joined(separator: ", "))}"
    }
}
