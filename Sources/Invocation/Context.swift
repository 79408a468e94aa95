import Time

/// What a command works with: what it was given, and the world around it.
package struct Context: Sendable {
    package let arguments: Arguments
    package let world: World

    package init(arguments: Arguments, world: World) {
        self.arguments = arguments
        self.world = world
    }

    package subscript<Result>(_ option: Option<Result>) -> Result { arguments[option] }
    package subscript<Result>(_ operand: Operand<Result>) -> Result { arguments[operand] }

    package var output: Output { world.output }
    package var errors: Output { world.errors }
    package var clock: WallClock { world.clock }
    package var environment: [String: String] { world.environment }

    /// Says a line on the output.
    package func line(_ text: String = "") { world.output.line(text) }

    /// Prints one JSON text on the output.
    package func json(_ bytes: [UInt8]) { world.output.json(bytes) }

    /// Takes over the signals to stop. What it gives waits for one, or until the output fails: a command that
    /// only goes on in order to print has nothing more to do then.
    package func takeSignals() -> @Sendable () -> Void {
        let wait = world.takeSignals()
        world.output.whenFailed(world.endWait)
        return wait
    }
}
