import JSON
import Synchronization
import Testing
import Time

@testable import Telemetry

/// Keeps lines, or refuses them.
private final class Kept: Sendable {
    private let state = Mutex((lines: [String](), isFull: false))

    var sink: LogSink {
        LogSink { line in
            self.state.withLock { state in
                if !state.isFull { state.lines.append(String(decoding: line, as: UTF8.self)) }
                return !state.isFull
            }
        }
    }

    var lines: [String] { state.withLock { $0.lines } }
    func setFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }
}

@Suite struct LogTests {
    private let kept = Kept()
    private static let clock = WallClock {
        Instant(clampingMicroseconds: 1_795_244_827_120_000)
    }

    private func log(_ level: Log.Level = .debug) -> Log {
        Log(level: level, clock: Self.clock, to: kept.sink)
    }

    @Test func `a line is one compact object with time, level, message and typed fields`() throws {
        let instant = try #require(Instant(seconds: 0))
        log().info(
            "delivery accepted",
            [
                "source": .string("src_1"), "status": .integer(200), "first": .bool(true),
                "ratio": .double(0.5), "at": .instant(instant),
                "took_ms": .milliseconds(.nanoseconds(1_234_567)),
                "amount": .integer(Int64.min), "key": .secret,
            ])
        #expect(
            kept.lines == [
                #"{"time":"2026-11-21T07:07:07.120Z","level":"info","message":"delivery accepted","#
                    + #""source":"src_1","status":200,"first":true,"ratio":0.5,"#
                    + #""at":"1970-01-01T00:00:00Z","took_ms":1.234,"amount":-9223372036854775808,"#
                    + #""key":"***"}"# + "\n"
            ])
    }

    @Test func `a field cannot break out of its line`() throws {
        let hostile = "x\"}\n{\"level\":\"error\"}\u{0}\u{1B}[31m\\"
        log().warning("odd name", ["name": .string(hostile), hostile: .integer(1)])
        let line = try #require(kept.lines.first)
        #expect(line.filter { $0 == "\n" }.count == 1)
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
        let root = try Document(parsing: Array(line.utf8)).root
        #expect(root["name"]?.string == hostile)
        #expect(root["level"]?.string == "warning")
        #expect(root[hostile]?.int == 1)
    }

    @Test func `a secret field is three stars`() {
        log().info("key rotated", ["secret": .secret(Secret("whsec_abc"))])
        #expect(
            kept.lines.first?.hasSuffix(#""message":"key rotated","secret":"***"}"# + "\n") == true)
    }

    @Test(arguments: Log.Level.allCases)
    func `lines below the level are not written and their fields not made`(level: Log.Level) {
        let log = log(level)
        let made = Counter()
        func fields() -> KeyValuePairs<String, LogValue> {
            made.increment()
            return [:]
        }
        log.debug("a", fields())
        log.info("b", fields())
        log.warning("c", fields())
        log.error("d", fields())
        let expected = Log.Level.allCases.filter { $0 >= level }.map(\.rawValue)
        #expect(made.value == UInt64(expected.count))
        #expect(
            kept.lines.map { line in expected.first { line.contains("\"level\":\"\($0)\"") } }
                == expected)
    }

    @Test func `a level has the name configuration gives it`() {
        #expect(Log.Level(rawValue: "warning") == .warning)
        #expect(Log.Level(rawValue: "Warning") == nil)
    }

    @Test func `context stands in every line, each name once and the innermost last`() throws {
        let log = log().with(["request": .string("r1"), "try": .integer(1)])
        log.with(["try": .integer(2)]).info("sent", ["time": .integer(3), "level": .integer(4)])
        log.info("done")
        #expect(
            kept.lines.map { $0.drop { $0 != "," } } == [
                #","level":"info","message":"sent","request":"r1","try":2,"field_time":3,"field_level":4}"#
                    + "\n",
                #","level":"info","message":"done","request":"r1","try":1}"# + "\n",
            ])
        for line in kept.lines { _ = try Document(parsing: Array(line.utf8)) }
    }

    @Test func `the first line taken tells how many were dropped before it`() {
        let log = log()
        log.info("a")
        kept.setFull(true)
        for _ in 0..<3 { log.with(["x": .integer(1)]).info("b") }
        kept.setFull(false)
        log.info("c")
        log.info("d")
        #expect(kept.lines.map { $0.contains("lines_dropped") } == [false, true, false])
        #expect(kept.lines[1].hasSuffix(#""message":"c","lines_dropped":3}"# + "\n"))
        #expect(log.linesDropped.value == 3)
    }

    @Test func `threads write whole lines`() async throws {
        let log = log()
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for line in 0..<50 { log.info("x", ["n": .integer(task * 50 + line)]) }
                }
            }
        }
        let numbers = try kept.lines.map { try Document(parsing: Array($0.utf8)).root["n"]?.int }
        #expect(Set(numbers) == Set((0..<400).map { Int64($0) }))
    }
}
