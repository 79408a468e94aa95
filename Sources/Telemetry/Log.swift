import JSON
import Synchronization
import Time

/// A log that writes lines of compact JSON: `{"time":"…Z","level":"info","message":"…", …fields}`.
///
/// It is a value; copies write to the same sink. The message is a literal and fields are typed:
/// variable content goes into fields, so a secret or a body is logged only on purpose.
package struct Log: Sendable {
    /// The severity of a line, from the least severe.
    package enum Level: String, CaseIterable, Sendable {
        case debug, info, warning, error
    }

    /// The least severe level that is written; lines below it are not built, nor are their fields
    /// evaluated.
    package let level: Level
    private let output: Output
    private let clock: WallClock
    private let context: [(name: String, value: LogValue)]

    package init(level: Level = .info, clock: WallClock = .system, to sink: LogSink) {
        self.init(level: level, output: Output(sink), clock: clock, context: [])
    }

    private init(
        level: Level, output: Output, clock: WallClock, context: [(name: String, value: LogValue)]
    ) {
        self.level = level
        self.output = output
        self.clock = clock
        self.context = context
    }

    /// A log that writes nothing.
    package static let silent = Log(level: .error, to: .none)

    /// The same log with additional fields in every line, before the line's own.
    package func with(_ fields: KeyValuePairs<String, LogValue>) -> Log {
        Log(
            level: level, output: output, clock: clock,
            context: context + fields.map { ($0.key, $0.value) })
    }

    /// Writes a line at level `debug`.
    package func debug(
        _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
    ) {
        if level <= .debug { write(.debug, message, fields()) }
    }

    /// Writes a line at level `info`.
    package func info(
        _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
    ) {
        if level <= .info { write(.info, message, fields()) }
    }

    /// Writes a line at level `warning`.
    package func warning(
        _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
    ) {
        if level <= .warning { write(.warning, message, fields()) }
    }

    /// Writes a line at level `error`.
    package func error(
        _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
    ) {
        write(.error, message, fields())
    }

    /// The number of lines that the sink did not accept since the start.
    package var linesDropped: Counter { output.dropped }
}

extension Log.Level: Comparable {
    private var severity: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }

    /// Orders levels by severity.
    package static func < (left: Log.Level, right: Log.Level) -> Bool {
        left.severity < right.severity
    }
}

// MARK: Lines

extension Log {
    /// The state shared by the copies of a log.
    private final class Output: Sendable {
        let sink: LogSink
        let dropped = Counter()
        /// The number of lines dropped since the last accepted one; the next line reports it.
        let untold = Atomic<Int>(0)

        init(_ sink: LogSink) { self.sink = sink }
    }

    private func write(
        _ level: Level, _ message: StaticString, _ fields: KeyValuePairs<String, LogValue>
    ) {
        let untold = output.untold.exchange(0, ordering: .relaxed)
        let line = line(level, message, fields, untold: untold)
        if !output.sink.write(line) {
            output.dropped.increment()
            output.untold.add(untold + 1, ordering: .relaxed)
        }
    }

    private func line(
        _ level: Level, _ message: StaticString, _ fields: KeyValuePairs<String, LogValue>,
        untold: Int
    ) -> [UInt8] {
        var fields = context + fields.map { ($0.key, $0.value) }
        if untold > 0 { fields.append(("lines_dropped", .integer(untold))) }
        var writer = Writer(reservingCapacity: 256)
        writer.beginObject()
        writer.member("time", clock.now().rfc3339)
        writer.member("level", level.rawValue)
        writer.member("message", message.description)
        for (index, field) in fields.enumerated() {
            // If a name is repeated later, only the last one is written: an object has a key once.
            guard !fields[(index + 1)...].contains(where: { $0.name == field.name }) else {
                continue
            }
            writer.key(Self.reserved.contains(field.name) ? "field_\(field.name)" : field.name)
            writer.logValue(field.value)
        }
        writer.endObject()
        return HiddenText.escaped(json: writer.bytes) + [UInt8(ascii: "\n")]
    }

    private static let reserved = ["time", "level", "message"]
}
