import JSON

/// A chain of selections, `payload.data.?customer.?email`, followed without intermediate values.
///
/// From the first `.?` on, an absent field makes the whole chain none. Null has no fields:
/// selecting one from it is the error *no such key*, and none if selected by `.?`.
final class PathNode: Node, @unchecked Sendable {
    struct Step: Sendable {
        let name: String
        let isOptional: Bool
        /// The text of the chain up to this step.
        let path: String
        let span: Range<Int>
        /// The record type for which the checker found the field; nil if there is none.
        let record: RecordType?
        let index: Int
    }

    let base: Node
    let steps: [Step]
    /// The names of the steps once more, contiguous for the search in JSON.
    private let names: [String]
    /// The record type for which the checker found each field; nil if there is none.
    private let records: [RecordType?]
    private let fields: [Int]
    /// The index of the first step written `.?`; beyond the last if there is none.
    private let optionalFrom: Int

    init(_ base: Node, _ steps: [Step], _ span: Range<Int>) {
        self.base = base
        self.steps = steps
        names = steps.map(\.name)
        records = steps.map(\.record)
        fields = steps.map(\.index)
        optionalFrom = steps.firstIndex(where: \.isOptional) ?? steps.count
        super.init(span)
    }

    /// The end of the search.
    private enum End {
        case value(Value)
        case some(Value)
        case none
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        switch try walk(&context) {
        case .value(let value): value
        case .some(let value): .optional(value)
        case .none: .optional(nil)
        }
    }

    override func evaluateOptional(_ context: inout Context) throws(EvaluationError) -> Value? {
        switch try walk(&context) {
        case .some(let value): return value
        case .none: return nil
        case .value(.optional(let inner)): return inner
        case .value(let value):
            throw EvaluationError(
                .noSuchOverload(function: "optional", arguments: [value.typeName.name]), at: span)
        }
    }

    override func evaluateUnwrapped(_ context: inout Context) throws(EvaluationError) -> Value? {
        switch try walk(&context) {
        case .value(let value), .some(let value): value.unwrapped
        case .none: nil
        }
    }

    private func walk(_ context: inout Context) throws(EvaluationError) -> End {
        try context.spend(names.count)
        let start = try base.evaluate(&context)
        guard case .json(let json) = start else { return try walk(from: start, at: 0, &context) }
        // The common case, without a value per step.
        var work = 0
        let (end, depth) = json.descend(along: names, work: &work)
        try context.spend(work)
        if depth < names.count {
            if depth >= optionalFrom, end.kind == .object { return .none }
            return try walk(from: Value(end), at: depth, &context)
        }
        return optionalFrom < names.count ? .some(Value(end)) : .value(Value(end))
    }

    private func walk(
        from start: Value, at first: Int, _ context: inout Context
    ) throws(EvaluationError) -> End {
        var current = start
        var isOptional = first > optionalFrom
        for index in first..<steps.count {
            if case .optional(let inner) = current {
                guard let inner else { return .none }
                isOptional = true
                current = inner
            }
            try context.spend(current.readingCost)
            guard let next = try select(index, from: current) else {
                let step = steps[index]
                if step.isOptional || (isOptional && !current.isNull) { return .none }
                throw EvaluationError(.noSuchKey(step.name, path: step.path), at: step.span)
            }
            if index >= optionalFrom { isOptional = true }
            current = next
        }
        return isOptional ? .some(current) : .value(current)
    }

    /// The field's value; nil if it is absent.
    private func select(_ index: Int, from value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .record(let record):
            if record.type === records[index] { return record.values[fields[index]] }
            return record[names[index]]
        case .json(let json):
            if let member = json[names[index]] { return Value(member) }
            if json.kind == .object { return nil }
        case .map(let map): return map[names[index]]
        case .table(let table): return table.string(named: names[index]).map(Value.string)
        case .null: return nil
        default: break
        }
        throw EvaluationError(
            .noSuchOverload(function: "." + names[index], arguments: [value.typeName.name]),
            at: steps[index].span)
    }
}
