import Foundation
import Sockets
import Synchronization
import Telemetry

/// Keeps the lines of a log.
package final class LogRecord: Sendable {
    /// One line, as Foundation reads it.
    package struct Line: @unchecked Sendable {
        package let text: String
        private let members: [String: Any]

        init(_ bytes: [UInt8]) {
            text = String(decoding: bytes, as: UTF8.self)
            let object = try? JSONSerialization.jsonObject(with: Data(bytes))
            members = object as? [String: Any] ?? [:]
        }

        package subscript(name: String) -> String? { members[name] as? String }
        package func number(_ name: String) -> Int? { members[name] as? Int }
    }

    private let kept = Mutex<[Line]>([])
    private let wakeUp = WakeUp()

    package init() {}

    package var lines: [Line] { kept.withLock { $0 } }

    package func log(_ level: Log.Level) -> Log {
        Log(
            level: level,
            to: LogSink { [self] bytes in
                let line = Line(bytes)
                kept.withLock { $0.append(line) }
                wakeUp.signal()
                return true
            })
    }

    /// Waits for a line that says this; nil where none does within twenty seconds.
    package func wait(where matches: (Line) -> Bool) -> Line? {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            if let line = lines.first(where: matches) { return line }
            guard ContinuousClock.now < deadline else { return nil }
            _ = wakeUp.wait(milliseconds: 200)
        }
    }
}
