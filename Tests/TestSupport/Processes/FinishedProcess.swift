/// A program that a test started and that has ended.
package struct FinishedProcess {
    /// The exit status, or the negative number of the signal that ended the program.
    package let status: Int
    /// The text of the standard output, and of the standard error where that leads to the same place.
    package let output: String

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - command: the program, which is looked for in PATH, and its arguments.
    ///   - folder: the working directory; nil for that of this process.
    ///   - input: the standard input of the program.
    ///   - errors: the place to which the standard error leads; not a pipe.
    package init(
        _ command: [String], folder: String? = nil, input: ChildProcess.Channel = .null,
        errors: ChildProcess.Channel = .null
    ) throws {
        let process = try ChildProcess(
            command, folder: folder, input: input, output: .pipe, errors: errors)
        output = process.output.rest()
        status = process.waitForEnd()
    }
}
