/// Terms of one `&&` that exclude each other, and terms of one `||` of which one always holds.
extension Linter {
    mutating func lintContradictions(_ terms: [Expression], of kind: LogicOperator) {
        var seen: [(term: Expression, constraint: Constraint)] = []
        // Each term is compared with all earlier ones, so only the first terms of a long list are.
        for term in terms.prefix(64) {
            guard let found = Constraint(term, types: types, constant: constant) else { continue }
            let constraint = kind == .and ? found : found.negated
            let earlier = seen.first { $0.constraint.excludes(constraint, order: order) }
            seen.append((term, constraint))
            guard let earlier else { continue }
            let pair = "'\(Printer.text(of: earlier.term))' and '\(Printer.text(of: term))'"
            warn(
                kind == .and
                    ? "\(pair) are never both true, so the condition is never true"
                    : "one of \(pair) is always true, so the condition is never false", term)
        }
    }

    private func constant(_ expression: Expression) -> Value? {
        if let value = folded[expression.id] { return value }
        return if case .literal(let literal) = expression.kind { literal.value } else { nil }
    }

    private func order(_ left: Value, _ right: Value) -> Value.Order? {
        var context = Context(Activation(environment), budget: Budget(), zones: [:])
        guard let order = try? Value.order(left, right, &context), order != .none else {
            return nil
        }
        return order
    }
}
