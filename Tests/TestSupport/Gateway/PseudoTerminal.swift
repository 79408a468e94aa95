import Glibc

/// A terminal that a program may be given, and the text that was written to it.
package final class PseudoTerminal {
    package struct Failure: Error {
        package let errno: CInt
    }

    private let terminal: CInt
    private let reader: PipeReader

    package init() throws {
        var (ours, theirs): (CInt, CInt) = (-1, -1)
        guard openpty(&ours, &theirs, nil, nil, nil) == 0 else { throw Failure(errno: errno) }
        _ = fcntl(ours, F_SETFD, FD_CLOEXEC)
        _ = fcntl(theirs, F_SETFD, FD_CLOEXEC)
        reader = PipeReader(descriptor: ours)
        terminal = theirs
    }

    deinit { close(terminal) }

    /// The side of the program.
    package var channel: ChildProcess.Channel { .descriptor(terminal) }

    /// The next line without its end; nil where none comes within twenty seconds.
    package func line() -> String? {
        // A terminal ends a line with a carriage return too.
        reader.line().map { $0.hasSuffix("\r") ? String($0.dropLast()) : $0 }
    }

    /// True where more was written than the lines that were read.
    package var hasMore: Bool { reader.hasMore }
}
