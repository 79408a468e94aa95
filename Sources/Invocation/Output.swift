import Glibc
import JSON
import Synchronization

/// An output stream of a command. The program prints only through this type, which escapes
/// characters that control a terminal or hide other characters (`HiddenText`): data of partners and
/// of earlier releases may contain them.
///
/// The first write that fails is kept in `failure`, and later writes are dropped. `Tool` reads it
/// when the command has ended and exits with code 3, so a command needs to check it only before
/// further work that would be useless, or if unprinted output is lost for good.
package struct Output: Sendable {
    /// The reason for which nothing more can be written.
    package enum Failure: Error, Equatable, Sendable {
        /// The reader has closed its end of the pipe, as in `refgate … | head`.
        case closed
        case system(errno: CInt)

        init(errno number: CInt) { self = number == EPIPE ? .closed : .system(errno: number) }
    }

    /// True for a terminal. Only a terminal gets progress bars.
    package let isTerminal: Bool
    private let usesColour: Bool
    private let channel: Channel

    /// Creates an output.
    ///
    /// - Parameter take: writes the bytes. Called by one thread at a time, and not again after it
    ///   has thrown.
    package init(
        isTerminal: Bool = false, usesColour: Bool? = nil,
        _ take: @escaping @Sendable ([UInt8]) throws(Failure) -> Void
    ) {
        self.isTerminal = isTerminal
        self.usesColour = usesColour ?? isTerminal
        channel = Channel(take)
    }

    /// Writes a text for people, without a line end. Hidden characters are escaped in a pipe or a
    /// file too, because a pager may later show it on a terminal.
    package func write(_ text: String) {
        channel.write(Array(HiddenText.escaped(text, keepsLines: true).utf8))
    }

    /// Writes a text for people and a line end.
    package func line(_ text: String = "") { write("\(text)\n") }

    /// Writes a line whose parts may have a style on a terminal.
    package func line(_ first: Part, _ rest: Part...) {
        channel.write(
            ([first] + rest).flatMap { $0.bytes(isStyled: usesColour) } + [UInt8(ascii: "\n")])
    }

    /// Writes one JSON text and a line end. Hidden characters are written as JSON escapes, which
    /// have the same meaning.
    package func json(_ bytes: [UInt8]) {
        channel.write(HiddenText.escaped(json: bytes) + [UInt8(ascii: "\n")])
    }

    /// Writes data of another format unchanged; escaped only on a terminal.
    ///
    /// - Parameter bytes: whole lines, if they are text.
    package func write(_ bytes: [UInt8]) {
        guard isTerminal else { return channel.write(bytes) }
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        write(text)
    }

    /// The first failure of a write; nil if all writes succeeded.
    package var failure: Failure? { channel.failure }

    /// Throws the first failure of a write, if there was one.
    package func check() throws(Failure) {
        if let failure { throw failure }
    }

    /// Calls the closure once, when a write fails, or at once if one has failed already. The
    /// closure runs on the thread that writes.
    package func whenFailed(_ call: @escaping @Sendable () -> Void) { channel.whenFailed(call) }
}

extension Output.Failure: CustomStringConvertible {
    /// The failure as a clause.
    package var description: String {
        switch self {
        case .closed: "the reader of standard output has closed it"
        case .system(let number):
            "standard output cannot be written: \(String(cString: strerror(number))); "
                + (number == ENOSPC || number == EDQUOT || number == EFBIG
                    ? "free some space, or write to another place" : "write to another place")
        }
    }
}

/// The state that copies of an output share.
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
    /// The standard output of the process, with colours unless the environment forbids them.
    package static func standardOutput(_ environment: [String: String]) -> Output {
        Output(descriptor: STDOUT_FILENO, environment)
    }

    /// The standard error of the process, with colours unless the environment forbids them.
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
                    // Another process that shares the descriptor has made it non-blocking.
                    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&request, 1, -1)
                } else if errno != EINTR {
                    throw Failure(errno: errno)
                }
            }
        }
    }

    /// True if colours may be used: `NO_COLOR` with any non-empty value forbids them
    /// (https://no-color.org), and so does a terminal without colours.
    package static func allowsColour(_ environment: [String: String]) -> Bool {
        environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
}

/// A recording of an output, for running a command within a program.
package final class Transcript: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    /// Creates an empty recording.
    package init() {}

    /// The text written so far.
    package var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Returns an output that writes to this recording.
    package func output(isTerminal: Bool = false) -> Output {
        Output(isTerminal: isTerminal) { [self] more in bytes.withLock { $0 += more } }
    }
}

// MARK: Colours

extension Output {
    /// The styles of text on a terminal.
    package enum Style: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    /// A part of a line, with or without a style.
    package struct Part: Sendable {
        let text: String
        let style: Style?

        /// Returns a part without a style.
        package static func plain(_ text: String) -> Part { Part(text: text, style: nil) }
        /// Returns a part with a style.
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
