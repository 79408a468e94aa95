/// A command of the program, such as `serve`.
package protocol Command: SendableMetatype {
    /// The name, operands, options and help of the command.
    static var usage: Usage { get }

    /// Runs the command. The message of a thrown `Failure` is printed to standard error; any other
    /// error gives exit code 3. `Tool` reports failed writes to the output, so the command need
    /// not.
    static func run(_ context: Context) throws -> ExitCode
}

/// The name, operands, options and help of a command.
package struct Usage: Sendable {
    /// The words after the program's name, such as `keys create`.
    package let name: String
    /// The purpose of the command in one line that begins with a verb.
    package let summary: String
    /// The paragraphs of the command's own help, separated by empty lines.
    package let details: String
    /// The operands in their order.
    package let operands: [OperandDeclaration]
    /// The options in the order of the help text.
    package let options: [OptionDeclaration]

    /// Creates the usage of a command.
    package init(
        _ name: String, _ summary: String, details: String = "",
        operands: [any DeclaresOperand] = [], options: [any DeclaresOption] = []
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.operands = operands.map(\.declaration)
        self.options = options.map(\.declaration)
        let names = Set(self.options.map(\.name))
        precondition(names.count == self.options.count, "each option is declared once")
        precondition(!names.contains("help"), "every command has --help")
        precondition(
            !self.operands.dropLast().contains { $0.most == nil || $0.least == 0 },
            "only the last operand may be left out or repeated")
    }

    /// `details`, split at empty lines.
    package var paragraphs: [Substring] { details.split(separator: "\n\n") }
}
