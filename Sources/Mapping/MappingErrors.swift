import Rules

/// Everything that keeps a mapping's texts from being used, of all its fields at once.
package struct MappingErrors: Error, Equatable, Sendable {
    package struct Fault: Equatable, Sendable {
        package let field: Field
        /// The place in a list of expressions.
        package let index: Int?
        /// Place, problem, line and caret, as the rule language shows them.
        package let message: String
        /// The same, each with its place in the text; none where it is about no text.
        package let diagnostics: [Diagnostic]
    }

    package let faults: [Fault]

    init(_ faults: [Fault]) {
        precondition(!faults.isEmpty, "a refusal says what it refuses")
        self.faults = faults
    }
}

extension MappingErrors.Fault {
    /// A JSON pointer (RFC 6901) relative to the source.
    package var pointer: String { field.pointer(at: index) }
}

extension MappingErrors: CustomStringConvertible {
    package var description: String { faults.map(\.message).joined(separator: "\n") }
}
