import Glibc
import Synchronization

/// The destination of log lines.
package struct LogSink: Sendable {
    /// Writes a line and returns true if it was accepted. Any thread may call it.
    package var write: @Sendable (_ line: [UInt8]) -> Bool

    package init(write: @escaping @Sendable (_ line: [UInt8]) -> Bool) {
        self.write = write
    }

    /// A sink that discards all lines.
    package static let none = LogSink { _ in true }

    /// A sink that writes to a descriptor, such as standard error, which the caller keeps open.
    /// When the reader at its other end stops reading, the first line waits for
    /// `patienceMilliseconds`; from then on lines are dropped until one can be written. The program
    /// must ignore SIGPIPE.
    package static func descriptor(
        _ descriptor: CInt, patienceMilliseconds: CInt = 200
    ) -> LogSink {
        let output = DescriptorOutput(descriptor, patienceMilliseconds)
        return LogSink { output.write($0) }
    }

    /// A sink that writes to standard error.
    package static func standardError() -> LogSink { descriptor(STDERR_FILENO) }
}

/// Writes whole lines to a blocking descriptor, one thread at a time, without blocking for long.
///
/// Making the descriptor non-blocking would change it for every process that shares it. Instead
/// `poll` is called first: where it finds room, a write of at most PIPE_BUF bytes does not block
/// (pipe(7)).
private final class DescriptorOutput: Sendable {
    private struct State {
        var isStalled = false
        /// True after a line was cut; the next text starts a new line.
        var isMidLine = false
    }

    private static let chunk = 4096

    private let descriptor: CInt
    private let patienceMilliseconds: CInt
    private let state = Mutex(State())

    init(_ descriptor: CInt, _ patienceMilliseconds: CInt) {
        self.descriptor = descriptor
        self.patienceMilliseconds = patienceMilliseconds
    }

    func write(_ line: [UInt8]) -> Bool {
        state.withLock { state in
            let text = state.isMidLine ? [UInt8(ascii: "\n")] + line : line
            var written = 0
            while written < text.count {
                guard hasRoom(within: state.isStalled ? 0 : patienceMilliseconds) else { break }
                let end = min(written + Self.chunk, text.count)
                let count = Glibc.write(descriptor, Array(text[written..<end]), end - written)
                if count > 0 {
                    written += count
                } else if count == 0 || errno != EINTR {
                    break
                }
            }
            state.isStalled = written < text.count
            if written > 0 { state.isMidLine = state.isStalled }
            return !state.isStalled
        }
    }

    /// True if a write would succeed now or within the given time.
    private func hasRoom(within milliseconds: CInt) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        var ready: CInt
        repeat {
            ready = poll(&request, 1, milliseconds)
        } while ready < 0 && errno == EINTR
        return ready > 0 && request.revents & Int16(POLLOUT) != 0
            && request.revents & Int16(POLLERR | POLLHUP | POLLNVAL) == 0
    }
}
