/// `[a, ?b]`
final class ListNode: Node, @unchecked Sendable {
    let elements: [(node: Node, isOptional: Bool)]

    init(_ elements: [(node: Node, isOptional: Bool)], _ span: Range<Int>) {
        self.elements = elements
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        try context.spend(10)
        try context.build(elements.count * Value.elementBytes)
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for (node, isOptional) in elements {
            if isOptional {
                if let value = try node.evaluateOptional(&context) { values.append(value) }
            } else {
                values.append(try node.evaluate(&context))
            }
        }
        return .list(values)
    }
}

/// `{k: v, ?l: w}`
final class MapNode: Node, @unchecked Sendable {
    let entries: [(key: Node, value: Node, isOptional: Bool)]

    init(_ entries: [(key: Node, value: Node, isOptional: Bool)], _ span: Range<Int>) {
        self.entries = entries
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        try context.spend(30)
        try context.build(entries.count * Value.entryBytes)
        var values: [Map.Entry] = []
        for (key, value, isOptional) in entries {
            let key = try key.evaluate(&context)
            if isOptional {
                if let value = try value.evaluateOptional(&context) { values.append((key, value)) }
            } else {
                values.append((key, try value.evaluate(&context)))
            }
        }
        do {
            return .map(try Map(values))
        } catch {
            throw error.located(at: span)
        }
    }
}

/// `a.or(b)` and `a.orValue(b)`: the right side is evaluated only if the left is none.
final class AlternativeNode: Node, @unchecked Sendable {
    let optional: Node
    let other: Node
    /// True for `orValue`, whose result is not an optional.
    let unwraps: Bool

    init(_ optional: Node, _ other: Node, unwraps: Bool, _ span: Range<Int>) {
        self.optional = optional
        self.other = other
        self.unwraps = unwraps
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        if unwraps {
            try context.spend(1)
            if let value = try optional.evaluateOptional(&context) { return value }
            return try other.evaluate(&context)
        }
        return .optional(try evaluateOptional(&context))
    }

    override func evaluateOptional(_ context: inout Context) throws(EvaluationError) -> Value? {
        if unwraps { return try super.evaluateOptional(&context) }
        try context.spend(1)
        if let value = try optional.evaluateOptional(&context) { return value }
        return try other.evaluateOptional(&context)
    }

    override func evaluateUnwrapped(_ context: inout Context) throws(EvaluationError) -> Value? {
        unwraps
            ? try evaluate(&context).unwrapped : try evaluateOptional(&context)?.unwrapped
    }
}

/// `a.optMap(v, e)` and `a.optFlatMap(v, e)`
final class OptionalMapNode: Node, @unchecked Sendable {
    let optional: Node
    let place: Int
    let body: Node
    let isFlat: Bool

    init(_ optional: Node, _ place: Int, _ body: Node, isFlat: Bool, _ span: Range<Int>) {
        self.optional = optional
        self.place = place
        self.body = body
        self.isFlat = isFlat
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .optional(try evaluateOptional(&context))
    }

    override func evaluateOptional(_ context: inout Context) throws(EvaluationError) -> Value? {
        try context.spend(1)
        guard let value = try optional.evaluateOptional(&context) else { return nil }
        context.locals[place] = value
        return isFlat ? try body.evaluateOptional(&context) : try body.evaluate(&context)
    }
}

/// `cel.bind(v, a, e)`
final class BindNode: Node, @unchecked Sendable {
    let value: Node
    let place: Int
    let body: Node

    init(_ value: Node, _ place: Int, _ body: Node, _ span: Range<Int>) {
        self.value = value
        self.place = place
        self.body = body
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        context.locals[place] = try value.evaluate(&context)
        return try body.evaluate(&context)
    }
}
