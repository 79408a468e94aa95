import Time

/// A command's access to its process, replaceable in tests.
package struct World: Sendable {
    /// Standard output.
    package var output: Output
    /// Standard error: messages for people, separate from output for programs.
    package var errors: Output
    /// The environment variables.
    package var environment: [String: String]
    /// The clock.
    package var clock: WallClock
    /// Takes over the signals to stop, and returns a function that waits for one. Must be called
    /// before any thread starts.
    package var takeSignals: @Sendable () -> @Sendable () -> Void
    /// Ends the wait that `takeSignals` returned, as a signal would.
    package var endWait: @Sendable () -> Void

    /// Creates an access from its parts.
    package init(
        output: Output, errors: Output, environment: [String: String] = [:],
        clock: WallClock = .system,
        takeSignals: @escaping @Sendable () -> @Sendable () -> Void = { {} },
        endWait: @escaping @Sendable () -> Void = {}
    ) {
        self.output = output
        self.errors = errors
        self.environment = environment
        self.clock = clock
        self.takeSignals = takeSignals
        self.endWait = endWait
    }
}
