import Time

/// What a command works with: all that it may know of the world around it.
package struct Context: Sendable {
    package let arguments: Arguments
    package let output: Output
    /// For what is said to people while the output is for programs.
    package let errors: Output
    package let environment: [String: String]
    package let clock: WallClock

    package init(
        arguments: Arguments, output: Output, errors: Output, environment: [String: String],
        clock: WallClock
    ) {
        self.arguments = arguments
        self.output = output
        self.errors = errors
        self.environment = environment
        self.clock = clock
    }

    package subscript<Result>(_ option: Option<Result>) -> Result { arguments[option] }
    package subscript<Result>(_ operand: Operand<Result>) -> Result { arguments[operand] }
}
