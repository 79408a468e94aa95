/// Calls, including those that are macros. A macro's name with another number of arguments is a
/// plain call.
extension Parser {
    mutating func makeCall(
        _ name: String, rooted: Bool, _ arguments: [Expression], from start: Int
    ) throws(Diagnostic) -> Expression {
        if name == "has", !rooted, arguments.count == 1 {
            guard case .select(let operand, let field) = arguments[0].kind, !field.isOptional else {
                throw error(
                    "invalid argument to has() macro: expecting a selection such as has(a.b)",
                    at: arguments[0].span)
            }
            return try make(.has(operand, field), from: start, height: [operand])
        }
        return try make(
            .call(name, rooted: rooted, arguments), from: start, height: arguments)
    }

    mutating func makeMethod(
        _ target: Expression, _ name: String, _ arguments: [Expression], from start: Int
    ) throws(Diagnostic) -> Expression {
        if let kind = try macro(target, name, arguments) {
            return try make(kind, from: start, height: [target] + arguments)
        }
        return try make(
            .method(target, name, arguments), from: start, height: [target] + arguments)
    }

    private func macro(
        _ target: Expression, _ name: String, _ arguments: [Expression]
    ) throws(Diagnostic) -> Expression.Kind? {
        switch (name, arguments.count) {
        case ("all", 2...3): try test(.all, target, name, arguments)
        case ("exists", 2...3): try test(.exists, target, name, arguments)
        case ("exists_one", 2), ("existsOne", 2...3):
            try test(.existsOne, target, name, arguments)
        case ("filter", 2): try test(.filter, target, name, arguments)
        case ("map", 2...3):
            try transform(.map, target, name, arguments, variables: 1)
        case ("transformList", 3...4):
            try transform(.transformList, target, name, arguments, variables: 2)
        case ("transformMap", 3...4):
            try transform(.transformMap, target, name, arguments, variables: 2)
        case ("optMap", 2), ("optFlatMap", 2):
            .optionalMap(
                target, try variable(arguments[0]), arguments[1], isFlat: name == "optFlatMap")
        case ("bind", 3) where isLibrary(target, "cel"):
            .bind(try variable(arguments[0]), arguments[1], arguments[2])
        default: nil
        }
    }

    private func isLibrary(_ target: Expression, _ name: String) -> Bool {
        if case .identifier(name, rooted: false) = target.kind { true } else { false }
    }

    private func test(
        _ kind: Comprehension.Kind, _ range: Expression, _ name: String,
        _ arguments: [Expression]
    ) throws(Diagnostic) -> Expression.Kind {
        .comprehension(
            Comprehension(
                kind: kind, name: name, range: range,
                variables: try variables(arguments.dropLast()), condition: arguments.last,
                result: nil))
    }

    private func transform(
        _ kind: Comprehension.Kind, _ range: Expression, _ name: String,
        _ arguments: [Expression], variables count: Int
    ) throws(Diagnostic) -> Expression.Kind {
        .comprehension(
            Comprehension(
                kind: kind, name: name, range: range,
                variables: try variables(arguments.prefix(count)),
                condition: arguments.count == count + 2 ? arguments[count] : nil,
                result: arguments.last))
    }

    private func variables(
        _ arguments: ArraySlice<Expression>
    ) throws(Diagnostic) -> [Expression.Variable] {
        var names: [Expression.Variable] = []
        for argument in arguments {
            let next = try variable(argument)
            guard !names.contains(where: { $0.name == next.name }) else {
                throw error(
                    "the two variables of a macro must have different names", at: argument.span)
            }
            names.append(next)
        }
        return names
    }

    private func variable(_ argument: Expression) throws(Diagnostic) -> Expression.Variable {
        guard case .identifier(let name, rooted: false) = argument.kind else {
            throw error("argument must be a simple name", at: argument.span)
        }
        return Expression.Variable(name: name, span: argument.span)
    }
}
