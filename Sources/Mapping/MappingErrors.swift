import Rules

/// The errors that prevent a mapping from being used, of all its fields at once.
package struct MappingErrors: Error, Equatable, Sendable {
    /// The error of one expression.
    package struct ExpressionError: Equatable, Sendable {
        /// The field that the expression gives.
        package let field: Field
        /// The index in a list of expressions; nil for a single one.
        package let index: Int?
        /// Place, problem, line and caret, in the form of the rule language.
        package let message: String
        /// The errors with their positions in the expression; empty for an error without one.
        package let diagnostics: [Diagnostic]
    }

    /// At least one error, in the order of the fields.
    package let faults: [ExpressionError]

    init(_ faults: [ExpressionError]) {
        precondition(!faults.isEmpty, "a refusal says what it refuses")
        self.faults = faults
    }
}

extension MappingErrors.ExpressionError {
    /// A JSON pointer (RFC 6901) relative to the source.
    package var pointer: String { field.pointer(at: index) }
}

extension MappingErrors: CustomStringConvertible {
    /// The messages, one after another.
    package var description: String { faults.map(\.message).joined(separator: "\n") }
}
