/// A rule ready to run: parsed, checked and planned once, evaluated as often as there are facts.
///
/// A class, so that handing it around costs one reference.
package final class Program: Sendable {
    package let source: Source
    /// What the rule comes to.
    package let type: Type
    /// What it costs at least and at most.
    package let cost: CostEstimate
    /// The slots of the variables it reads; the others need no value.
    package let slots: Set<Int>
    /// What compiles but deserves a second look.
    package let warnings: [Diagnostic]
    /// The value it always has, if it is true or false whatever the facts.
    package let constant: Bool?
    let expression: Expression
    let types: [Type]
    let environment: Environment
    let root: Node
    let localCount: Int
    /// None where no part asks for one.
    let zones: [String: Zone]
    /// What is wrong with its cost, if it may be above the environment's limit.
    private let excess: Diagnostic?

    /// Everything that keeps the text from being a rule of this environment is reported at once.
    ///
    /// With `expecting`, the result must be assignable to that type.
    package static func compile(
        _ text: String, name: String = "<input>", in environment: Environment,
        expecting: Type = .dyn
    ) throws(CompileErrors) -> Program {
        let source = Source(text, name: name)
        let (root, count) = try Parser.parse(source, limits: environment.syntax)
        let types = try Checker.check(root, count: count, source: source, in: environment)
        let type = types[root.id]
        var substitution = Substitution()
        guard substitution.assign([type], to: [expecting]) else {
            let message = "the rule comes to '\(type)', where '\(expecting)' is expected"
            throw CompileErrors(.check, [Diagnostic(message, at: root.span, in: source)])
        }
        let program = Program(source, root, types, environment)
        if let excess = program.excess { throw CompileErrors(.limit, [excess]) }
        let refused = program.warnings.filter { $0.severity == .error }
        if !refused.isEmpty { throw CompileErrors(.check, refused) }
        return program
    }

    /// A program whose types nobody checked; for the parts of CEL's suite that ask for it.
    static func unchecked(
        _ text: String, in environment: Environment
    ) throws(CompileErrors) -> Program {
        let source = Source(text)
        let (root, count) = try Parser.parse(source, limits: environment.syntax)
        return Program(source, root, Array(repeating: .dyn, count: count), environment)
    }

    private init(
        _ source: Source, _ root: Expression, _ types: [Type], _ environment: Environment
    ) {
        zones = root.namesZone ? environment.zones.all : [:]
        var planner = Planner(source, environment, zones: zones, types: types)
        self.source = source
        self.environment = environment
        self.types = types
        expression = root
        type = types[root.id]
        self.root = planner.plan(root)
        localCount = planner.localCount
        slots = planner.slots
        switch root.kind {
        case .literal(.bool(let bool)): constant = bool
        default: constant = planner.folded[root.id].flatMap(\.asBool)
        }
        var estimator = CostEstimator(environment, types: types, folded: planner.folded)
        cost = estimator.estimate(root)
        excess = estimator.excess(
            over: environment.costLimit, in: root, of: source, severity: .error)
        let expensive = estimator.excess(
            over: Budget().cost, in: root, of: source, severity: .warning)
        warnings =
            (expensive.map { [$0] } ?? [])
            + Linter.warnings(
                root, source: source, types: types, folded: planner.folded, zones: zones,
                in: environment)
    }

    /// The text it always comes to, where it is written as one.
    package var constantText: String? {
        if case .literal(.string(let text)) = expression.kind { text } else { nil }
    }

    /// Whether it reads a variable.
    package func reads(_ variable: String) -> Bool {
        environment.slot(of: variable).map(slots.contains) ?? false
    }

    /// The fields of records it reads, each with its record's name: `event.amount`.
    package var fields: Set<String> {
        var fields: Set<String> = []
        func visit(_ expression: Expression) {
            switch expression.kind {
            case .select(let operand, let field), .has(let operand, let field):
                if case .record(let record) = types[operand.id] {
                    fields.insert("\(record.name).\(field.name)")
                }
            default: break
            }
            for child in expression.children { visit(child) }
        }
        visit(expression)
        return fields
    }

    /// The rule as text, spaced and parenthesised in one way.
    package var canonicalText: String { Printer.text(of: expression) }
}

/// What a mapping's expression came to.
package enum Selection: Sendable {
    case value(Value)
    /// Null, an empty optional, or something on the way that is not there: the path that stopped.
    case absent(path: String)
    case failed(EvaluationError)
}

extension Program {
    /// The rule's value for these facts. A pure function: the same facts give the same result.
    package func evaluate(
        _ activation: Activation, budget: Budget = Budget()
    ) -> Result<Value, EvaluationError> {
        var budget = budget
        return evaluate(activation, spending: &budget)
    }

    /// The same, taking what it uses out of a budget that several rules share.
    package func evaluate(
        _ activation: Activation, spending budget: inout Budget
    ) -> Result<Value, EvaluationError> {
        var context = Context(
            activation, budget: budget, localCount: localCount, zones: zones)
        let result = Result { () throws(EvaluationError) in try root.evaluate(&context) }
        budget = Budget(cost: max(context.costLeft, 0), size: max(context.sizeLeft, 0))
        return result
    }

    /// The rule's value as a mapping takes it: absence told apart from errors, optionals unwrapped.
    package func select(_ activation: Activation, spending budget: inout Budget) -> Selection {
        var context = Context(
            activation, budget: budget, localCount: localCount, zones: zones)
        defer { budget = Budget(cost: max(context.costLeft, 0), size: max(context.sizeLeft, 0)) }
        do {
            guard let value = try root.evaluateUnwrapped(&context), !value.isNull else {
                return .absent(path: source.text)
            }
            return .value(value)
        } catch {
            guard error.isAbsence else { return .failed(error) }
            if case .noSuchKey(_, let path) = error.reason { return .absent(path: path) }
            return .absent(path: error.span.map { source[$0] } ?? source.text)
        }
    }
}
