import Time

/// The arguments of a command and its access to the process around it.
package struct Context: Sendable {
    /// The arguments of the command.
    package let arguments: Arguments
    /// Output, clock, environment and signals of the process.
    package let world: World

    /// Creates a context.
    package init(arguments: Arguments, world: World) {
        self.arguments = arguments
        self.world = world
    }

    /// The value of an option that the command declared.
    package subscript<Result>(_ option: Option<Result>) -> Result { arguments[option] }
    /// The value of an operand that the command declared.
    package subscript<Result>(_ operand: Operand<Result>) -> Result { arguments[operand] }

    /// Standard output, or its replacement in a test.
    package var output: Output { world.output }
    /// Standard error, or its replacement in a test.
    package var errors: Output { world.errors }
    /// The clock of the process.
    package var clock: WallClock { world.clock }
    /// The environment variables of the process.
    package var environment: [String: String] { world.environment }

    /// Writes a line to the output.
    package func line(_ text: String = "") { world.output.line(text) }

    /// Writes one JSON text and a line end to the output.
    package func json(_ bytes: [UInt8]) { world.output.json(bytes) }

    /// Takes over the signals to stop and returns a function that waits for one. The function also
    /// returns when the output fails, because a command that runs only to print has then nothing
    /// more to do.
    package func takeSignals() -> @Sendable () -> Void {
        let wait = world.takeSignals()
        world.output.whenFailed(world.endWait)
        return wait
    }
}
