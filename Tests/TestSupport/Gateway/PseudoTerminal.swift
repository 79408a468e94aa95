import Foundation
import Glibc

/// A terminal that a program may be given, and what was written to it.
package final class PseudoTerminal {
    package struct Failure: Error {
        package let errno: CInt
    }

    /// The program's side.
    package let terminal: FileHandle
    private let reader: FileHandle
    private var text = ""

    package init() throws {
        var (ours, theirs): (CInt, CInt) = (-1, -1)
        guard openpty(&ours, &theirs, nil, nil, nil) == 0 else { throw Failure(errno: errno) }
        _ = fcntl(ours, F_SETFD, FD_CLOEXEC)
        _ = fcntl(theirs, F_SETFD, FD_CLOEXEC)
        reader = FileHandle(fileDescriptor: ours, closeOnDealloc: true)
        terminal = FileHandle(fileDescriptor: theirs, closeOnDealloc: true)
    }

    /// Waits for a line and gives it without its end; nil where none comes within twenty seconds.
    package func line() -> String? {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            if let end = text.firstIndex(where: \.isNewline) {
                defer { text = String(text[text.index(after: end)...]) }
                return String(text[..<end])
            }
            let left = Int32((deadline - ContinuousClock.now) / .milliseconds(1))
            guard left > 0, hasInput(within: left) else { return nil }
            let bytes = reader.availableData
            guard !bytes.isEmpty else { return nil }
            text += String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Whether something more was written than the lines that were read.
    package var hasMore: Bool { !text.isEmpty || hasInput(within: 0) }

    private func hasInput(within milliseconds: Int32) -> Bool {
        var request = pollfd(fd: reader.fileDescriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) > 0 && request.revents & Int16(POLLIN) != 0
    }
}
