import CTestProcess
import Glibc
import Sockets
import Synchronization

/// A program that a test started; it is killed with its owner.
///
/// The program starts with the default signals and with no descriptor but the three standard ones. Foundation's
/// `Process` passes on blocked and ignored signals, and crashed where more than 1,350 descriptors were open.
package final class ChildProcess: Sendable {
    /// The place that one of the three standard descriptors leads to.
    package enum Channel: Sendable {
        /// `/dev/null`.
        case null
        /// A pipe whose other end is `input`, `output` or `errors`.
        case pipe
        /// A pipe whose other end is closed.
        case brokenPipe
        /// A file or a device that exists; an output is written from its beginning.
        case file(String)
        /// A descriptor of this process.
        case descriptor(CInt)
        /// The standard output of the program; only for its errors.
        case output
    }

    /// The other ends of the standard descriptors that lead to a pipe. For other channels the input takes
    /// nothing, and the outputs are at their end.
    package let input: PipeWriter
    package let output: PipeReader
    package let errors: PipeReader

    private let collector: Collector

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - command: the program, which is looked for in PATH, and its arguments.
    ///   - environment: the variables of the program; nil for those of this process.
    ///   - folder: the working directory; nil for that of this process.
    package init(
        _ command: [String], environment: [String: String]? = nil, folder: String? = nil,
        input: Channel = .null, output: Channel = .null, errors: Channel = .null
    ) throws(SystemError) {
        let (theirInput, ourInput) = try Self.ends(input, isInput: true)
        self.input = PipeWriter(descriptor: ourInput)
        defer { Self.close(theirInput, input) }
        let (theirOutput, ourOutput) = try Self.ends(output, isInput: false)
        self.output = PipeReader(descriptor: ourOutput)
        defer { Self.close(theirOutput, output) }
        var (theirErrors, ourErrors) = try Self.ends(errors, isInput: false)
        self.errors = PipeReader(descriptor: ourErrors)
        defer { Self.close(theirErrors, errors) }
        if case .output = errors { theirErrors = theirOutput }

        var arguments = command.map { strdup($0) } + [nil]
        var variables = (environment ?? [:]).map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var identifier: pid_t = 0
        let code = variables.withUnsafeMutableBufferPointer { variables in
            refgate_spawn(
                &identifier, &arguments, environment == nil ? nil : variables.baseAddress, folder,
                theirInput, theirOutput, theirErrors)
        }
        guard code == 0 else { throw SystemError(.posixSpawn, code) }
        let collector = Collector(identifier)
        self.collector = collector
        // Collected at once: the runner of exit tests waits for any child, and would get this one again and again.
        try Thread(name: "child") { collector.collect() }.detach()
    }

    deinit {
        signal(SIGKILL)
        waitForEnd()
    }

    /// The ends of a channel: that of the program, and that of this process. -1 where there is none.
    private static func ends(
        _ channel: Channel, isInput: Bool
    ) throws(SystemError) -> (their: CInt, our: CInt) {
        switch channel {
        case .null, .output: return (-1, -1)
        case .descriptor(let descriptor): return (descriptor, -1)
        case .pipe:
            var ends: [CInt] = [-1, -1]
            let code = refgate_pipe(&ends)
            guard code == 0 else { throw SystemError(.pipe, code) }
            return isInput ? (ends[0], ends[1]) : (ends[1], ends[0])
        case .brokenPipe:
            let (their, our) = try ends(.pipe, isInput: isInput)
            _ = Glibc.close(our)
            return (their, -1)
        case .file(let path):
            let descriptor = open(path, (isInput ? O_RDONLY : O_WRONLY) | O_CLOEXEC)
            guard descriptor >= 0 else { throw SystemError(.open) }
            return (descriptor, -1)
        }
    }

    /// Closes the end of the program in this process.
    private static func close(_ descriptor: CInt, _ channel: Channel) {
        switch channel {
        case .pipe, .brokenPipe, .file: _ = Glibc.close(descriptor)
        case .null, .descriptor, .output: break
        }
    }

    // MARK: Its end

    package var identifier: pid_t { collector.identifier }

    package var isRunning: Bool { collector.status.withLock { $0 } == nil }

    /// Sends a signal, unless the program has ended.
    package func signal(_ number: CInt) {
        collector.status.withLock { status in
            if status == nil { _ = kill(identifier, number) }
        }
    }

    /// Waits for the end of the program.
    ///
    /// - Returns: the exit status, or the negative number of the signal that ended the program.
    @discardableResult
    package func waitForEnd() -> Int {
        collector.ended.wait()
        return collector.status.withLock { $0 } ?? -1
    }
}

/// The end of a program, for which a thread of its own waits.
private final class Collector: Sendable {
    let identifier: pid_t
    /// The exit status, or the negative number of the signal that ended the program; nil while it runs.
    let status = Mutex<Int?>(nil)
    let ended = Latch()

    init(_ identifier: pid_t) { self.identifier = identifier }

    func collect() {
        // Waiting takes no lock, so that other threads can send signals; the number of the process is free for
        // another one only after the second call.
        var information = siginfo_t()
        while waitid(P_PID, id_t(identifier), &information, CInt(WEXITED | WNOWAIT)) != 0,
            errno == EINTR
        {}
        status.withLock { status in
            var word: CInt = 0
            guard waitpid(identifier, &word, 0) == identifier else { return status = -1 }
            let signal = Int(word & 0x7F)
            status = signal == 0 ? Int(word >> 8 & 0xFF) : -signal
        }
        ended.open()
    }
}
