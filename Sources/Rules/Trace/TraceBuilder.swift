/// Builds a trace by traversing a rule; each part of it is evaluated by its own planned nodes.
struct TraceBuilder {
    typealias Explained = (node: Trace.Node, result: Result<Value, EvaluationError>)

    let source: Source
    let types: [Type]
    var planner: Planner
    /// The macro variables that hold redacted content, by index.
    var secretLocals: Set<Int> = []
    let hidden: HiddenValues
    /// The units that all parts together have cost. Beyond a bound parts are no longer explained
    /// separately.
    private var spent = 0
    private static let mostSpent = 400_000

    init(_ program: Program, hiding hidden: HiddenValues) {
        self.hidden = hidden
        source = program.source
        types = program.types
        planner = Planner(
            program.source, program.environment, zones: program.zones, types: program.types)
    }

    /// The value of a part of the rule, with its own budget.
    mutating func evaluate(
        _ expression: Expression, _ context: inout Context
    ) -> Result<Value, EvaluationError> {
        let node = planner.plan(expression)
        context.refill()
        defer { spent += context.costSpent }
        return Result { () throws(EvaluationError) in try node.evaluate(&context) }
    }

    mutating func explain(
        _ expression: Expression, _ context: inout Context, _ status: Trace.Status = .evaluated
    ) -> Explained {
        switch expression.kind {
        case .logic(let kind, let terms):
            return explainLogic(kind, terms, expression, &context, status)
        case .not(let operand):
            let inner = explain(operand, &context, status.below)
            return made(expression, status, evaluate(expression, &context), [inner.node])
        case .conditional(let condition, let then, let otherwise):
            return explainConditional(condition, then, otherwise, expression, &context, status)
        case .comprehension(let macro):
            return explainComprehension(macro, expression, &context, status)
        case .bind(let variable, let value, let body):
            return explainBind(variable, value, body, expression, &context, status)
        case .optionalMap(let target, let variable, let body, _):
            return explainOptional(target, variable, body, expression, &context, status)
        default:
            let result = evaluate(expression, &context)
            let facts = facts(in: expression, &context)
            let terms = terms(expression.children, &context, status)
            return made(expression, status, result, terms, facts: facts)
        }
    }

    /// The subexpressions worth showing: all but facts and constants.
    private mutating func terms(
        _ parts: [Expression], _ context: inout Context, _ status: Trace.Status
    ) -> [Trace.Node] {
        guard spent <= Self.mostSpent else { return [] }
        var nodes: [Trace.Node] = []
        for part in parts where isTerm(part) {
            nodes.append(explain(part, &context, status.below).node)
        }
        return nodes
    }

    func isTerm(_ expression: Expression) -> Bool {
        if case .literal = expression.kind { return false }
        if planner.folded[expression.id] != nil { return false }
        if case .type = planner.scope.meaning(of: expression) { return false }
        return !isPath(expression)
    }

    private func made(
        _ expression: Expression, _ status: Trace.Status, _ result: Result<Value, EvaluationError>,
        _ terms: [Trace.Node], facts: [Trace.Fact] = [], elements: Trace.Elements? = nil
    ) -> Explained {
        let outcome: Trace.Outcome =
            switch result {
            case .success(.bool(let bool)): .value(.bool(bool))
            case .success where isRedacted(expression): .redacted
            case .success(let value) where hidden.isIn(value):
                hidden.masked(value).map { .value($0) } ?? .redacted
            case .success where isMadeOfHidden(expression, terms, facts): .redacted
            case .success(let value): .value(value)
            case .failure(let error): .failure(error)
            }
        var node = Trace.Node(
            span: expression.span, text: source[expression.span], status: status, outcome: outcome,
            facts: facts, elements: elements, terms: terms)
        node.isMadeOfHidden = isMadeOfHidden(expression, terms, facts)
        return (node, result)
    }

    /// True if a hidden value is part of the value: a part of a text reveals the whole.
    private func isMadeOfHidden(
        _ expression: Expression, _ terms: [Trace.Node], _ facts: [Trace.Fact]
    ) -> Bool {
        guard !isPath(expression) else { return false }
        return facts.contains(where: \.isHidden) || terms.contains(where: \.isMadeOfHidden)
    }

    // MARK: - Logic

    private mutating func explainLogic(
        _ kind: LogicOperator, _ terms: [Expression], _ expression: Expression,
        _ context: inout Context, _ status: Trace.Status
    ) -> Explained {
        var isDecided = false
        var nodes: [Trace.Node] = []
        var failed: [Int] = []
        for term in terms {
            let inner = explain(term, &context, isDecided ? .skipped : status.below)
            nodes.append(inner.node)
            guard !isDecided else { continue }
            if case .success(.bool(let bool)) = inner.result {
                isDecided = bool == kind.decisive
            } else {
                failed.append(nodes.count - 1)
            }
        }
        if isDecided {
            for place in failed { nodes[place] = nodes[place].with(.absorbed) }
        }
        return made(expression, status, evaluate(expression, &context), nodes)
    }

    private mutating func explainConditional(
        _ condition: Expression, _ then: Expression, _ otherwise: Expression,
        _ expression: Expression, _ context: inout Context, _ status: Trace.Status
    ) -> Explained {
        let test = explain(condition, &context, status.below)
        var chosen: Bool?
        if case .success(.bool(let bool)) = test.result { chosen = bool }
        let nodes = [
            test.node,
            explain(then, &context, chosen == true ? status.below : .skipped).node,
            explain(otherwise, &context, chosen == false ? status.below : .skipped).node,
        ]
        return made(expression, status, evaluate(expression, &context), nodes)
    }

    // MARK: - Macros

    /// Runs the closure with a macro's variables in scope.
    private mutating func with<Outcome>(
        _ variables: [Expression.Variable], _ values: [Value], isSecret: Bool,
        _ context: inout Context, _ body: (inout TraceBuilder, inout Context) -> Outcome
    ) -> Outcome {
        let first = planner.scope.locals.count
        let outer = secretLocals
        planner.scope.open(variables.map(\.name))
        for (offset, value) in values.enumerated() {
            context.locals[first + offset] = value
            if isSecret { secretLocals.insert(first + offset) }
        }
        defer {
            planner.scope.close(variables.map(\.name))
            secretLocals = outer
        }
        return body(&self, &context)
    }

    private func mustHide(_ value: Value, of expression: Expression) -> Bool {
        isRedacted(expression) || hidden.isIn(value)
    }

    private mutating func explainBind(
        _ variable: Expression.Variable, _ value: Expression, _ body: Expression,
        _ expression: Expression, _ context: inout Context, _ status: Trace.Status
    ) -> Explained {
        let result = evaluate(expression, &context)
        let facts = isTerm(value) ? [] : facts(in: value, &context)
        var nodes = terms([value], &context, status)
        if case .success(let bound) = evaluate(value, &context) {
            nodes.append(
                with([variable], [bound], isSecret: mustHide(bound, of: value), &context) {
                    $0.explain(body, &$1, status.below).node
                })
        }
        return made(expression, status, result, nodes, facts: facts)
    }

    /// Explains an optional macro; its body only if the optional has a value.
    private mutating func explainOptional(
        _ target: Expression, _ variable: Expression.Variable, _ body: Expression,
        _ expression: Expression, _ context: inout Context, _ status: Trace.Status
    ) -> Explained {
        let result = evaluate(expression, &context)
        let facts = isTerm(target) ? [] : facts(in: target, &context)
        var nodes = terms([target], &context, status)
        if case .success(.optional(let inner?)) = evaluate(target, &context) {
            nodes += with([variable], [inner], isSecret: mustHide(inner, of: target), &context) {
                $0.terms([body], &$1, status)
            }
        }
        return made(expression, status, result, nodes, facts: facts)
    }

    private mutating func explainComprehension(
        _ macro: Comprehension, _ expression: Expression, _ context: inout Context,
        _ status: Trace.Status
    ) -> Explained {
        let result = evaluate(expression, &context)
        let facts = isTerm(macro.range) ? [] : facts(in: macro.range, &context)
        var nodes = terms([macro.range], &context, status)
        guard let condition = macro.condition,
            case .success(let range) = evaluate(macro.range, &context)
        else { return made(expression, status, result, nodes, facts: facts) }
        var elements = tally(macro, condition, range, &context)
        elements.isRedacted = mustHide(range, of: macro.range)
        if let deciding = elements.deciding {
            let values = deciding.values(for: macro.variables.count)
            nodes.append(
                with(macro.variables, values, isSecret: elements.isRedacted, &context) {
                    $0.explain(condition, &$1, status.below).node
                })
        }
        return made(expression, status, result, nodes, facts: facts, elements: elements)
    }

    /// Evaluates the condition for every element.
    private mutating func tally(
        _ macro: Comprehension, _ condition: Expression, _ range: Value, _ context: inout Context
    ) -> Trace.Elements {
        let first = planner.scope.locals.count
        let places = Array(first..<first + macro.variables.count)
        let (_, node) = planner.with(macro.variables) { $0.plan(condition) }
        var elements = Trace.Elements()
        defer { spent += context.costSpent }
        guard var loop = Loop(range) else { return elements }
        context.refill()
        while loop.next(into: places, &context) {
            let element = Trace.Elements.Element(
                index: elements.count, places.map { context.locals[$0] }, isMap: range.isMap)
            elements.count += 1
            do throws(EvaluationError) {
                elements.note(element, try node.evaluateBool(&context), macro.kind)
            } catch {
                if error.isLimit {
                    elements.isCutShort = true
                    return elements
                }
                elements.errors += 1
            }
        }
        return elements
    }
}

extension Context {
    fileprivate mutating func refill() {
        costLeft = budget.cost
        sizeLeft = budget.size
    }
}

extension Trace.Status {
    /// The status of the parts of a node with this status.
    fileprivate var below: Trace.Status { self == .skipped ? .skipped : .evaluated }
}

extension Trace.Node {
    private var isFailure: Bool {
        guard status == .evaluated else { return false }
        switch outcome {
        case .failure: return true
        case .value, .redacted: return false
        }
    }

    fileprivate func with(_ status: Trace.Status) -> Trace.Node {
        var node = Trace.Node(
            span: span, text: text, status: status, outcome: outcome, facts: facts,
            elements: elements, terms: terms.map { $0.isFailure ? $0.with(status) : $0 })
        node.isMadeOfHidden = isMadeOfHidden
        return node
    }
}

extension Trace.Elements {
    private static let mostCounterExamples = 3

    fileprivate mutating func note(
        _ element: Element, _ isMet: Bool, _ kind: Comprehension.Kind
    ) {
        if isMet { matching += 1 }
        let isAgainst: Bool
        switch kind {
        case .all:
            if !isMet, deciding == nil { deciding = element }
            isAgainst = !isMet
        case .exists:
            if isMet, deciding == nil { deciding = element }
            isAgainst = !isMet
        case .existsOne:
            // The first match is decisive only while there is no third; the second decides that
            // there is not exactly one.
            if isMet, matching <= 2 { deciding = element }
            isAgainst = !isMet
        default: isAgainst = !isMet
        }
        if isAgainst, counterExamples.count < Trace.Elements.mostCounterExamples {
            counterExamples.append(element)
        }
    }
}

extension Trace.Elements.Element {
    fileprivate init(index: Int, _ locals: [Value], isMap: Bool) {
        self.index = index
        value = locals[locals.count - 1]
        key = isMap ? locals[0] : nil
    }

    /// The values of the macro's variables for this element.
    fileprivate func values(for count: Int) -> [Value] {
        if count == 1 { return [key ?? value] }
        return [key ?? .int(Int64(index)), value]
    }
}
