import Time

/// All that a command knows of the process it runs in, so that tests can run it in their own.
package struct World: Sendable {
    package var output: Output
    /// For what is said to people while the output is for programs.
    package var errors: Output
    package var environment: [String: String]
    package var clock: WallClock
    /// Takes over the signals to stop, to be called before any thread starts; what it gives waits for one.
    package var takeSignals: @Sendable () -> @Sendable () -> Void
    /// Ends the wait that `takeSignals` gave, as a signal to stop does.
    package var endWait: @Sendable () -> Void

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
