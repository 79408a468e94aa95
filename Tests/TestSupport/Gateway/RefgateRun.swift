import Foundation

/// The built executable, run to its end.
package struct RefgateRun {
    /// The negative number of the signal, where one ended it.
    package let status: Int
    package let output: String
    package let errors: String

    /// - Parameters:
    ///   - wrapper: a command that is given the executable and its arguments, such as `prlimit`.
    ///   - output: the place to which the standard output leads.
    package init(
        _ arguments: [String], wrapper: [String] = [], output channel: ChildProcess.Channel = .pipe
    ) throws {
        var environment = ProcessInfo.processInfo.environment
        for name in environment.keys where name.hasPrefix("REFGATE_") { environment[name] = nil }
        let process = try ChildProcess(
            wrapper + [ServeProcess.executable.path] + arguments, environment: environment,
            output: channel, errors: .pipe)
        // The errors of a command fit a pipe, so they can wait.
        output = process.output.rest()
        errors = process.errors.rest()
        status = process.waitForEnd()
    }
}
