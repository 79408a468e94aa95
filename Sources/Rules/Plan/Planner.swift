/// Converts a checked tree into nodes: resolves names to slots, folds constants, joins selections.
struct Planner {
    let source: Source
    let environment: Environment
    /// The type of each node; `dyn` if the rule was not checked.
    let types: [Type]
    var scope: Scope
    private(set) var localCount = 0
    /// The slots of the variables that the rule reads.
    private(set) var slots: Set<Int> = []
    /// The values of nodes that became constants, by id.
    private(set) var folded: [Int: Value] = [:]
    private let zones: [String: Zone]

    init(
        _ source: Source, _ environment: Environment, zones: [String: Zone], types: [Type]
    ) {
        self.zones = zones
        self.source = source
        self.environment = environment
        self.types = types
        scope = Scope(environment)
    }

    mutating func plan(_ expression: Expression) -> Node {
        let span = expression.span
        switch expression.kind {
        case .literal(let literal):
            return ConstantNode(literal.value, span)
        case .identifier(let name, _):
            return planName(expression) ?? FailingNode(.unboundVariable(name), span)
        case .select:
            return planName(expression) ?? planPath(expression)
        case .has(let operand, let field):
            let node = plan(operand)
            return fold(HasNode(node, field.name, span), expression, [node])
        case .index(let operand, let key, let isOptional):
            let nodes = [plan(operand), plan(key)]
            var text = source[key.span]
            if case .literal(.string(let literal)) = key.kind { text = literal }
            let node = IndexNode(
                nodes[0], nodes[1], isOptional: isOptional, keyText: text, path: source[span], span)
            return fold(node, expression, nodes)
        case .call(let name, let rooted, let arguments):
            return planCall(name, rooted: rooted, arguments, expression)
        case .method(let target, let name, let arguments):
            return planMethod(target, name, arguments, expression)
        case .negate(let operand):
            let node = plan(operand)
            return fold(NegationNode(node, span), expression, [node])
        case .not(let operand):
            let node = plan(operand)
            return fold(NotNode(node, span), expression, [node])
        case .binary(let kind, let left, let right):
            return planBinary(kind, plan(left), plan(right), expression)
        case .logic(let kind, let terms):
            let nodes = terms.map { plan($0) }
            return fold(LogicNode(kind, nodes, span), expression, nodes)
        case .conditional(let condition, let then, let otherwise):
            let nodes = [plan(condition), plan(then), plan(otherwise)]
            return fold(ConditionalNode(nodes[0], nodes[1], nodes[2], span), expression, nodes)
        case .list(let elements):
            let nodes = elements.map { (node: plan($0.value), isOptional: $0.isOptional) }
            return fold(ListNode(nodes, span), expression, nodes.map(\.node))
        case .map(let entries):
            let nodes = entries.map {
                (key: plan($0.key), value: plan($0.value), isOptional: $0.isOptional)
            }
            return fold(MapNode(nodes, span), expression, nodes.flatMap { [$0.key, $0.value] })
        case .comprehension(let macro):
            return planComprehension(macro, span)
        case .bind(let variable, let value, let body):
            let value = plan(value)
            let (places, body) = with([variable]) { $0.plan(body) }
            return BindNode(value, places[0], body, span)
        case .optionalMap(let target, let variable, let body, let isFlat):
            let optional = plan(target)
            let (places, node) = with([variable]) { $0.plan(body) }
            return OptionalMapNode(optional, places[0], node, isFlat: isFlat, span)
        }
    }

    /// Plans a part with more variables in scope, and passes their indices on.
    mutating func with<Result>(
        _ variables: [Expression.Variable], _ body: (inout Planner) -> Result
    ) -> (places: [Int], result: Result) {
        let names = variables.map(\.name)
        let first = scope.locals.count
        scope.open(names)
        localCount = max(localCount, scope.locals.count)
        defer { scope.close(names) }
        return (Array(first..<first + names.count), body(&self))
    }

    /// The node's value as a constant, if it depends on constants only and can be evaluated.
    func foldable(_ node: Node, _ children: [Node]) -> ConstantNode? {
        guard children.allSatisfy({ $0 is ConstantNode }) else { return nil }
        // A value that is large or slow to compute is left to the evaluation, which has a budget.
        var context = Context(
            Activation(environment), budget: Budget(cost: 5000, size: 16_384),
            zones: zones)
        guard let value = try? node.evaluate(&context) else { return nil }
        return ConstantNode(value, node.span)
    }

    mutating func fold(_ node: Node, _ expression: Expression, _ children: [Node]) -> Node {
        guard let constant = foldable(node, children) else { return node }
        folded[expression.id] = constant.value
        return constant
    }

    // MARK: - Names and selections

    private mutating func planName(_ expression: Expression) -> Node? {
        switch scope.meaning(of: expression) {
        case .local(let place): return LocalNode(place, expression.span)
        case .type(let type): return ConstantNode(.type(type), expression.span)
        case .variable(let slot):
            slots.insert(slot)
            let node = VariableNode(slot, environment.variables[slot].name, expression.span)
            guard case .select = expression.kind else { return node }
            return ambiguous(node, slot, expression) ?? node
        case nil: return nil
        }
    }

    /// The other readings of a dotted name that is a variable: a field of a shorter one.
    private mutating func ambiguous(
        _ node: Node, _ slot: Int, _ expression: Expression
    ) -> Node? {
        guard case .select(let operand, _) = expression.kind,
            let shorter = nearestVariable(operand)
        else { return nil }
        return AmbiguousNode([(slot, node), (shorter, planPath(expression))], expression.span)
    }

    private func nearestVariable(_ expression: Expression) -> Int? {
        if case .variable(let slot) = scope.meaning(of: expression) { return slot }
        guard case .select(let operand, _) = expression.kind else { return nil }
        return nearestVariable(operand)
    }

    /// Joins the selections of a chain into one node.
    private mutating func planPath(_ expression: Expression) -> Node {
        var steps: [PathNode.Step] = []
        var current = expression
        while case .select(let operand, let field) = current.kind,
            steps.isEmpty || scope.meaning(of: current) == nil
        {
            var record: RecordType?
            if case .record(let type) = types[operand.id] { record = type }
            steps.append(
                PathNode.Step(
                    name: field.name, isOptional: field.isOptional, path: source[current.span],
                    span: current.span, record: record,
                    index: record?.index(of: field.name) ?? 0))
            current = operand
        }
        let base = plan(current)
        return fold(PathNode(base, steps.reversed(), expression.span), expression, [base])
    }
}

extension Literal {
    var value: Value {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .uint(let value): .uint(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .bytes(let value): .bytes(value)
        }
    }
}
