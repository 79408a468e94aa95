import Testing

@testable import Telemetry

@Suite struct MetricsTests {
    private let metrics = Metrics()

    private var text: String { String(decoding: metrics.render(), as: UTF8.self) }

    @Test func `all kinds are rendered as Prometheus reads them`() {
        metrics.counter(
            "refgate_deliveries_total", help: "Deliveries by outcome.",
            labels: ["outcome": "accepted"]
        ).increment(by: 3)
        metrics.counter(
            "refgate_deliveries_total", help: "Deliveries by outcome.",
            labels: ["outcome": "a \"b\" \\ c\nd"]
        ).increment()
        metrics.gauge("refgate_connections", help: "Open \\ connections\nnow.").set(-2)
        metrics.gauge("refgate_outbox_age_seconds", help: "Age.") { 1.5 }
        let histogram = metrics.histogram(
            "refgate_commit_seconds", help: "Commits.", labels: ["store": "main"],
            bounds: [.microseconds(500), .milliseconds(5), .seconds(1)])
        for duration: Duration in [
            .zero, .microseconds(500), .nanoseconds(500_001), .seconds(1), .milliseconds(1001),
        ] {
            histogram.observe(duration)
        }
        #expect(
            text == #"""
                # HELP refgate_commit_seconds Commits.
                # TYPE refgate_commit_seconds histogram
                refgate_commit_seconds_bucket{store="main",le="0.0005"} 2
                refgate_commit_seconds_bucket{store="main",le="0.005"} 3
                refgate_commit_seconds_bucket{store="main",le="1"} 4
                refgate_commit_seconds_bucket{store="main",le="+Inf"} 5
                refgate_commit_seconds_sum{store="main"} 2.002000001
                refgate_commit_seconds_count{store="main"} 5
                # HELP refgate_connections Open \\ connections\nnow.
                # TYPE refgate_connections gauge
                refgate_connections -2
                # HELP refgate_deliveries_total Deliveries by outcome.
                # TYPE refgate_deliveries_total counter
                refgate_deliveries_total{outcome="a \"b\" \\ c\nd"} 1
                refgate_deliveries_total{outcome="accepted"} 3
                # HELP refgate_outbox_age_seconds Age.
                # TYPE refgate_outbox_age_seconds gauge
                refgate_outbox_age_seconds 1.5

                """#)
    }

    @Test func `nothing measured renders nothing`() {
        #expect(text == "")
    }

    @Test func `the same name and labels are the same instrument, in any order of labels`() {
        let first = metrics.counter("a_total", help: "", labels: ["x": "1", "y": "2"])
        let second = metrics.counter("a_total", help: "", labels: ["y": "2", "x": "1"])
        #expect(first === second)
        #expect(first !== metrics.counter("a_total", help: "", labels: ["x": "1", "y": "3"]))
        #expect(metrics.gauge("b", help: "") === metrics.gauge("b", help: ""))
        #expect(metrics.histogram("c", help: "") === metrics.histogram("c", help: ""))
    }

    @Test func `a label that follows the input ends in one series called other`() {
        for index in 0..<Metrics.mostSeries + 5 {
            metrics.counter("a_total", help: "", labels: ["x": "\(index)"]).increment()
        }
        #expect(text.split(separator: "\n").count == 2 + Metrics.mostSeries + 1)
        #expect(text.contains("a_total{x=\"other\"} 5\n"))
        #expect(text.contains("a_total{x=\"\(Metrics.mostSeries - 1)\"} 1\n"))
    }

    @Test(
        arguments: [
            (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0, "0"), (-3, "-3"),
            (0.25, "0.25"), (1e20, "1e+20"), (1e-7, "1e-07"),
        ] as [(Double, String)])
    func `any reading is written as a number Prometheus knows`(reading: Double, number: String) {
        metrics.gauge("a", help: "") { reading }
        #expect(text.hasSuffix("\na \(number)\n"))
    }

    @Test func `a gauge goes up and down`() {
        let gauge = metrics.gauge("a", help: "")
        gauge.add(5)
        gauge.add(-2)
        #expect(gauge.value == 3)
        gauge.set(10)
        #expect(text.hasSuffix("\na 10\n"))
    }

    @Test func `nothing is lost when threads count at once`() async {
        let counter = metrics.counter("a_total", help: "")
        let histogram = metrics.histogram("b_seconds", help: "")
        let metrics = metrics
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for index in 0..<1000 {
                        counter.increment()
                        histogram.observe(nanoseconds: Int64(index) * 1_000_000)
                        _ = metrics.counter("c_total", help: "", labels: ["i": "\(index % 7)"])
                    }
                }
            }
        }
        #expect(counter.value == 8000)
        #expect(histogram.snapshot.count == 8000)
        #expect(histogram.snapshot.sum == .milliseconds(8 * 499_500))
    }

    @Test func `a name that is none, or names two kinds, stops the program`() async {
        await #expect(processExitsWith: .failure) { _ = Metrics().counter("1a", help: "") }
        await #expect(processExitsWith: .failure) { _ = Metrics().counter("a b", help: "") }
        await #expect(processExitsWith: .failure) {
            _ = Metrics().gauge("a", help: "", labels: ["x:y": "1"])
        }
        await #expect(processExitsWith: .failure) {
            let metrics = Metrics()
            _ = metrics.counter("a", help: "")
            _ = metrics.gauge("a", help: "")
        }
    }
}

@Suite struct HistogramTests {
    @Test func `a bound holds what equals it, the last bucket what is above all`() {
        let histogram = Histogram()
        for bound in Histogram.latencyBounds { histogram.observe(bound) }
        histogram.observe(.seconds(11))
        let snapshot = histogram.snapshot
        #expect(snapshot.bounds == Histogram.latencyBounds)
        #expect(snapshot.cumulative == (1...17).map { UInt64($0) })
        #expect(snapshot.count == 17)
    }

    @Test func `a duration below nothing or beyond counting does no harm`() {
        let histogram = Histogram(bounds: [.seconds(1)])
        histogram.observe(.seconds(-5))
        #expect(histogram.snapshot.cumulative == [1, 1])
        #expect(histogram.snapshot.sum == .zero)
        histogram.observe(.seconds(Int64.max))
        histogram.observe(.seconds(Int64.max))
        #expect(histogram.snapshot.cumulative == [1, 3])
    }

    @Test func `there may be as many bounds as fit, or none`() {
        let bounds = (1...Histogram.mostBounds).map { Duration.seconds($0) }
        let full = Histogram(bounds: bounds)
        full.observe(.seconds(100))
        #expect(full.snapshot.cumulative.last == 1)
        let none = Histogram(bounds: [])
        none.observe(.seconds(1))
        #expect(none.snapshot.cumulative == [1])
    }

    @Test func `bounds out of order or too many stop the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = Histogram(bounds: [.seconds(2), .seconds(1)])
        }
        await #expect(processExitsWith: .failure) {
            _ = Histogram(bounds: (0...Histogram.mostBounds).map { .seconds($0) })
        }
    }
}
