/// One thing that the command line can do.
package protocol Command: SendableMetatype {
    /// How it is called and what it takes.
    static var usage: Usage { get }

    /// Does it. A `Failure` that is thrown is told on standard error; any other error counts as one of the
    /// environment. A failed write to the output needs no report of the command's: `Tool` makes it.
    static func run(_ context: Context) throws -> ExitCode
}

/// How a command is called and what it takes.
package struct Usage: Sendable {
    /// The words after the program's name, such as `keys create`.
    package let name: String
    /// What it does, in one line that begins with a verb.
    package let summary: String
    /// The paragraphs of the command's own help, separated by empty lines.
    package let details: String
    package let operands: [OperandDeclaration]
    package let options: [OptionDeclaration]

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
