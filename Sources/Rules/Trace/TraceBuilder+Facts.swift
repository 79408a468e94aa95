/// The facts that parts of a rule read, and the part of them that may be shown.
extension TraceBuilder {
    mutating func facts(
        in expression: Expression, _ context: inout Context
    ) -> [Trace.Fact] {
        var facts: [Trace.Fact] = []
        collect(expression, &facts, &context)
        return facts
    }

    /// Collects the longest selections, each once; facts of a part that is itself a term are listed
    /// there.
    private mutating func collect(
        _ expression: Expression, _ facts: inout [Trace.Fact], _ context: inout Context
    ) {
        if case .has(let operand, let field) = expression.kind, isPath(operand) {
            let path = source[operand.span.lowerBound..<field.span.upperBound]
            var fact = Trace.Fact(path: path, content: .absent)
            if case .success(let value) = evaluate(operand, &context),
                let member = (value.unwrapped ?? .null).find(name: field.name)
            {
                fact = self.fact(path, member, of: expression)
            }
            add(fact, to: &facts)
            return
        }
        if isPath(expression) {
            guard planner.folded[expression.id] == nil else { return }
            if case .type = planner.scope.meaning(of: expression) { return }
            add(fact(of: expression, &context), to: &facts)
            return
        }
        for child in expression.children where !isTerm(child) { collect(child, &facts, &context) }
    }

    private func add(_ fact: Trace.Fact, to facts: inout [Trace.Fact]) {
        if !facts.contains(where: { $0.path == fact.path }) { facts.append(fact) }
    }

    /// True for a variable, or selections from one by fixed names and keys.
    func isPath(_ expression: Expression) -> Bool {
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

    private mutating func fact(
        of expression: Expression, _ context: inout Context
    ) -> Trace.Fact {
        let path = source[expression.span]
        guard case .success(let value) = evaluate(expression, &context),
            let inner = value.unwrapped
        else { return Trace.Fact(path: path, content: .absent) }
        return fact(path, inner, of: expression)
    }

    private func fact(_ path: String, _ value: Value, of expression: Expression) -> Trace.Fact {
        guard !isRedacted(expression) else { return Trace.Fact(path: path, content: .redacted) }
        guard hidden.isIn(value) else { return Trace.Fact(path: path, content: .value(value)) }
        return Trace.Fact(
            path: path, content: hidden.masked(value).map { .value($0) } ?? .redacted,
            isHidden: true)
    }

    /// True if it reads a redacted field, or a variable that may hold the content of one.
    func isRedacted(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .identifier:
            guard case .local(let place) = planner.scope.meaning(of: expression) else {
                return false
            }
            return secretLocals.contains(place)
        case .select(let operand, let field), .has(let operand, let field):
            if case .record(let record) = types[operand.id] {
                // A record itself shows no secrets; only fields taken out of it are checked.
                if let index = record.index(of: field.name) {
                    if record.fields[index].isRedacted { return true }
                }
                return isName(operand) ? false : isRedacted(operand)
            }
            return escapes(operand) || isRedacted(operand)
        case .bind(_, let value, let body):
            return escapes(value) || isRedacted(value) || isRedacted(body)
        case .comprehension(let macro):
            return escapes(macro.range) || expression.children.contains(where: isRedacted)
        default:
            return expression.children.contains { escapes($0) || isRedacted($0) }
        }
    }

    private func isName(_ expression: Expression) -> Bool {
        if case .identifier = expression.kind { return true }
        return false
    }

    /// True if a whole record with secrets is passed on, so that types no longer show if the result
    /// is secret.
    private func escapes(_ expression: Expression) -> Bool {
        guard case .record(let record) = types[expression.id] else { return false }
        return record.fields.contains(where: \.isRedacted)
    }
}
