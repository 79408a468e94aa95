extension Expression {
    /// The same node with another content.
    func with(_ kind: Kind) -> Expression { Expression(id: id, span: span, kind: kind) }

    /// The same node with one of its direct subexpressions replaced.
    ///
    /// - Parameter index: the place among `children`.
    func replacingChild(_ index: Int, by child: Expression) -> Expression {
        var children = children
        children[index] = child
        return rebuilt(from: children)
    }

    /// The same node with all its direct subexpressions replaced, in the order of `children`.
    private func rebuilt(from children: [Expression]) -> Expression {
        switch kind {
        case .literal, .identifier: self
        case .select(_, let field): with(.select(children[0], field))
        case .has(_, let field): with(.has(children[0], field))
        case .negate: with(.negate(children[0]))
        case .not: with(.not(children[0]))
        case .index(_, _, let isOptional):
            with(.index(children[0], children[1], optional: isOptional))
        case .call(let name, let rooted, _): with(.call(name, rooted: rooted, children))
        case .method(_, let name, _):
            with(.method(children[0], name, Array(children.dropFirst())))
        case .binary(let operation, _, _):
            with(.binary(operation, children[0], children[1]))
        case .logic(let operation, _): with(.logic(operation, children))
        case .conditional:
            with(.conditional(children[0], then: children[1], otherwise: children[2]))
        case .list(let elements):
            with(
                .list(
                    zip(elements, children).map {
                        Element(value: $1, isOptional: $0.isOptional)
                    }))
        case .map(let entries):
            with(
                .map(
                    entries.indices.map { index in
                        Entry(
                            key: children[2 * index], value: children[2 * index + 1],
                            isOptional: entries[index].isOptional)
                    }))
        case .comprehension(let macro): with(.comprehension(macro.rebuilt(from: children)))
        case .bind(let variable, _, _): with(.bind(variable, children[0], children[1]))
        case .optionalMap(_, let variable, _, let isFlat):
            with(.optionalMap(children[0], variable, children[1], isFlat: isFlat))
        }
    }
}

extension Comprehension {
    fileprivate func rebuilt(from children: [Expression]) -> Comprehension {
        var rest = children.dropFirst()
        return Comprehension(
            kind: kind, name: name, range: children[0], variables: variables,
            condition: condition == nil ? nil : rest.removeFirst(),
            result: result == nil ? nil : rest.removeFirst())
    }

    /// The same macro under another name.
    func renamed(_ kind: Kind, _ name: String) -> Comprehension {
        Comprehension(
            kind: kind, name: name, range: range, variables: variables, condition: condition,
            result: result)
    }
}
