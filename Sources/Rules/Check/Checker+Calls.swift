/// Operators, functions and methods: the search for the overloads that fit.
extension Checker {
    mutating func resolve(
        _ name: String, _ arguments: [Expression], _ expression: Expression
    ) -> Type {
        let types = arguments.map { check($0) }
        return resolve(name, Library.operators[name] ?? [], types, isMethod: false, expression)
    }

    mutating func checkLogic(
        _ kind: LogicOperator, _ terms: [Expression], _ expression: Expression
    ) -> Type {
        for term in terms {
            let type = check(term)
            if !substitution.assign([type], to: [.bool]) {
                _ = fail(
                    "found no matching overload for '\(kind.function)' applied to '(\(type))', "
                        + "expecting bool", at: term.span)
            }
        }
        return .bool
    }

    mutating func checkCall(
        _ name: String, _ rooted: Bool, _ arguments: [Expression], _ expression: Expression
    ) -> Type {
        let types = arguments.map { check($0) }
        guard let (found, function) = scope.function(name, rooted: rooted) else {
            return undeclared(name, expression)
        }
        return resolve(found, function.overloads, types, isMethod: false, expression)
    }

    mutating func checkMethod(
        _ target: Expression, _ name: String, _ arguments: [Expression], _ expression: Expression
    ) -> Type {
        if let (found, function) = scope.qualifiedFunction(target, name) {
            let types = arguments.map { check($0) }
            return resolve(found, function.overloads, types, isMethod: false, expression)
        }
        // A library's name without one of its functions: the target is not reported as a variable.
        if case .identifier(let library, _) = target.kind, scope.meaning(of: target) == nil,
            Library.prefixes.contains(library)
        {
            return undeclared(library + "." + name, expression)
        }
        let types = ([target] + arguments).map { check($0) }
        guard let (_, function) = scope.function(name, rooted: false) else {
            return undeclared(name, expression)
        }
        return resolve(name, function.overloads, types, isMethod: true, expression)
    }

    private mutating func undeclared(_ name: String, _ expression: Expression) -> Type {
        let names = Array(Library.functions.keys) + environment.functions.map(\.name)
        return fail(
            "undeclared reference to '\(name)' (in container '\(environment.container)')"
                + suggestion(for: name, among: names.sorted()), at: expression.span)
    }

    /// The common result of all overloads that accept these types: theirs if they agree, otherwise
    /// `dyn`.
    private mutating func resolve(
        _ name: String, _ overloads: [Overload], _ arguments: [Type], isMethod: Bool,
        _ expression: Expression
    ) -> Type {
        var result: Type?
        for overload in overloads where overload.isMethod == isMethod {
            let instance = substitution.instantiate(overload)
            guard substitution.assign(arguments, to: instance.parameters) else { continue }
            let found = known(instance.result)
            if let earlier = result, earlier != found { result = .dyn } else { result = found }
        }
        if let result { return result }
        if arguments.contains(.error) { return .error }
        let shown = arguments.map { known($0).description }
        let applied =
            isMethod
            ? "\(shown[0]).(\(shown.dropFirst().joined(separator: ", ")))"
            : "(\(shown.joined(separator: ", ")))"
        return fail(
            "found no matching overload for '\(name)' applied to '\(applied)'"
                + advice(name, arguments), at: expression.span)
    }

    /// A hint for the error. Numbers of different types are the most common cause.
    private func advice(_ name: String, _ arguments: [Type]) -> String {
        let numbers: [Type] = [.int, .uint, .double]
        guard arguments.count == 2, numbers.contains(arguments[0]), numbers.contains(arguments[1]),
            arguments[0] != arguments[1]
        else { return "" }
        return "; convert one side, for example with \(arguments[0])(…)"
    }
}
