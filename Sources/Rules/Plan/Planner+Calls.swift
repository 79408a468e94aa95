/// Operators, calls and macros.
extension Planner {
    mutating func planBinary(
        _ kind: BinaryOperator, _ left: Node, _ right: Node, _ expression: Expression
    ) -> Node {
        let span = expression.span
        let node: Node =
            switch kind {
            case .equal: EqualityNode(left, right, isNegated: false, span)
            case .notEqual: EqualityNode(left, right, isNegated: true, span)
            case .less, .lessOrEqual, .greater, .greaterOrEqual: OrderNode(kind, left, right, span)
            case .in: MembershipNode(left, right, span)
            case .add, .subtract, .multiply, .divide, .modulo:
                ArithmeticNode(kind, left, right, span)
            }
        return fold(node, expression, [left, right])
    }

    mutating func planCall(
        _ name: String, rooted: Bool, _ arguments: [Expression], _ expression: Expression
    ) -> Node {
        let nodes = arguments.map { plan($0) }
        guard let (_, function) = scope.function(name, rooted: rooted) else {
            return FailingNode(.unboundFunction(name), expression.span)
        }
        return planCall(function, nodes, expression)
    }

    mutating func planMethod(
        _ target: Expression, _ name: String, _ arguments: [Expression], _ expression: Expression
    ) -> Node {
        if let (_, function) = scope.qualifiedFunction(target, name) {
            return planCall(function, arguments.map { plan($0) }, expression)
        }
        let nodes = ([target] + arguments).map { plan($0) }
        guard let (_, function) = scope.function(name, rooted: false) else {
            return FailingNode(.unboundFunction(name), expression.span)
        }
        if nodes.count == 2, name == "or" || name == "orValue" {
            let node = AlternativeNode(
                nodes[0], nodes[1], unwraps: name == "orValue", expression.span)
            return fold(node, expression, nodes)
        }
        return planCall(function, nodes, expression)
    }

    private mutating func planCall(
        _ function: Function, _ nodes: [Node], _ expression: Expression
    ) -> Node {
        let span = expression.span
        if function.name == "matches", nodes.count == 2,
            let pattern = (nodes[1] as? ConstantNode)?.value.asString
        {
            return planMatch(nodes[0], pattern, expression)
        }
        let node: Node =
            if nodes.count == 1, let one = function.one {
                CallOneNode(function, one, nodes[0], span)
            } else if nodes.count == 2, let two = function.two {
                CallTwoNode(function, two, nodes[0], nodes[1], span)
            } else {
                CallNode(function, nodes, span)
            }
        return fold(node, expression, nodes)
    }

    private mutating func planMatch(
        _ text: Node, _ pattern: String, _ expression: Expression
    ) -> Node {
        do {
            let node = MatchNode(text, try Regex(pattern), expression.span)
            return fold(node, expression, [text])
        } catch {
            return FailingNode(.invalidPattern(error.description), expression.span)
        }
    }

    mutating func planComprehension(_ macro: Comprehension, _ span: Range<Int>) -> Node {
        let range = plan(macro.range)
        let (places, (condition, result)) = with(macro.variables) { planner in
            (macro.condition.map { planner.plan($0) }, macro.result.map { planner.plan($0) })
        }
        switch (macro.kind, condition, result) {
        case (.all, let condition?, _):
            return QuantifierNode(macro.name, decisive: false, range, places, condition, span)
        case (.exists, let condition?, _):
            return QuantifierNode(macro.name, decisive: true, range, places, condition, span)
        case (.existsOne, let condition?, _):
            return SingleNode(macro.name, range, places, condition, span)
        case (.transformMap, _, let result?):
            return TransformMapNode(
                macro.name, range, places, condition: condition, result: result, span)
        default:
            return CollectNode(
                macro.name, range, places, condition: condition, result: result, span)
        }
    }
}
