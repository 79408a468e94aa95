import Database
import HTTP
import Inbound
import Ledger
import Outbound
import Referrals
import Sockets
import Storage
import Telemetry
import Transport

/// The gateway's counters, and its log lines about failures.
package final class Meters: IntakeObserver, WriteObserver, SenderObserver {
    /// The registry that `/metrics` renders.
    package let metrics: Metrics
    /// The log of requests.
    package let requests: RequestLog
    private let log: Log
    private let settled, failed, groups: Counter
    private let commit, turn: Histogram
    private let longestTurn = Longest()
    private let refusedCodes: [String: Counter]
    private let refusedOther: Counter
    private let delivered, retried, given: Counter
    private let underway: Gauge
    private let attempt: Histogram
    private let failures = LogPace()
    private let polls = LogPace()
    private let asides = LogPace(.seconds(1))
    private let records = LogPace()
    private let pauses = LogPace()
    private let lacks = LogPace(.seconds(1))

    package init(metrics: Metrics, log: Log, requests: RequestLog) {
        self.metrics = metrics
        self.log = log
        self.requests = requests
        settled = metrics.counter(
            "refgate_requests_settled_total",
            help: "Requests of partners that were answered after their commit.")
        failed = metrics.counter(
            "refgate_commits_failed_total", help: "Transactions that failed and were rolled back.")
        groups = metrics.counter("refgate_commits_total", help: "Committed transactions.")
        commit = metrics.histogram(
            "refgate_commit_seconds", help: "Seconds from the start of a transaction to its commit."
        )
        turn = metrics.histogram(
            "refgate_writer_turn_seconds",
            help: "Seconds that the writer worked without a pause; the target is at most 0.02.",
            bounds: Self.turnBounds)
        metrics.gauge(
            "refgate_writer_longest_turn_seconds",
            help:
                "The longest time in seconds that the writer has worked without a pause since the start."
        ) { [longestTurn] in longestTurn.value / .seconds(1) }
        let outcomes = "Attempts to deliver a notification, by outcome."
        delivered = metrics.counter(
            "refgate_delivery_attempts_total", help: outcomes, labels: ["outcome": "delivered"])
        retried = metrics.counter(
            "refgate_delivery_attempts_total", help: outcomes, labels: ["outcome": "again"])
        given = metrics.counter(
            "refgate_delivery_attempts_total", help: outcomes, labels: ["outcome": "failed"])
        underway = metrics.gauge(
            "refgate_delivery_attempts_underway", help: "Delivery attempts under way.")
        attempt = metrics.histogram(
            "refgate_delivery_attempt_seconds",
            help: "Seconds from the start of a delivery attempt to its end.")
        let help = "Requests of partners that were refused, by code."
        var counters: [String: Counter] = [:]
        for code in RefusalCode.all {
            counters[code] = metrics.counter(
                "refgate_requests_refused_total", help: help, labels: ["code": code])
        }
        refusedCodes = counters
        refusedOther = metrics.counter(
            "refgate_requests_refused_total", help: help, labels: ["code": "other"])
    }

    /// Buckets from 1 ms to 10 s, with a bound at the 20 ms that a turn may take.
    private static let turnBounds: [Duration] = [
        .milliseconds(1), .microseconds(2500), .milliseconds(5), .milliseconds(10),
        .milliseconds(20), .milliseconds(50), .milliseconds(100), .milliseconds(250),
        .milliseconds(500), .seconds(1), .milliseconds(2500), .seconds(5), .seconds(10),
    ]

    /// Observes the length of a turn of the writer.
    package func turnEnded(after took: Duration) {
        turn.observe(took)
        longestTurn.observe(took)
    }

    /// Counts a refused request by the code of its problem.
    package func refused(source: String?, code: String) {
        (refusedCodes[code] ?? refusedOther).increment()
    }

    /// Counts a transaction with its messages, or logs its failure.
    package func committed(
        count: Int, took: Duration, failure: StorageError?, queues: QueueChanges = QueueChanges()
    ) {
        if let failure {
            failed.increment()
            if let times = failures.count(failure.description) {
                log.error(
                    "a transaction failed",
                    ["reason": .string(failure.description), "times": .integer(times)])
            }
            return
        }
        settled.increment(by: UInt64(count))
        groups.increment()
        commit.observe(took)
    }

    /// Counts and logs a request that failed through a defect of this program.
    package func failed(_ problem: Problem) {
        guard let cause = problem.cause, let times = failures.count(cause) else { return }
        log.error("a request failed", ["reason": .string(cause), "times": .integer(times)])
    }

    /// Logs that a browser sent a secret key, which people can read there.
    package func secretKeyInBrowser(_ key: Int64, isRefused: Bool) {
        log.warning(
            "a secret key came from a browser; use a publishable one there, and revoke this one",
            ["key": .integer(key), "refused": .bool(isRefused)])
    }

    /// Logs that changes of others could not be taken in.
    package func housekeepingFailed(_ error: StorageError) {
        guard let times = polls.count(error.description) else { return }
        log.error(
            "a check for changes failed",
            ["reason": .string(error.description), "times": .integer(times)])
    }

    /// Logs an item that cannot be moved on.
    package func setAside(_ item: SetAside.Item, _ failure: StorageError) {
        guard let times = asides.count(failure.description) else { return }
        log.error(
            item.isTriedAgain
                ? "automatic work failed and is tried again later; the work behind it continues"
                : "automatic work failed and is set aside until the next start; the work behind it continues",
            [
                "what": .string(item.description), "reason": .string(failure.description),
                "times": .integer(times),
            ])
    }

    /// Logs that requests are refused while another process holds the lock.
    package func refusedForLock() {
        log.warning(
            "another process holds the database's lock; requests that wait too long are answered 503"
        )
    }

    /// Logs the end of a wait for the lock.
    package func lockIsBack(after wait: Duration) {
        log.warning("the database's lock is free again", ["held_ms": .milliseconds(wait)])
    }

    package func acceptingPaused() {
        guard let times = pauses.count() else { return }
        log.warning(
            "no connection can be accepted: the process or the machine is out of descriptors or memory",
            ["times": .integer(times)])
    }

    /// Logs that the database was replaced or removed.
    package func storageReplaced() {
        log.error(
            "the database file was replaced or removed: all requests are answered 503 until a restart"
        )
    }

    /// Counts a delivery attempt by its result.
    package func attempted(_ report: AttemptReport, underway: Int) {
        attempt.observe(report.took)
        self.underway.set(underway)
        requests.attempted(report)
        switch report.consequence {
        case .delivered:
            delivered.increment()
            return
        case .again, .cutOff: retried.increment()
        case .failed, .gone: given.increment()
        }
        metrics.counter(
            "refgate_delivery_failures_total", help: "Failed delivery attempts, by reason.",
            labels: ["code": report.code]
        ).increment()
    }

    /// Logs a resource of this machine that attempts lack.
    package func lacked(_ lack: Lack, webhook: ID<Webhook>) {
        metrics.counter(
            "refgate_delivery_attempts_postponed_total",
            help: "Delivery attempts postponed because the machine lacked a resource."
        ).increment()
        // Each attempt of each webhook may lack the same resource.
        guard let unsaid = lacks.count() else { return }
        log.warning(
            "deliveries are postponed because the machine lacks a resource",
            [
                "reason": .string(lack.description), "webhook": .integer(Int(webhook.number)),
                "attempts": .integer(unsaid),
            ])
    }

    /// Logs that attempts could not be recorded.
    package func recordingFailed(attempts: Int) {
        guard let times = records.count() else { return }
        log.error(
            "the results of deliveries cannot be recorded",
            ["attempts": .integer(attempts), "times": .integer(times)])
    }
}
