import Inbound
import Telemetry

/// What the gateway counts, and what it says in the log of what goes wrong.
final class Meters: IntakeObserver, CommitObserver {
    let metrics: Metrics
    private let log: Log
    private let settled, failed, groups: Counter
    private let commit: Histogram
    private let refusedCodes: [String: Counter]
    private let refusedOther: Counter

    init(metrics: Metrics, log: Log) {
        self.metrics = metrics
        self.log = log
        settled = metrics.counter(
            "refgate_requests_settled_total", help: "Deliveries answered after their commit.")
        failed = metrics.counter(
            "refgate_commits_failed_total", help: "Transactions that were rolled back.")
        groups = metrics.counter("refgate_commits_total", help: "Transactions that were committed.")
        commit = metrics.histogram(
            "refgate_commit_seconds", help: "Time from the start of a transaction to its commit.")
        let help = "Deliveries refused before they were settled."
        var counters: [String: Counter] = [:]
        for code in RefusalCode.all {
            counters[code] = metrics.counter(
                "refgate_requests_refused_total", help: help, labels: ["code": code])
        }
        refusedCodes = counters
        refusedOther = metrics.counter(
            "refgate_requests_refused_total", help: help, labels: ["code": "other"])
    }

    func refused(source: String?, code: String) {
        (refusedCodes[code] ?? refusedOther).increment()
    }

    func committed(count: Int, took: Duration, failure: SettlementError?) {
        if let failure {
            failed.increment()
            log.error("a transaction failed", ["reason": .string(failure.description)])
            return
        }
        settled.increment(by: UInt64(count))
        groups.increment()
        commit.observe(took)
    }

    func lookFailed(_ error: SettlementError) {
        log.error("looking for changes failed", ["reason": .string(error.description)])
    }
}
