/// The exit code of the process.
package enum ExitCode: Int32, Sendable {
    case ok = 0
    /// An expectation was not met, such as a scenario that failed.
    case failed = 1
    /// The command line, or a file that the user wrote, is invalid.
    case usage = 2
    /// The machine, a file or the network prevented the command.
    case environment = 3
}

/// An error that ends a command: an exit code and a message for standard error.
package struct Failure: Error, Equatable, Sendable {
    /// The exit code of the process.
    package let code: ExitCode
    /// The message, without a line end.
    package let message: String

    /// Creates a failure.
    package init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
