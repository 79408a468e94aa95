import Rules

/// The values of expressions in the types of fields; values of other types are recorded as
/// problems.
extension ItemReader {
    /// A text; an empty one counts as absent.
    mutating func text(_ program: FieldProgram?, isRequired: Bool = false) -> String? {
        guard let program, let value = value(program, isRequired: isRequired),
            let text = string(value, program)
        else { return nil }
        guard text.isEmpty else { return text }
        if isRequired {
            problems.append(program.problem(.missing(path: program.program.source.text)))
        }
        return nil
    }

    mutating func string(_ value: Rules.Value, _ program: FieldProgram) -> String? {
        let takesDigits = program.field.takesDigits
        guard let text = value.asString ?? (takesDigits ? value.digits : nil) else {
            problems.append(
                program.problem(
                    .wrongType(
                        found: value.typeName.name,
                        wanted: takesDigits ? "string or whole number" : "string")))
            return nil
        }
        guard text.utf8.count <= Limits.textBytes else {
            problems.append(program.problem(.tooLong(limit: Limits.textBytes)))
            return nil
        }
        return visible(text, program)
    }

    mutating func bool(_ program: FieldProgram?, isRequired: Bool = false) -> Bool? {
        guard let program, let value = value(program, isRequired: isRequired) else { return nil }
        guard let bool = value.asBool else {
            problems.append(
                program.problem(.wrongType(found: value.typeName.name, wanted: "bool")))
            return nil
        }
        return bool
    }

    /// The value of a field; nil if it is absent or its expression failed. A failure is recorded as
    /// a problem, and so is absence if the field is required.
    mutating func value(_ program: FieldProgram, isRequired: Bool = false) -> Rules.Value? {
        switch select(program) {
        case .value(let value): return value
        case .absent(let path):
            if isRequired { problems.append(program.problem(.missing(path: path))) }
        case .failed(let error):
            problems.append(program.problem(.failed(error.description)))
        }
        return nil
    }

    mutating func select(_ program: FieldProgram) -> Selection {
        let granted = Budget(
            cost: min(Limits.expression.cost, left.cost),
            size: min(Limits.expression.size, left.size))
        var budget = granted
        defer {
            left.cost -= granted.cost - budget.cost
            left.size -= granted.size - budget.size
        }
        return program.program.select(activation, spending: &budget)
    }
}
