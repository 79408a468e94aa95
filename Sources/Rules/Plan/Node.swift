/// One step of a planned rule: names are slots, constants are folded, fields are bytes to compare.
///
/// A class with a method per question, since that measured fastest: a comparison answers with a Bool
/// and an optional with what is inside, without a `Value` around them.
// Unchecked because subclasses exist; each holds nothing but constants set when it is made.
class Node: @unchecked Sendable {
    /// The bytes of the source it stands for.
    let span: Range<Int>

    init(_ span: Range<Int>) { self.span = span }

    func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        preconditionFailure("every kind of node evaluates itself")
    }

    /// As the condition of something; what is no bool has no overload there.
    func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        let value = try evaluate(&context)
        if case .bool(let bool) = value { return bool }
        throw EvaluationError(
            .noSuchOverload(function: "bool", arguments: [value.typeName.name]), at: span)
    }

    /// As an optional: what is in it, nil for none.
    func evaluateOptional(_ context: inout Context) throws(EvaluationError) -> Value? {
        let value = try evaluate(&context)
        if case .optional(let inner) = value { return inner }
        throw EvaluationError(
            .noSuchOverload(function: "optional", arguments: [value.typeName.name]), at: span)
    }

    /// As the result of a mapping: no optional around it, nil for none.
    func evaluateUnwrapped(_ context: inout Context) throws(EvaluationError) -> Value? {
        try evaluate(&context).unwrapped
    }
}

/// A value known when the rule was planned.
final class ConstantNode: Node, @unchecked Sendable {
    let value: Value

    init(_ value: Value, _ span: Range<Int>) {
        self.value = value
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value { value }
}

/// What cannot be evaluated, found when the rule was planned: an unknown name, a malformed pattern.
final class FailingNode: Node, @unchecked Sendable {
    let reason: EvaluationError.Reason

    init(_ reason: EvaluationError.Reason, _ span: Range<Int>) {
        self.reason = reason
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        throw EvaluationError(reason, at: span)
    }
}

/// A variable of the environment.
final class VariableNode: Node, @unchecked Sendable {
    let slot: Int
    let name: String

    init(_ slot: Int, _ name: String, _ span: Range<Int>) {
        self.slot = slot
        self.name = name
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        try context.spend(1)
        if let value = context.variables[slot] { return value }
        throw EvaluationError(.unboundVariable(name), at: span)
    }
}

/// Several ways to read a dotted name, the longest first: the first whose variable has a value counts.
final class AmbiguousNode: Node, @unchecked Sendable {
    let candidates: [(slot: Int, node: Node)]

    init(_ candidates: [(slot: Int, node: Node)], _ span: Range<Int>) {
        self.candidates = candidates
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        for (slot, node) in candidates where context.variables[slot] != nil {
            return try node.evaluate(&context)
        }
        return try candidates[0].node.evaluate(&context)
    }
}

/// A macro's variable.
final class LocalNode: Node, @unchecked Sendable {
    let place: Int

    init(_ place: Int, _ span: Range<Int>) {
        self.place = place
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        try context.spend(1)
        return context.locals[place]
    }
}
