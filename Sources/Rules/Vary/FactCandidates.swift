import Currencies

/// A fact that rules read, with the values that are likely to change their results.
package struct FactCandidates: Sendable {
    /// The fact; the element of a list is named `[]`.
    package var need: Need
    /// The values, without repetitions; nil for an absent fact.
    package var values: [Value?]

    /// Adds a value that the fact can have; any other is left out.
    package mutating func add(_ value: Value?) {
        guard values.count < Self.most else { return }
        guard let value else {
            if need.mayBeAbsent, !values.contains(where: { $0 == nil }) { values.append(nil) }
            return
        }
        guard let fitting = need.fitting(value) else { return }
        let text = ValueText.text(of: fitting, limit: .max)
        let isKnown = values.contains { known in
            known.map {
                $0.typeName == fitting.typeName && ValueText.text(of: $0, limit: .max) == text
            } ?? false
        }
        if !isKnown { values.append(fitting) }
    }

    private static let most = 48
}

extension Program {
    /// The facts that the rule reads, each with the values around the bounds that the rule compares
    /// it with. `now` and the rest of the `base` are the facts that comparisons of two facts are
    /// solved for.
    package func candidates(around base: Activation) -> [FactCandidates] {
        var collector = CandidateCollector(scope: Scope(environment), base: base, types: types)
        collector.visit(expression, isCondition: true)
        return collector.facts
    }
}

extension Need {
    /// The value in the type of the fact; nil if the fact cannot have it.
    fileprivate func fitting(_ value: Value) -> Value? {
        switch (type, value) {
        case (.dyn, _), (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double),
            (.timestamp, .timestamp), (.duration, .duration), (.list, .list), (.map, .map):
            return value
        case (.int, .double(let double)): return Int64(exactly: double).map { .int($0) }
        case (.double, .int(let int)): return .double(Double(int))
        case (.string, .string(let text)):
            if isCurrency { return Currency(text)?.isListed == true ? value : nil }
            return value
        default: return nil
        }
    }

    /// A value of the fact's type that nothing is known about.
    package var usualValue: Value? {
        switch type {
        case .bool: .bool(true)
        case .int: .int(1000)
        case .uint: .uint(1000)
        case .double: .double(1000)
        case .string: .string(isCurrency ? "EUR" : "text")
        case .list: .list([])
        case .map: .map(Map())
        case .dyn: .string("text")
        default: nil
        }
    }
}

extension Value {
    /// The value and those next to it.
    var neighbours: [Value] {
        switch scalar {
        case .int(let value):
            return [.int(value)]
                + [value.addingReportingOverflow(1), value.subtractingReportingOverflow(1)]
                .filter { !$0.overflow }.map { .int($0.partialValue) }
        case .uint(let value):
            return [.uint(value), .uint(value &+ 1)] + (value > 0 ? [.uint(value - 1)] : [])
        case .double(let value): return [.double(value), .double(value + 1), .double(value - 1)]
        case .bool(let value): return [.bool(value), .bool(!value)]
        case .timestamp(let value):
            return [self]
                + [1_000_000_000, -1_000_000_000]
                .compactMap { value.advanced(byNanoseconds: $0).map { .timestamp($0) } }
        case .duration(let value):
            return [self]
                + [Int64(1_000_000_000), -1_000_000_000].map { value.addingReportingOverflow($0) }
                .filter { !$0.overflow }.map { .duration($0.partialValue) }
        default:
            guard let text = asString else { return [self] }
            return [.string(text), .string(text + "x")] + (text.isEmpty ? [] : [.string("")])
        }
    }
}
