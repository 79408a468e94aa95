import Glibc
import Synchronization

/// Where a command writes to.
package struct Output: Sendable {
    /// Whether a person watches: only then are there colours and progress bars.
    package let isTerminal: Bool
    private let take: @Sendable ([UInt8]) -> Void

    package init(isTerminal: Bool = false, _ take: @escaping @Sendable ([UInt8]) -> Void) {
        self.isTerminal = isTerminal
        self.take = take
    }

    package func write(_ bytes: [UInt8]) { take(bytes) }

    /// A text as it is, without a line end.
    package func write(_ text: String) { take(Array(text.utf8)) }

    package func line(_ text: String = "") { write("\(text)\n") }
}

extension Output {
    package static let standardOutput = Output(descriptor: 1)
    package static let standardError = Output(descriptor: 2)

    /// What is written to nobody any more, as in `refgate … | head`, is dropped.
    private init(descriptor: CInt) {
        self.init(isTerminal: isatty(descriptor) == 1) { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR && errno != EAGAIN {
                    return
                }
            }
        }
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

    /// The text in a style where a person watches, else the text.
    package func styled(_ text: String, _ style: Style) -> String {
        isTerminal ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
