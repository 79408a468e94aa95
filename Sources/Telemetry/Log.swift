import JSON
import Synchronization
import Time

/// Writes what happened as lines of compact JSON: `{"time":"…Z","level":"info","message":"…", …fields}`.
///
/// A value that is passed on; copies write to the same sink. The message is a literal and fields are typed:
/// what varies stands in fields, and a secret or a body gets there only on purpose.
package struct Log: Sendable {
    package enum Level: String, CaseIterable, Sendable {
        case debug, info, warning, error
    }

    /// Lines below it are not made, nor are their fields evaluated.
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

    /// Writes nothing.
    package static let silent = Log(level: .error, to: .none)

    /// The same log with fields that every line of it gets, before the line's own.
    package func with(_ fields: KeyValuePairs<String, LogValue>) -> Log {
        Log(
            level: level, output: output, clock: clock,
            context: context + fields.map { ($0.key, $0.value) })
    }

    package func debug(
        _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
    ) {
        if level <= .debug { write(.debug, message, fields()) }
    }

    package func info(
        _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
    ) {
        if level <= .info { write(.info, message, fields()) }
    }

    package func warning(
        _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
    ) {
        if level <= .warning { write(.warning, message, fields()) }
    }

    package func error(
        _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
    ) {
        write(.error, message, fields())
    }

    /// Lines the sink did not take since the start.
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

    package static func < (left: Log.Level, right: Log.Level) -> Bool {
        left.severity < right.severity
    }
}

// MARK: Lines

extension Log {
    /// What copies of a log share.
    private final class Output: Sendable {
        let sink: LogSink
        let dropped = Counter()
        /// Lines dropped since the last that was taken, which the next one tells.
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
        writer.key("time")
        writer.string(clock.now().rfc3339)
        writer.key("level")
        writer.string(level.rawValue)
        writer.key("message")
        writer.string(message.description)
        for (index, field) in fields.enumerated() {
            // A name that stands again later is written there only: an object has a key once.
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
