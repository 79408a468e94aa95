/// One step of a planned rule: names are slots, constants are folded, fields are bytes to compare.
///
/// A class with one method per kind of result, since that measured fastest: a comparison returns a
/// Bool and an optional its content, without a `Value` around them.
// Unchecked because subclasses exist; each has only constants that are set in its initialiser.
class Node: @unchecked Sendable {
    /// The byte range of its source.
    let span: Range<Int>

    init(_ span: Range<Int>) { self.span = span }

    func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        preconditionFailure("every kind of node evaluates itself")
    }

    /// The value as a condition; any value but a bool is an error without an overload.
    func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        let value = try evaluate(&context)
        if case .bool(let bool) = value { return bool }
        throw EvaluationError(
            .noSuchOverload(function: "bool", arguments: [value.typeName.name]), at: span)
    }

    /// The content of an optional; nil for none.
    func evaluateOptional(_ context: inout Context) throws(EvaluationError) -> Value? {
        let value = try evaluate(&context)
        if case .optional(let inner) = value { return inner }
        throw EvaluationError(
            .noSuchOverload(function: "optional", arguments: [value.typeName.name]), at: span)
    }

    /// The value as the result of a mapping: unwrapped if it is an optional, nil for none.
    func evaluateUnwrapped(_ context: inout Context) throws(EvaluationError) -> Value? {
        try evaluate(&context).unwrapped
    }
}

/// A value that is constant when the rule is planned.
final class ConstantNode: Node, @unchecked Sendable {
    let value: Value

    init(_ value: Value, _ span: Range<Int>) {
        self.value = value
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value { value }
}

/// A part that can never be evaluated, found when the rule is planned: an unknown name, a malformed
/// pattern.
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

/// Several readings of a dotted name, the longest first: the first whose variable has a value is
/// used.
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
