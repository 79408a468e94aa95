import JSON

/// `e[k]` and `e[?k]`
final class IndexNode: Node, @unchecked Sendable {
    let operand: Node
    let key: Node
    let isOptional: Bool
    /// The key's text in the rule: a literal's content, or the expression that gives it.
    let keyText: String
    let path: String

    init(
        _ operand: Node, _ key: Node, isOptional: Bool, keyText: String, path: String,
        _ span: Range<Int>
    ) {
        self.operand = operand
        self.key = key
        self.isOptional = isOptional
        self.keyText = keyText
        self.path = path
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        try context.spend(1)
        let value = try operand.evaluate(&context)
        if case .optional(let inner) = value {
            guard let inner else { return .optional(nil) }
            return .optional(try find(in: inner, isOptional: true, &context))
        }
        let found = try find(in: value, isOptional: isOptional, &context)
        return isOptional ? .optional(found) : found ?? .null
    }

    override func evaluateUnwrapped(_ context: inout Context) throws(EvaluationError) -> Value? {
        guard isOptional else { return try evaluate(&context).unwrapped }
        return try evaluateOptional(&context)?.unwrapped
    }

    override func evaluateOptional(_ context: inout Context) throws(EvaluationError) -> Value? {
        guard isOptional else { return try super.evaluateOptional(&context) }
        try context.spend(1)
        var value = try operand.evaluate(&context)
        if case .optional(let inner) = value {
            guard let inner else { return nil }
            value = inner
        }
        return try find(in: value, isOptional: true, &context)
    }

    /// Never nil unless `isOptional`: an absent key is an error otherwise.
    private func find(
        in value: Value, isOptional: Bool, _ context: inout Context
    ) throws(EvaluationError) -> Value? {
        let key = try self.key.evaluate(&context)
        try context.spend(value.readingCost + key.readingCost)
        if value.isMap {
            if let found = value.find(key) { return found }
        } else if value.isList {
            return try element(of: value, at: key, isOptional: isOptional, &context)
        } else if !value.isNull {
            throw EvaluationError(
                .noSuchOverload(
                    function: "_[_]", arguments: [value.typeName.name, key.typeName.name]),
                at: span)
        }
        if isOptional { return nil }
        throw EvaluationError(.noSuchKey(keyText, path: path), at: span)
    }

    /// The element at an index, which may be a whole number of any type.
    private func element(
        of list: Value, at key: Value, isOptional: Bool, _ context: inout Context
    ) throws(EvaluationError) -> Value? {
        let index: Int64?
        switch key.scalar {
        case .int(let int): index = int
        case .uint(let uint): index = Int64(exactly: uint)
        case .double(let double): index = Int64(exactly: double)
        default: index = nil
        }
        guard let index else {
            throw EvaluationError(
                .noSuchOverload(function: "_[_]", arguments: ["list", key.typeName.name]), at: span)
        }
        switch list {
        case .list(let values) where 0..<Int64(values.count) ~= index: return values[Int(index)]
        case .json(let json):
            if index >= 0, index < json.count, let element = json[Int(index)] {
                // JSON arrays are read sequentially up to the element.
                try context.spend(tenth(Int(index)))
                return Value(element)
            }
        default: break
        }
        if isOptional { return nil }
        throw EvaluationError(.indexOutOfRange(index, size: list.elementCount), at: span)
    }
}
