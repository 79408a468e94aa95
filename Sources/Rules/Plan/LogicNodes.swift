/// `a && b && c`, or the same with `||`.
///
/// If a term decides, errors and wrong types of the others are ignored; otherwise the errors are
/// the result. An exhausted budget is never ignored.
final class LogicNode: Node, @unchecked Sendable {
    let decisive: Bool
    let terms: [Node]

    init(_ kind: LogicOperator, _ terms: [Node], _ span: Range<Int>) {
        decisive = kind.decisive
        self.terms = terms
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .bool(try evaluateBool(&context))
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        var failure: EvaluationError?
        for term in terms {
            do throws(EvaluationError) {
                if try term.evaluateBool(&context) == decisive { return decisive }
            } catch {
                if error.isLimit { throw error }
                failure = failure?.merged(with: error) ?? error
            }
        }
        if let failure { throw failure }
        return !decisive
    }
}

/// `!a`
final class NotNode: Node, @unchecked Sendable {
    let operand: Node

    init(_ operand: Node, _ span: Range<Int>) {
        self.operand = operand
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .bool(try evaluateBool(&context))
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        try context.spend(1)
        return try !operand.evaluateBool(&context)
    }
}

/// `a ? b : c`; only the chosen branch is evaluated.
final class ConditionalNode: Node, @unchecked Sendable {
    let condition: Node
    let then: Node
    let otherwise: Node

    init(_ condition: Node, _ then: Node, _ otherwise: Node, _ span: Range<Int>) {
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        try condition.evaluateBool(&context)
            ? then.evaluate(&context) : otherwise.evaluate(&context)
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        try condition.evaluateBool(&context)
            ? then.evaluateBool(&context) : otherwise.evaluateBool(&context)
    }
}

/// `a == b` and `a != b`
final class EqualityNode: Node, @unchecked Sendable {
    let left: Node
    let right: Node
    let isNegated: Bool

    init(_ left: Node, _ right: Node, isNegated: Bool, _ span: Range<Int>) {
        self.left = left
        self.right = right
        self.isNegated = isNegated
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .bool(try evaluateBool(&context))
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        try context.spend(1)
        let a = try left.evaluate(&context)
        let b = try right.evaluate(&context)
        return try Value.equal(a, b, &context) != isNegated
    }
}

/// `<`, `<=`, `>`, `>=`
final class OrderNode: Node, @unchecked Sendable {
    let kind: BinaryOperator
    let left: Node
    let right: Node

    init(_ kind: BinaryOperator, _ left: Node, _ right: Node, _ span: Range<Int>) {
        self.kind = kind
        self.left = left
        self.right = right
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .bool(try evaluateBool(&context))
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        try context.spend(1)
        let a = try left.evaluate(&context)
        let b = try right.evaluate(&context)
        if case .int(let x) = a, case .int(let y) = b { return holds(Value.Order(x, y)) }
        try context.spend(a.readingCost + b.readingCost)
        guard let order = try Value.order(a, b, &context) else {
            throw EvaluationError(
                .noSuchOverload(
                    function: kind.function, arguments: [a.typeName.name, b.typeName.name]),
                at: span)
        }
        return holds(order)
    }

    @inline(__always)
    private func holds(_ order: Value.Order) -> Bool {
        switch kind {
        case .less: order == .before
        case .lessOrEqual: order == .before || order == .same
        case .greater: order == .after
        default: order == .after || order == .same
        }
    }
}

/// `a in b`: an element of a list, a key of a map.
final class MembershipNode: Node, @unchecked Sendable {
    let member: Node
    let collection: Node

    init(_ member: Node, _ collection: Node, _ span: Range<Int>) {
        self.member = member
        self.collection = collection
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .bool(try evaluateBool(&context))
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        try context.spend(1)
        let value = try member.evaluate(&context)
        let whole = try collection.evaluate(&context)
        try context.spend(value.readingCost + whole.readingCost)
        if whole.isMap { return whole.find(value) != nil }
        guard whole.isList else {
            throw EvaluationError(
                .noSuchOverload(
                    function: "@in", arguments: [value.typeName.name, whole.typeName.name]),
                at: span)
        }
        var elements = whole.elements
        while let element = elements.next() {
            try context.spend(1)
            if try Value.equal(value, element, &context) { return true }
        }
        return false
    }
}
