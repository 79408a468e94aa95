import Currencies

/// The type checker: finds the type of every part of a rule, and every error that does not depend
/// on facts.
struct Checker {
    let source: Source
    let environment: Environment
    var scope: Scope
    /// The types of the macro variables in scope, in the order of `scope`.
    var localTypes: [Type] = []
    var substitution = Substitution()
    var types: [Type]
    var errors: [Diagnostic] = []
    /// The ids of expressions that are compared with a string: a bare word among them probably
    /// lacks its quotation marks.
    var missingQuotes: Set<Int> = []

    private init(_ source: Source, _ environment: Environment, count: Int) {
        self.source = source
        self.environment = environment
        scope = Scope(environment)
        types = Array(repeating: .error, count: count)
    }

    /// The type of every node by its id; throws all errors.
    static func check(
        _ root: Expression, count: Int, source: Source, in environment: Environment
    ) throws(CompileErrors) -> [Type] {
        var checker = Checker(source, environment, count: count)
        checker.check(root)
        guard checker.errors.isEmpty else { throw CompileErrors(.check, checker.errors) }
        return checker.types.map { checker.substitution.resolve($0, openAsDyn: true) }
    }

    mutating func fail(_ message: String, at span: Range<Int>) -> Type {
        errors.append(Diagnostic(message, at: span, in: source))
        return .error
    }

    func known(_ type: Type) -> Type { substitution.resolve(type, openAsDyn: false) }

    @discardableResult
    mutating func check(_ expression: Expression) -> Type {
        let type = known(deduce(expression))
        types[expression.id] = type
        return type
    }

    private mutating func deduce(_ expression: Expression) -> Type {
        switch expression.kind {
        case .literal(let literal): literal.type
        case .identifier(let name, _): checkIdentifier(name, expression)
        case .select(let operand, let field): checkSelect(operand, field, expression)
        case .has(let operand, let field): checkHas(operand, field)
        case .index(let operand, let key, let isOptional):
            checkIndex(operand, key, isOptional, expression)
        case .call(let name, let rooted, let arguments):
            checkCall(name, rooted, arguments, expression)
        case .method(let target, let name, let arguments):
            checkMethod(target, name, arguments, expression)
        case .negate(let operand): resolve("-_", [operand], expression)
        case .not(let operand): resolve("!_", [operand], expression)
        case .binary(let kind, let left, let right):
            checkBinary(kind, left, right, expression)
        case .logic(let kind, let terms): checkLogic(kind, terms, expression)
        case .conditional(let condition, let then, let otherwise):
            resolve("_?_:_", [condition, then, otherwise], expression)
        case .list(let elements): checkList(elements)
        case .map(let entries): checkMap(entries)
        case .comprehension(let comprehension): checkComprehension(comprehension)
        case .bind(let variable, let value, let body): checkBind(variable, value, body)
        case .optionalMap(let target, let variable, let body, let isFlat):
            checkOptionalMap(target, variable, body, isFlat, expression)
        }
    }

    // MARK: - Names

    private func type(of meaning: Scope.Meaning) -> Type {
        switch meaning {
        case .local(let place): localTypes[place]
        case .variable(let slot): environment.variables[slot].type
        case .type: .type
        }
    }

    private mutating func checkIdentifier(_ name: String, _ expression: Expression) -> Type {
        if let meaning = scope.meaning(of: expression) { return type(of: meaning) }
        return fail(
            undeclaredReference(to: name)
                + advice(name, isText: missingQuotes.contains(expression.id)),
            at: expression.span)
    }

    /// A hint for a bare word that is no variable.
    private func advice(_ name: String, isText: Bool) -> String {
        if let literal = ForeignName.literal(name) { return "; write \(literal)" }
        if name.utf8.allSatisfy({ (0x41...0x5A).contains($0) }), Currency(name)?.isListed == true {
            return "; write \"\(name)\" in quotation marks"
        }
        let owners = environment.variables.filter { variable in
            if case .record(let record) = variable.type {
                record.index(of: name) != nil
            } else {
                false
            }
        }
        if !owners.isEmpty {
            return "; write " + owners.map { "\($0.name).\(name)" }.joined(separator: " or ")
        }
        let nearest = suggestion(
            for: name, among: scope.locals + environment.variables.map(\.name))
        if !nearest.isEmpty { return nearest }
        if isText { return "; write \"\(name)\" in quotation marks" }
        let variables = environment.variables.map(\.name)
        guard (2...8).contains(variables.count) else { return "" }
        return "; the variables are " + variables.dropLast().joined(separator: ", ")
            + " and \(variables[variables.count - 1])"
    }

    private mutating func checkSelect(
        _ operand: Expression, _ field: Expression.Field, _ expression: Expression
    ) -> Type {
        if let meaning = scope.meaning(of: expression) { return type(of: meaning) }
        let target = check(operand)
        let selected = self.field(field, of: target, operand)
        if field.isOptional {
            if case .optional = selected { return selected }
            return .optional(selected)
        }
        return selected
    }

    private mutating func checkHas(_ operand: Expression, _ field: Expression.Field) -> Type {
        let target = check(operand)
        _ = self.field(field, of: target, operand)
        return .bool
    }

    /// The type of a field; an optional if the target is one.
    private mutating func field(
        _ field: Expression.Field, of target: Type, _ operand: Expression
    ) -> Type {
        switch known(target) {
        case .map(_, let value): return value
        case .dyn, .error: return .dyn
        case .variable:
            _ = substitution.assign([.dyn], to: [target])
            return .dyn
        case .optional(let inner):
            let type = self.field(field, of: inner, operand)
            return .optional(type)
        case .record(let record):
            if let index = record.index(of: field.name) { return record.fields[index].type }
            let names = record.fields.map(\.name)
            return fail(
                "undefined field '\(field.name)'" + suggestion(for: field.name, among: names),
                at: field.span)
        case let other:
            let hint =
                ["length", "size", "count", "len"].contains(field.name)
                ? "; write size(\(Printer.text(of: operand)))" : ""
            return fail(
                "\(typeInWords("\(other)")) has no field '\(field.name)'\(hint)", at: field.span)
        }
    }

    private mutating func checkIndex(
        _ operand: Expression, _ key: Expression, _ isOptional: Bool, _ expression: Expression
    ) -> Type {
        resolve(isOptional ? "_[?_]" : "_[_]", [operand, key], expression)
    }

    // MARK: - Literals

    private mutating func checkList(_ elements: [Expression.Element]) -> Type {
        var joined: Type?
        for element in elements {
            let type = itemType(element.value, isOptional: element.isOptional)
            joined = substitution.join(joined, type)
        }
        return .list(joined ?? substitution.fresh())
    }

    private mutating func checkMap(_ entries: [Expression.Entry]) -> Type {
        var keys: Type?
        var values: Type?
        for entry in entries {
            let key = check(entry.key)
            keys = substitution.join(keys, key)
            let value = itemType(entry.value, isOptional: entry.isOptional)
            values = substitution.join(values, value)
        }
        return .map(keys ?? substitution.fresh(), values ?? substitution.fresh())
    }

    /// The type of an element; for `?element`, the type inside the optional.
    private mutating func itemType(_ value: Expression, isOptional: Bool) -> Type {
        let type = check(value)
        guard isOptional else { return type }
        switch type {
        case .optional(let inner): return inner
        case .dyn, .error, .variable: return .dyn
        default: return fail("expected an optional, found '\(type)'", at: value.span)
        }
    }
}

extension Literal {
    var type: Type {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        }
    }
}
