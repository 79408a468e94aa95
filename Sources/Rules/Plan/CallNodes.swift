/// A call of one argument.
final class CallOneNode: Node, @unchecked Sendable {
    let function: Function
    let body: Function.One
    let argument: Node

    init(_ function: Function, _ body: @escaping Function.One, _ argument: Node, _ span: Range<Int>)
    {
        self.function = function
        self.body = body
        self.argument = argument
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        let value = try argument.evaluate(&context)
        if case .unit = function.cost {
            try context.spend(1 + value.readingCost)
        } else {
            try context.spend(function.cost.cost { _ in value.size } + value.readingCost)
        }
        do throws(EvaluationError) {
            return try body(value, &context)
        } catch {
            throw error.located(at: span)
        }
    }
}

/// A call of two arguments.
final class CallTwoNode: Node, @unchecked Sendable {
    let function: Function
    let body: Function.Two
    let first: Node
    let second: Node

    init(
        _ function: Function, _ body: @escaping Function.Two, _ first: Node, _ second: Node,
        _ span: Range<Int>
    ) {
        self.function = function
        self.body = body
        self.first = first
        self.second = second
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        let a = try first.evaluate(&context)
        let b = try second.evaluate(&context)
        try context.spend(a.readingCost + b.readingCost)
        try context.spend(function.cost.cost { $0 == 0 ? a.size : b.size })
        do throws(EvaluationError) {
            return try body(a, b, &context)
        } catch {
            throw error.located(at: span)
        }
    }
}

/// A call of any number of arguments.
final class CallNode: Node, @unchecked Sendable {
    let function: Function
    let arguments: [Node]

    init(_ function: Function, _ arguments: [Node], _ span: Range<Int>) {
        self.function = function
        self.arguments = arguments
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments {
            let value = try argument.evaluate(&context)
            try context.spend(value.readingCost)
            values.append(value)
        }
        try context.spend(function.cost.cost { $0 < values.count ? values[$0].size : 0 })
        do throws(EvaluationError) {
            return try function.call(values, &context)
        } catch {
            throw error.located(at: span)
        }
    }
}

/// `matches` with a pattern known when the rule was planned.
final class MatchNode: Node, @unchecked Sendable {
    let text: Node
    let regex: Regex

    init(_ text: Node, _ regex: Regex, _ span: Range<Int>) {
        self.text = text
        self.regex = regex
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .bool(try evaluateBool(&context))
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        let value = try text.evaluate(&context)
        guard value.isString else {
            throw EvaluationError(
                .noSuchOverload(
                    function: "matches", arguments: [value.typeName.name, "string"]), at: span)
        }
        try context.spend(1 + value.readingCost + MatchNode.cost(size: value.size, regex))
        return value.withUTF8 { regex.matches($0) } ?? false
    }

    /// A tenth of a unit per byte of text, times a quarter per instruction.
    static func cost(size: Int, _ regex: Regex) -> Int {
        saturatingMultiply(tenth(saturatingAdd(size, 1)), (regex.size + 3) / 4)
    }
}
