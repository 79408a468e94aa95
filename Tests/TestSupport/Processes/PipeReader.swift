import Glibc
import Synchronization

/// The end of a pipe, or of a terminal, at which a test reads what a program writes. A read ends when nothing
/// comes for twenty seconds, except that of all the rest.
package final class PipeReader: Sendable {
    private let descriptor: CInt
    /// Bytes that have come and were not taken yet.
    private let buffer = Mutex<[UInt8]>([])

    /// - Parameter descriptor: closed with the reader; -1 for one that is at its end.
    package init(descriptor: CInt) { self.descriptor = descriptor }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The next line without its end; nil where none comes within twenty seconds or before the end of the output.
    package func line() -> String? {
        buffer.withLock { buffer in
            while true {
                if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = buffer[..<end]
                    buffer = Array(buffer[(end + 1)...])
                    return String(decoding: line, as: UTF8.self)
                }
                guard receive(into: &buffer) else { return nil }
            }
        }
    }

    /// The text up to the end of `words`; all that has come where they do not come within twenty seconds or before the
    /// end of the output.
    package func text(through words: String) -> String {
        buffer.withLock { buffer in
            while true {
                let end = buffer.firstRange(of: Array(words.utf8))?.upperBound
                if end != nil || !receive(into: &buffer) {
                    let text = buffer.prefix(end ?? buffer.count)
                    buffer = Array(buffer.dropFirst(text.count))
                    return String(decoding: text, as: UTF8.self)
                }
            }
        }
    }

    /// The next `count` bytes, or all that come within twenty seconds or before the end of the output.
    package func bytes(_ count: Int) -> [UInt8] {
        buffer.withLock { buffer in
            while buffer.count < count, receive(into: &buffer) {}
            let bytes = Array(buffer.prefix(count))
            buffer.removeFirst(bytes.count)
            return bytes
        }
    }

    /// All that is still to come before the end of the output, for which it waits without a limit.
    package func rest() -> String {
        buffer.withLock { buffer in
            while receive(into: &buffer, within: -1) {}
            defer { buffer = [] }
            return String(decoding: buffer, as: UTF8.self)
        }
    }

    /// True where bytes are there that were not taken.
    package var hasMore: Bool { buffer.withLock { !$0.isEmpty } || hasInput(within: 0) }

    private func hasInput(within milliseconds: CInt) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) > 0 && request.revents & Int16(POLLIN | POLLHUP) != 0
    }

    /// - Parameter milliseconds: how long to wait for a byte; -1 for no limit.
    private func receive(into buffer: inout [UInt8], within milliseconds: CInt = 20_000) -> Bool {
        guard descriptor >= 0, hasInput(within: milliseconds) else { return false }
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &piece, piece.count)
        guard count > 0 else { return false }
        buffer += piece[..<count]
        return true
    }
}
