/// Operators, functions and methods: the search for the overloads that fit.
extension Checker {
    mutating func resolve(
        _ name: String, _ arguments: [Expression], _ expression: Expression
    ) -> Type {
        let types = arguments.map { check($0) }
        return resolve(name, Library.operators[name] ?? [], types, isMethod: false, expression)
    }

    /// A bare word beside a string is taken for a string without its quotation marks.
    mutating func checkBinary(
        _ kind: BinaryOperator, _ left: Expression, _ right: Expression, _ expression: Expression
    ) -> Type {
        let leftType = check(left)
        switch (kind, known(leftType)) {
        case (.equal, .string), (.notEqual, .string): missingQuotes.insert(right.id)
        case (.in, .string):
            if case .list(let elements) = right.kind {
                missingQuotes.formUnion(elements.map(\.value.id))
            }
        default: break
        }
        let types = [leftType, check(right)]
        return resolve(
            kind.function, Library.operators[kind.function] ?? [], types, isMethod: false,
            expression)
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
            return undeclared(name, expression, ForeignName.function(name, texts(arguments)))
        }
        return resolve(found, function.overloads, types, isMethod: false, expression)
    }

    private func texts(_ expressions: [Expression]) -> [String] {
        expressions.map { Printer.text(of: $0) }
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
            return undeclared(library + "." + name, expression, nil)
        }
        let types = ([target] + arguments).map { check($0) }
        guard let (_, function) = scope.function(name, rooted: false) else {
            let other = ForeignName.method(
                name, of: Printer.text(of: target), types[0],
                texts(arguments).joined(separator: ", "))
            return undeclared(name, expression, types.contains(.error) ? nil : other)
        }
        return resolve(name, function.overloads, types, isMethod: true, expression)
    }

    /// Reports a function that does not exist.
    ///
    /// - Parameter other: the expression to write instead, if one is known.
    private mutating func undeclared(
        _ name: String, _ expression: Expression, _ other: String?
    ) -> Type {
        if let slot = environment.slot(of: name) {
            let variable = environment.variables[slot].name
            return fail(
                "'\(name)' is a variable and not a function; write \(variable)",
                at: expression.span)
        }
        let names = Array(Library.functions.keys) + environment.functions.map(\.name)
        return fail(
            undeclaredReference(to: name)
                + (other.map { "; write \($0)" }
                    ?? suggestion(for: name, among: names.sorted())),
            at: expression.span)
    }

    func undeclaredReference(to name: String) -> String {
        let place =
            environment.container.isEmpty ? "" : " (in container '\(environment.container)')"
        return "undeclared reference to '\(name)'\(place)"
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
        if let mismatch = mismatch(expression, arguments) {
            return fail(mismatch.message, at: expression.span)
        }
        let shown = arguments.map { known($0).description }
        let applied =
            isMethod
            ? "\(shown[0]).(\(shown.dropFirst().joined(separator: ", ")))"
            : "(\(shown.joined(separator: ", ")))"
        return fail(
            "found no matching overload for '\(name)' applied to '\(applied)'"
                + (advice(expression, arguments) ?? advice(name, arguments)),
            at: expression.span)
    }

    private func mismatch(_ expression: Expression, _ types: [Type]) -> Mismatch? {
        guard case .binary(let kind, let left, let right) = expression.kind else { return nil }
        return Mismatch(
            kind, Mismatch.Side(expression: left, type: known(types[0])),
            Mismatch.Side(expression: right, type: known(types[1])))
    }

    /// A hint for a method that the type of its target does not have.
    private func advice(_ expression: Expression, _ types: [Type]) -> String? {
        guard case .method(let target, let name, let arguments) = expression.kind,
            case .list = known(types[0])
        else { return nil }
        return ForeignName.method(
            name, of: Printer.text(of: target), known(types[0]),
            texts(arguments).joined(separator: ", ")
        ).map { "; write \($0)" }
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
