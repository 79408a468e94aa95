import Foundation

/// The built executable, run to its end.
package struct RefgateRun {
    /// The negative number of the signal, where one ended it.
    package let status: Int
    package let output: String
    package let errors: String

    /// - Parameters:
    ///   - wrapper: a command that is given the executable and its arguments, such as `prlimit`.
    ///   - standardOutput: where its output goes instead of `output`.
    package init(
        _ arguments: [String], wrapper: [String] = [], standardOutput: FileHandle? = nil
    ) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // As from a login shell, whatever the tests were started by: some ignore this signal.
        process.arguments =
            ["--default-signal=XFSZ"] + wrapper + [ServeProcess.executable.path] + arguments
        var environment = ProcessInfo.processInfo.environment
        for name in environment.keys where name.hasPrefix("REFGATE_") { environment[name] = nil }
        process.environment = environment
        let (output, errors) = (Pipe(), Pipe())
        if let standardOutput {
            process.standardOutput = standardOutput
            try output.fileHandleForWriting.close()
        } else {
            process.standardOutput = output
        }
        process.standardError = errors
        try process.run()
        // What commands say fits a pipe.
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let code = Int(process.terminationStatus)
        status = process.terminationReason == .exit ? code : -code
        self.output = String(decoding: said, as: UTF8.self)
        self.errors = String(decoding: complained, as: UTF8.self)
    }
}
