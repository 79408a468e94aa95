import Time

/// How a command ends.
package enum ExitCode: Int32, Sendable {
    case ok = 0
    /// An expectation was not met: a violation, a mistake in a file, a refusal.
    case failed = 1
    case usage = 2
    /// What is needed is not there or cannot be used: a file, a port, the disk.
    case environment = 3
}

/// What a command sees of the process it runs in, so that tests can run it in their own.
package struct Context: Sendable {
    package var environment: [String: String]
    package var clock: WallClock
    /// Whether people read along: colour and progress are for them only.
    package var isTerminal: Bool
    package var out: @Sendable (String) -> Void
    package var err: @Sendable (String) -> Void
    /// Takes over the signals to stop, to be called before any thread starts; what it gives waits for one.
    package var takeSignals: @Sendable () -> @Sendable () -> Void

    package init(
        environment: [String: String], clock: WallClock = .system, isTerminal: Bool = false,
        out: @escaping @Sendable (String) -> Void, err: @escaping @Sendable (String) -> Void,
        takeSignals: @escaping @Sendable () -> @Sendable () -> Void
    ) {
        self.environment = environment
        self.clock = clock
        self.isTerminal = isTerminal
        self.out = out
        self.err = err
        self.takeSignals = takeSignals
    }

    func line(_ text: String) { out(text + "\n") }
    func complain(_ text: String) { err("refgate: " + text + "\n") }
}

/// A subcommand: what it is called, what it takes, what it does.
package struct Command: Sendable {
    package let name: String
    /// One line for the list of commands.
    package let summary: String
    /// What stands beside options, as in `WORKSPACE`.
    package let positionals: String
    package let details: String
    package let options: [Option]
    let run: @Sendable (Arguments, Context) throws(UsageError) -> ExitCode

    init(
        _ name: String, _ summary: String, positionals: String = "", details: String = "",
        options: [Option],
        run: @escaping @Sendable (Arguments, Context) throws(UsageError) -> ExitCode
    ) {
        self.name = name
        self.summary = summary
        self.positionals = positionals
        self.details = details
        self.options = options
        self.run = run
    }

    /// What `--help` prints.
    package var help: String {
        var text = "usage: refgate \(name)"
        if !options.isEmpty { text += " [options]" }
        if !positionals.isEmpty { text += " " + positionals }
        text += "\n\n\(summary)\n"
        if !details.isEmpty { text += "\n\(details)\n" }
        guard !options.isEmpty else { return text }
        text += "\noptions:\n"
        let width = options.map(\.synopsis.count).max() ?? 0
        for option in options {
            let gap = String(repeating: " ", count: width - option.synopsis.count + 2)
            text += "  \(option.synopsis)\(gap)\(option.help)\(option.remarks)\n"
        }
        return text
    }
}

extension Option {
    fileprivate var remarks: String {
        var remarks: [String] = []
        if let fallback { remarks.append("default \(fallback)") }
        if let variable { remarks.append(variable) }
        return remarks.isEmpty ? "" : " [\(remarks.joined(separator: "; "))]"
    }
}
