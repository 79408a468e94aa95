/// `has(e.f)`
final class HasNode: Node, @unchecked Sendable {
    let operand: Node
    let name: String

    init(_ operand: Node, _ name: String, _ span: Range<Int>) {
        self.operand = operand
        self.name = name
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .bool(try evaluateBool(&context))
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        try context.spend(1)
        var value = try operand.evaluate(&context)
        if case .optional(let inner) = value {
            guard let inner else { return false }
            value = inner
        }
        try context.spend(value.readingCost)
        guard value.isMap else {
            throw EvaluationError(
                .noSuchOverload(function: "has", arguments: [value.typeName.name]), at: span)
        }
        return value.find(name: name) != nil
    }
}
