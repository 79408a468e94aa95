/// What a command tells whoever started it.
package enum ExitCode: Int32, Sendable {
    case ok = 0
    /// What was expected did not come true.
    case failed = 1
    /// The command line, or a file that somebody wrote, says what can't be.
    case usage = 2
    /// The machine, a file or the network stands in the way.
    case environment = 3
}

/// What ends a command early: a code, and words for standard error.
package struct Failure: Error, Equatable, Sendable {
    package let code: ExitCode
    package let message: String

    package init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
