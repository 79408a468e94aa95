/// What parts of a rule read, and what of it may be shown.
extension Explainer {
    mutating func facts(
        in expression: Expression, _ context: inout Context
    ) -> [Trace.Fact] {
        var facts: [Trace.Fact] = []
        collect(expression, &facts, &context)
        return facts
    }

    /// The longest selections, each once; what macros read of their elements is not among them.
    private mutating func collect(
        _ expression: Expression, _ facts: inout [Trace.Fact], _ context: inout Context
    ) {
        switch expression.kind {
        case .identifier, .select, .index:
            guard isPath(expression) else { break }
            let path = source[expression.span]
            guard planner.folded[expression.id] == nil, !facts.contains(where: { $0.path == path })
            else { return }
            facts.append(
                Trace.Fact(path: path, content: content(of: expression, &context)))
            return
        case .has(let operand, let field):
            guard isPath(operand) else { break }
            let path = source[operand.span.lowerBound..<field.span.upperBound]
            var content = Trace.Fact.Content.absent
            if case .success(let value) = planner.evaluate(operand, &context),
                let member = (value.unwrapped ?? .null).find(name: field.name)
            {
                content = isRedacted(operand, field) ? .redacted : .value(member)
            }
            if !facts.contains(where: { $0.path == path }) {
                facts.append(Trace.Fact(path: path, content: content))
            }
            return
        case .comprehension(let macro):
            return collect(macro.range, &facts, &context)
        case .bind(_, let value, _):
            return collect(value, &facts, &context)
        case .optionalMap(let target, _, _, _):
            return collect(target, &facts, &context)
        default: break
        }
        for child in expression.children { collect(child, &facts, &context) }
    }

    /// Whether it is a variable, or selections from one by fixed names and keys.
    private func isPath(_ expression: Expression) -> Bool {
        switch planner.scope.meaning(of: expression) {
        case .local, .variable: return true
        case .type: return false
        case nil: break
        }
        switch expression.kind {
        case .select(let operand, _): return isPath(operand)
        case .index(let operand, let key, _):
            guard case .literal = key.kind else { return false }
            return isPath(operand)
        default: return false
        }
    }

    private mutating func content(
        of expression: Expression, _ context: inout Context
    ) -> Trace.Fact.Content {
        switch planner.evaluate(expression, &context) {
        case .failure: return .absent
        case .success(let value):
            guard let inner = value.unwrapped else { return .absent }
            return isRedacted(expression) ? .redacted : .value(inner)
        }
    }

    /// Whether it reads a field whose content is nobody's business.
    func isRedacted(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .select(let operand, let field), .has(let operand, let field):
            if isRedacted(operand, field) { return true }
        default: break
        }
        return expression.children.contains(where: isRedacted)
    }

    private func isRedacted(_ operand: Expression, _ field: Expression.Field) -> Bool {
        guard case .record(let record) = types[operand.id], let index = record.index(of: field.name)
        else { return false }
        return record.fields[index].isRedacted
    }
}
