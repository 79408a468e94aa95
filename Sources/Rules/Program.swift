/// A rule ready to run: parsed, checked and planned once, and then evaluated any number of times.
///
/// A class, so that passing it on costs one reference.
package final class Program: Sendable {
    /// The rule's text.
    package let source: Source
    /// The type of the rule's value.
    package let type: Type
    /// The least and the greatest cost of an evaluation.
    package let cost: CostEstimate
    /// The slots of the variables that the rule reads; the others need no value.
    package let slots: Set<Int>
    /// Questionable parts of a rule that compiles.
    package let warnings: [Diagnostic]
    /// The value of a rule that is true or false whatever the facts; nil for any other.
    package let constant: Bool?
    let expression: Expression
    let types: [Type]
    let environment: Environment
    let root: Node
    let localCount: Int
    /// Empty if no part of the rule names a zone.
    let zones: [String: Zone]
    /// The diagnostic for a cost that may exceed the environment's limit; nil if it cannot.
    private let excess: Diagnostic?

    /// Parses, checks and plans a rule. All errors of a stage are reported at once.
    ///
    /// - Parameter expecting: the type to which the result must be assignable.
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
            let message = "the rule has type '\(type)', but '\(expecting)' is expected"
            throw CompileErrors(.check, [Diagnostic(message, at: root.span, in: source)])
        }
        let program = Program(source, root, types, environment)
        if let excess = program.excess { throw CompileErrors(.limit, [excess]) }
        let refused = program.warnings.filter { $0.severity == .error }
        if !refused.isEmpty { throw CompileErrors(.check, refused) }
        return program
    }

    /// A program without type checks, for the parts of CEL's suite that require it.
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

    /// The text of a rule that is a string literal; nil for any other.
    package var constantText: String? {
        if case .literal(.string(let text)) = expression.kind { text } else { nil }
    }

    /// True if the rule reads the variable.
    package func reads(_ variable: String) -> Bool {
        environment.slot(of: variable).map(slots.contains) ?? false
    }

    /// The record fields that the rule reads, each with its record's name: `event.amount`.
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

    /// True if the rule reads a variable other than by selecting a field of its record. A local
    /// variable of the same name counts as the variable.
    package func readsWhole(_ variable: String) -> Bool {
        func visit(_ expression: Expression) -> Bool {
            switch expression.kind {
            case .select(let operand, _), .has(let operand, _):
                if case .record = types[operand.id], operand.isNamed(variable) { return false }
            default: if expression.isNamed(variable) { return true }
            }
            return expression.children.contains(where: visit)
        }
        return visit(expression)
    }

    /// The rule as text in canonical spacing and parentheses.
    package var canonicalText: String { Printer.text(of: expression) }
}

/// The result of a mapping's expression.
package enum Selection: Sendable {
    case value(Value)
    /// Null, an empty optional, or a missing key on the way; `path` is where the search ended.
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

    /// The rule's value, with a budget that several rules share.
    package func evaluate(
        _ activation: Activation, spending budget: inout Budget
    ) -> Result<Value, EvaluationError> {
        var context = Context(
            activation, budget: budget, localCount: localCount, zones: zones)
        let result = Result { () throws(EvaluationError) in try root.evaluate(&context) }
        budget = Budget(cost: max(context.costLeft, 0), size: max(context.sizeLeft, 0))
        return result
    }

    /// The rule's value for a mapping: absence is distinguished from errors, and optionals are
    /// unwrapped.
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

extension Expression {
    /// True for the variable with this name.
    fileprivate func isNamed(_ variable: String) -> Bool {
        if case .identifier(let name, _) = kind { name == variable } else { false }
    }
}
