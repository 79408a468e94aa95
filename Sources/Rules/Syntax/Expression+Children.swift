extension Expression {
    /// The direct subexpressions, in the order of the text.
    var children: [Expression] {
        switch kind {
        case .literal, .identifier: []
        case .select(let operand, _), .has(let operand, _), .negate(let operand),
            .not(let operand):
            [operand]
        case .index(let operand, let key, _): [operand, key]
        case .call(_, _, let arguments): arguments
        case .method(let target, _, let arguments): [target] + arguments
        case .binary(_, let left, let right): [left, right]
        case .logic(_, let terms): terms
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .comprehension(let macro):
            [macro.range, macro.condition, macro.result].compactMap(\.self)
        case .bind(_, let value, let body): [value, body]
        case .optionalMap(let target, _, let body, _): [target, body]
        }
    }
}
