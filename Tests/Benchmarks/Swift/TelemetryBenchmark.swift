import JSON
import Telemetry
import Time

/// What a request pays for being counted, timed and logged, and for writing its answer.
enum TelemetryBenchmark {
    static func run(arguments: [String]) {
        let metrics = Metrics()
        let counter = metrics.counter("a_total", help: "")
        let histogram = metrics.histogram("b_seconds", help: "")
        let log = Log(level: .info, to: .none)
        let clock = WallClock.system
        measure("counter") { _ in counter.increment() }
        measure("histogram, nanoseconds") {
            histogram.observe(nanoseconds: Int64($0 % 64) * 100_000)
        }
        measure("histogram, duration") { histogram.observe(.microseconds($0 % 64 * 100)) }
        measure("log line below the level") { log.debug("a", ["index": .integer($0)]) }
        measure("log line of three fields") {
            log.info(
                "delivery accepted",
                ["source": .string("src_1"), "status": .integer(200), "index": .integer($0)])
        }
        measure("clock") { _ in counter.increment(by: UInt64(clock.now().microseconds & 1)) }
        var bytes: [UInt8] = []
        measure("instant as RFC 3339") { index in
            bytes.removeAll(keepingCapacity: true)
            Instant(clampingMicroseconds: Int64(index) * 977_777).append(rfc3339To: &bytes)
        }
        measure("JSON object of five members") { index in
            counter.increment(by: UInt64(object(index).count))
        }
        precondition(counter.value > 0)
    }

    private static func object(_ index: Int) -> [UInt8] {
        var writer = Writer(reservingCapacity: 128)
        writer.beginObject()
        writer.member("id", "evt_0123456789abcdef")
        writer.member("index", index)
        writer.member("status", "qualified")
        writer.member("duplicate", false)
        writer.key("reward")
        writer.null()
        writer.endObject()
        return writer.bytes
    }

    private static func measure(_ name: String, _ body: (Int) -> Void) {
        let iterations = 200_000
        var best = Double.infinity
        for _ in 0..<7 {
            let start = ContinuousClock.now
            for index in 0..<iterations { body(index) }
            best = min(best, (ContinuousClock.now - start) / .nanoseconds(iterations))
        }
        print("\(name): \((best * 10).rounded() / 10) ns")
    }
}
