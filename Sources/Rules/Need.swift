/// A fact that a rule reads: a variable, or a part of one that fixed names and keys select.
package struct Need: Equatable, Sendable {
    /// The names from the variable on, such as `event` and `amount`.
    package let path: [String]
    /// The type of the value; `dyn` if the declarations do not say.
    package let type: Type
    /// True for a field of a record that may be absent.
    package let mayBeAbsent: Bool
    /// True for a currency, which must be a code of ISO 4217.
    package let isCurrency: Bool

    /// The path with full stops.
    package var name: String { path.joined(separator: ".") }
}

extension Program {
    /// The facts that the rule reads, in the order of the text. A part of a variable replaces the
    /// variable as a whole.
    package var needs: [Need] {
        var collector = NeedCollector(scope: Scope(environment), types: types)
        collector.visit(expression)
        let needs = collector.needs
        return needs.filter { need in
            !needs.contains { $0.path.count > need.path.count && $0.path.starts(with: need.path) }
        }
    }
}

private struct NeedCollector {
    var scope: Scope
    let types: [Type]
    var needs: [Need] = []

    mutating func visit(_ expression: Expression) {
        if let need = need(expression) {
            if !needs.contains(where: { $0.path == need.path }) { needs.append(need) }
            return
        }
        switch expression.kind {
        case .comprehension(let macro):
            visit(macro.range)
            with(macro.variables, [macro.condition, macro.result].compactMap(\.self))
        case .bind(let variable, let value, let body):
            visit(value)
            with([variable], [body])
        case .optionalMap(let target, let variable, let body, _):
            visit(target)
            with([variable], [body])
        default: for child in expression.children { visit(child) }
        }
    }

    private mutating func with(_ variables: [Expression.Variable], _ bodies: [Expression]) {
        let names = variables.map(\.name)
        scope.open(names)
        for body in bodies { visit(body) }
        scope.close(names)
    }

    private func need(_ expression: Expression) -> Need? {
        if case .variable(let slot) = scope.meaning(of: expression) {
            let variable = scope.environment.variables[slot]
            return Need(
                path: [variable.name], type: variable.type, mayBeAbsent: false, isCurrency: false)
        }
        switch expression.kind {
        case .select(let operand, let field), .has(let operand, let field):
            guard let outer = need(operand) else { return nil }
            return part(field.name, of: outer, types[operand.id])
        case .index(let operand, let key, _):
            guard case .literal(.string(let name)) = key.kind, let outer = need(operand) else {
                return nil
            }
            return part(name, of: outer, types[operand.id])
        default: return nil
        }
    }

    private func part(_ name: String, of outer: Need, _ owner: Type) -> Need {
        let owner = if case .optional(let inner) = owner { inner } else { owner }
        switch owner {
        case .record(let record):
            guard let index = record.index(of: name) else { break }
            let field = record.fields[index]
            return Need(
                path: outer.path + [name], type: field.type, mayBeAbsent: field.mayBeAbsent,
                isCurrency: field.isCurrency)
        case .map(_, let content):
            return Need(
                path: outer.path + [name], type: content, mayBeAbsent: true, isCurrency: false)
        default: break
        }
        return Need(path: outer.path + [name], type: .dyn, mayBeAbsent: true, isCurrency: false)
    }
}
