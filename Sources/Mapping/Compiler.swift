import Rules

/// Compiles the expressions of one mapping and collects their errors.
struct Compiler {
    private let text: MappingText
    private(set) var faults: [MappingErrors.ExpressionError] = []

    private let environment: Environment

    init(_ text: MappingText, _ zones: Zones) {
        self.text = text
        environment = CompiledMapping.environment.with(zones: zones)
    }

    mutating func program(_ field: Field) -> FieldProgram? { programs(field).first }

    mutating func programs(_ field: Field) -> [FieldProgram] {
        text[field].indices.compactMap { program(field, at: $0) }
    }

    /// One of several expressions of a field; nil, with its errors recorded, if it does not
    /// compile.
    mutating func program(_ field: Field, at position: Int) -> FieldProgram? {
        let texts = text[field]
        let index = texts.count > 1 ? position : nil
        do throws(CompileErrors) {
            return FieldProgram(field, try compile(texts[position], for: field, at: index))
        } catch {
            faults.append(
                .init(
                    field: field, index: index, message: error.description,
                    diagnostics: error.diagnostics))
            return nil
        }
    }

    /// Reports a mapping that can never identify a participant and would leave every event
    /// unmapped.
    mutating func requireWayToPerson() {
        let ways: [Field] = [.referralCode, .customer, .reversal]
        guard ways.allSatisfy({ text[$0].isEmpty }) else { return }
        faults.append(
            .init(
                field: .referralCode, index: nil,
                message: "referral_code: a mapping needs this field, a customer or a reversal",
                diagnostics: []))
    }

    private func compile(
        _ text: String, for field: Field, at index: Int?
    ) throws(CompileErrors) -> Program {
        let name = index.map { "\(field.name)[\($0)]" } ?? field.name
        func compile(_ type: Type) throws(CompileErrors) -> Program {
            try Program.compile(
                text, name: name, in: environment, expecting: type)
        }
        let program = try compile(.dyn)
        var type = program.type
        var isOptional = false
        if case .optional(let inner) = type {
            type = inner
            isOptional = true
        }
        if field.takes(type) { return program }
        // Compiled again, for the error that names the field's type.
        return try compile(isOptional ? .optional(field.type) : field.type)
    }
}
