import Glibc
import Synchronization

/// Where log lines go. Called from any thread; answers whether the line was taken.
package struct LogSink: Sendable {
    package var write: @Sendable (_ line: [UInt8]) -> Bool

    package init(write: @escaping @Sendable (_ line: [UInt8]) -> Bool) {
        self.write = write
    }

    package static let none = LogSink { _ in true }

    /// Lines to a descriptor the caller keeps open, such as standard error. When the reader at its other end
    /// stops reading, the first line waits for `patienceMilliseconds`; from then on lines are dropped until
    /// one goes through. The program ignores SIGPIPE.
    package static func descriptor(
        _ descriptor: CInt, patienceMilliseconds: CInt = 200
    ) -> LogSink {
        let output = DescriptorOutput(descriptor, patienceMilliseconds)
        return LogSink { output.write($0) }
    }

    package static func standardError() -> LogSink { descriptor(STDERR_FILENO) }
}

/// Writes whole lines to a blocking descriptor, one thread at a time, without blocking for long.
///
/// Making it non-blocking would change it for every process that shares it, so the kernel is asked first:
/// where `poll` finds room, a write of at most PIPE_BUF bytes does not block (pipe(7)).
private final class DescriptorOutput: Sendable {
    private struct State {
        var isStalled = false
        /// A line was cut; what follows starts on a new one.
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

    /// Whether a write would go through now or soon.
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
