import Glibc
import JSON
import Synchronization

/// Where a command writes to. All that the program prints goes through here, so this is where characters
/// that a terminal would obey, or that hide others, are escaped (`HiddenText`): partners and rows of earlier
/// releases may hold them.
///
/// The first write that fails is kept in `failure`, and later writes are dropped. `Tool` reads it when the
/// command has ended and answers with exit code 3, so a command needs to ask only where it would do more work
/// for nothing, or where what it could not print is lost.
package struct Output: Sendable {
    /// Why nothing more can be written.
    package enum Failure: Error, Equatable, Sendable {
        /// The reader has closed its end of the pipe, as in `refgate … | head`: it wants no more.
        case closed
        case system(errno: CInt)

        init(errno number: CInt) { self = number == EPIPE ? .closed : .system(errno: number) }
    }

    /// Whether a person watches: only then are there progress bars.
    package let isTerminal: Bool
    private let usesColour: Bool
    private let channel: Channel

    /// - Parameter take: called by one thread at a time, and not again after it has thrown.
    package init(
        isTerminal: Bool = false, usesColour: Bool? = nil,
        _ take: @escaping @Sendable ([UInt8]) throws(Failure) -> Void
    ) {
        self.isTerminal = isTerminal
        self.usesColour = usesColour ?? isTerminal
        channel = Channel(take)
    }

    /// A text for people, without a line end. Hidden characters are escaped in a pipe or a file too, as a pager
    /// shows it on a terminal later.
    package func write(_ text: String) {
        channel.write(Array(HiddenText.escaped(text, keepsLines: true).utf8))
    }

    package func line(_ text: String = "") { write("\(text)\n") }

    /// A line whose parts may have a style of their own on a terminal.
    package func line(_ first: Part, _ rest: Part...) {
        channel.write(
            ([first] + rest).flatMap { $0.bytes(isStyled: usesColour) } + [UInt8(ascii: "\n")])
    }

    /// One JSON text and a line end. Hidden characters are written as JSON's escapes, which mean the same.
    package func json(_ bytes: [UInt8]) {
        channel.write(HiddenText.escaped(json: bytes) + [UInt8(ascii: "\n")])
    }

    /// Data of another format, as it is; only a terminal gets it escaped.
    ///
    /// - Parameter bytes: whole lines, where they are text.
    package func write(_ bytes: [UInt8]) {
        guard isTerminal else { return channel.write(bytes) }
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        write(text)
    }

    /// The first failure of a write; nil while all was written.
    package var failure: Failure? { channel.failure }

    /// Throws the first failure of a write, if there was one.
    package func check() throws(Failure) {
        if let failure { throw failure }
    }

    /// Calls the closure once, when a write fails, or at once where one has failed already. It may be called
    /// on any thread that writes.
    package func whenFailed(_ call: @escaping @Sendable () -> Void) { channel.whenFailed(call) }
}

extension Output.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .closed: "the reader of standard output has closed it"
        case .system(let number):
            "standard output cannot be written: \(String(cString: strerror(number))); "
                + (number == ENOSPC || number == EDQUOT || number == EFBIG
                    ? "make room there, or write to another place" : "write to another place")
        }
    }
}

/// What the copies of an output share.
private final class Channel: Sendable {
    private struct State {
        var failure: Output.Failure?
        var whenFailed: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let take: @Sendable ([UInt8]) throws(Output.Failure) -> Void

    init(_ take: @escaping @Sendable ([UInt8]) throws(Output.Failure) -> Void) {
        self.take = take
    }

    var failure: Output.Failure? { state.withLock { $0.failure } }

    func write(_ bytes: [UInt8]) {
        let calls = state.withLock { state -> [@Sendable () -> Void] in
            guard state.failure == nil else { return [] }
            do throws(Output.Failure) {
                try take(bytes)
                return []
            } catch {
                state.failure = error
                defer { state.whenFailed = [] }
                return state.whenFailed
            }
        }
        for call in calls { call() }
    }

    func whenFailed(_ call: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if state.failure == nil { state.whenFailed.append(call) }
            return state.failure != nil
        }
        if isLate { call() }
    }
}

// MARK: Standard output and error

extension Output {
    /// The process's standard output, with colours unless the environment forbids them.
    package static func standardOutput(_ environment: [String: String]) -> Output {
        Output(descriptor: STDOUT_FILENO, environment)
    }

    package static func standardError(_ environment: [String: String]) -> Output {
        Output(descriptor: STDERR_FILENO, environment)
    }

    private init(descriptor: CInt, _ environment: [String: String]) {
        let isTerminal = isatty(descriptor) == 1
        self.init(
            isTerminal: isTerminal, usesColour: isTerminal && Self.allowsColour(environment)
        ) { bytes throws(Failure) in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    // Somebody who shares the descriptor has made it non-blocking.
                    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&request, 1, -1)
                } else if errno != EINTR {
                    throw Failure(errno: errno)
                }
            }
        }
    }

    /// `NO_COLOR` with any value but an empty one forbids colours (https://no-color.org), and so does a
    /// terminal that understands none.
    package static func allowsColour(_ environment: [String: String]) -> Bool {
        environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
}

/// Keeps what was written, for whoever runs a command within a program.
package final class Transcript: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    package init() {}

    package var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    package func output(isTerminal: Bool = false) -> Output {
        Output(isTerminal: isTerminal) { [self] more in bytes.withLock { $0 += more } }
    }
}

// MARK: Colours

extension Output {
    package enum Style: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    /// A piece of a line, in a style or in none.
    package struct Part: Sendable {
        let text: String
        let style: Style?

        package static func plain(_ text: String) -> Part { Part(text: text, style: nil) }
        package static func styled(_ text: String, _ style: Style) -> Part {
            Part(text: text, style: style)
        }

        fileprivate func bytes(isStyled: Bool) -> [UInt8] {
            let text = HiddenText.escaped(text, keepsLines: true)
            guard isStyled, let style else { return Array(text.utf8) }
            return Array("\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m".utf8)
        }
    }
}
