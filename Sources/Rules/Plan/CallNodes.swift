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

/// `matches` with a pattern that is constant when the rule is planned.
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
        try context.spend(value.readingCost)
        return try MatchNode.match(value, regex, &context)
    }

    /// The number of search steps that one unit pays for.
    private static let stepsPerUnit = 8

    /// The cost before a search begins: memory for the threads is allocated and cleared for each.
    private static func start(text count: Int, _ size: Int) -> Int { 8 + size / 16 + count / 100 }

    /// The cost of compiling a pattern that was not constant when the rule was planned.
    static func compiling(_ size: Int) -> Int { 20 + 2 * size }

    /// The greatest cost of a search in a text of the given number of bytes: at each place each
    /// instruction is reached in at most two ways and executed once.
    static func mostCost(text count: Int, _ size: Int) -> Int {
        let steps = saturatingMultiply(saturatingAdd(count, 2), 3 * size + 2)
        return saturatingAdd(start(text: count, size), steps / stepsPerUnit)
    }

    /// Searches as far as the budget allows, and pays for the steps taken.
    static func match(
        _ text: Value, _ regex: Regex, _ context: inout Context
    ) throws(EvaluationError) -> Bool {
        try context.spend(start(text: text.size, regex.size))
        let granted = saturatingMultiply(context.costLeft, stepsPerUnit)
        var left = granted
        let found = text.withUTF8 { regex.matches($0, steps: &left) } ?? false
        try context.spend((granted - left) / stepsPerUnit)
        guard let found else { throw context.costExceeded() }
        return found
    }
}
