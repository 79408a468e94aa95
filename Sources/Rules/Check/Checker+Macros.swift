/// Macros: the types of their variables, and the requirements on their parts.
extension Checker {
    private mutating func with(
        _ names: [String], _ types: [Type], _ body: (inout Checker) -> Type
    ) -> Type {
        scope.open(names)
        localTypes.append(contentsOf: types)
        defer {
            scope.close(names)
            localTypes.removeLast(types.count)
        }
        return body(&self)
    }

    mutating func checkComprehension(_ macro: Comprehension) -> Type {
        let range = check(macro.range)
        let variables = variableTypes(range, count: macro.variables.count, at: macro.range.span)
        return with(macro.variables.map(\.name), variables) { checker in
            if let condition = macro.condition {
                let type = checker.check(condition)
                if !checker.substitution.assign([type], to: [.bool]) {
                    _ = checker.fail(
                        "expected type 'bool' but found '\(checker.known(type))'",
                        at: condition.span)
                }
            }
            let result = macro.result.map { checker.check($0) }
            return checker.result(of: macro, range: range, element: result)
        }
    }

    private mutating func result(
        of macro: Comprehension, range: Type, element: Type?
    ) -> Type {
        switch macro.kind {
        case .all, .exists, .existsOne: return .bool
        case .map, .transformList: return .list(element ?? .dyn)
        case .filter:
            if case .map(let key, _) = known(range) { return .list(key) }
            if case .list = known(range) { return range }
            return .list(.dyn)
        case .transformMap:
            switch known(range) {
            case .map(let key, _): return .map(key, element ?? .dyn)
            case .list: return .map(.int, element ?? .dyn)
            default: return .map(.dyn, element ?? .dyn)
            }
        }
    }

    private mutating func variableTypes(
        _ range: Type, count: Int, at span: Range<Int>
    ) -> [Type] {
        switch known(range) {
        case .list(let element): return count == 1 ? [element] : [.int, element]
        case .map(let key, let value): return count == 1 ? [key] : [key, value]
        case .dyn, .error: break
        case .variable:
            // The type of the range is not inferred further.
            _ = substitution.assign([.dyn], to: [range])
        case let other:
            _ = fail(
                "expression of type '\(other)' cannot be range of a comprehension (must be list, "
                    + "map, or dynamic)", at: span)
        }
        return Array(repeating: .dyn, count: count)
    }

    mutating func checkBind(
        _ variable: Expression.Variable, _ value: Expression, _ body: Expression
    ) -> Type {
        let type = check(value)
        return with([variable.name], [type]) { $0.check(body) }
    }

    mutating func checkOptionalMap(
        _ target: Expression, _ variable: Expression.Variable, _ body: Expression, _ isFlat: Bool,
        _ expression: Expression
    ) -> Type {
        let type = check(target)
        let inner: Type
        switch known(type) {
        case .optional(let wrapped): inner = wrapped
        case .dyn, .error, .variable: inner = .dyn
        case let other: inner = fail("expected an optional, found '\(other)'", at: target.span)
        }
        let result = with([variable.name], [inner]) { $0.check(body) }
        guard isFlat else { return .optional(result) }
        switch known(result) {
        case .optional, .dyn, .error, .variable: return result
        case let other: return fail("expected an optional, found '\(other)'", at: body.span)
        }
    }
}
