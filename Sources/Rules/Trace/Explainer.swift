/// Builds a trace by walking over a rule's logic; what stands below is evaluated by planned nodes.
struct Explainer {
    typealias Explained = (node: Trace.Node, result: Result<Value, EvaluationError>)

    let source: Source
    let types: [Type]
    var planner: Planner

    init(_ program: Program) {
        source = program.source
        types = program.types
        planner = Planner(program.source, program.environment, types: program.types)
    }

    mutating func explain(
        _ expression: Expression, _ context: inout Context, _ status: Trace.Status = .evaluated
    ) -> Explained {
        switch expression.kind {
        case .logic(let kind, let terms):
            return explainLogic(kind, terms, expression, &context, status)
        case .not(let operand):
            let inner = explain(operand, &context)
            return made(expression, status, planner.evaluate(expression, &context), [inner.node])
        case .conditional(let condition, let then, let otherwise):
            return explainConditional(condition, then, otherwise, expression, &context, status)
        case .comprehension(let macro):
            return explainComprehension(macro, expression, &context, status)
        case .bind(let variable, let value, let body):
            let result = planner.evaluate(expression, &context)
            guard case .success(let bound) = planner.evaluate(value, &context) else { break }
            let facts = facts(in: value, &context)
            let inner = with([variable], [bound], &context) { explainer, context in
                explainer.explain(body, &context).node
            }
            return made(expression, status, result, [inner], facts: facts)
        default: break
        }
        let result = planner.evaluate(expression, &context)
        return made(expression, status, result, [], facts: facts(in: expression, &context))
    }

    private func made(
        _ expression: Expression, _ status: Trace.Status, _ result: Result<Value, EvaluationError>,
        _ terms: [Trace.Node], facts: [Trace.Fact] = [], elements: Trace.Elements? = nil
    ) -> Explained {
        let outcome: Trace.Outcome =
            switch result {
            case .success(.bool(let bool)): .value(.bool(bool))
            case .success where isRedacted(expression): .redacted(failed: false)
            case .failure where isRedacted(expression): .redacted(failed: true)
            case .success(let value): .value(value)
            case .failure(let error): .failure(error)
            }
        let node = Trace.Node(
            span: expression.span, text: source[expression.span], status: status, outcome: outcome,
            facts: facts, elements: elements, terms: terms)
        return (node, result)
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
            let inner = explain(term, &context, isDecided ? .skipped : .evaluated)
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
        return made(expression, status, planner.evaluate(expression, &context), nodes)
    }

    private mutating func explainConditional(
        _ condition: Expression, _ then: Expression, _ otherwise: Expression,
        _ expression: Expression, _ context: inout Context, _ status: Trace.Status
    ) -> Explained {
        let test = explain(condition, &context)
        var chosen: Bool?
        if case .success(.bool(let bool)) = test.result { chosen = bool }
        let nodes = [
            test.node,
            explain(then, &context, chosen == true ? .evaluated : .skipped).node,
            explain(otherwise, &context, chosen == false ? .evaluated : .skipped).node,
        ]
        return made(expression, status, planner.evaluate(expression, &context), nodes)
    }

    // MARK: - Macros

    /// Runs something with a macro's variables in scope.
    private mutating func with<Outcome>(
        _ variables: [Expression.Variable], _ values: [Value], _ context: inout Context,
        _ body: (inout Explainer, inout Context) -> Outcome
    ) -> Outcome {
        let first = planner.scope.locals.count
        planner.scope.open(variables.map(\.name))
        defer { planner.scope.close(variables.map(\.name)) }
        for (offset, value) in values.enumerated() { context.locals[first + offset] = value }
        return body(&self, &context)
    }

    private mutating func explainComprehension(
        _ macro: Comprehension, _ expression: Expression, _ context: inout Context,
        _ status: Trace.Status
    ) -> Explained {
        let result = planner.evaluate(expression, &context)
        let facts = facts(in: macro.range, &context)
        guard let condition = macro.condition,
            case .success(let range) = planner.evaluate(macro.range, &context)
        else { return made(expression, status, result, [], facts: facts) }
        let elements = tally(macro, condition, range, &context)
        var terms: [Trace.Node] = []
        if let deciding = elements.deciding {
            let values = deciding.values(for: macro.variables.count)
            terms.append(
                with(macro.variables, values, &context) { explainer, context in
                    explainer.explain(condition, &context).node
                })
        }
        return made(expression, status, result, terms, facts: facts, elements: elements)
    }

    /// Tries the condition on every element.
    private mutating func tally(
        _ macro: Comprehension, _ condition: Expression, _ range: Value, _ context: inout Context
    ) -> Trace.Elements {
        let first = planner.scope.locals.count
        let places = Array(first..<first + macro.variables.count)
        let (_, node) = planner.with(macro.variables) { $0.plan(condition) }
        var elements = Trace.Elements()
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

extension Planner {
    /// The value of a part of the rule, with a budget of its own.
    mutating func evaluate(
        _ expression: Expression, _ context: inout Context
    ) -> Result<Value, EvaluationError> {
        let node = plan(expression)
        context.refill()
        return Result { () throws(EvaluationError) in try node.evaluate(&context) }
    }
}

extension Context {
    fileprivate mutating func refill() {
        costLeft = budget.cost
        sizeLeft = budget.size
    }
}

extension Trace.Node {
    fileprivate func with(_ status: Trace.Status) -> Trace.Node {
        Trace.Node(
            span: span, text: text, status: status, outcome: outcome, facts: facts,
            elements: elements, terms: terms)
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
            // One match may stand alone; the second settles it.
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

    /// What the macro's variables are at this element.
    fileprivate func values(for count: Int) -> [Value] {
        if count == 1 { return [key ?? value] }
        return [key ?? .int(Int64(index)), value]
    }
}
