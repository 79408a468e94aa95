import HTTP
import Outbound
import Referrals
import Synchronization
import Telemetry

/// The log lines about one request or one delivery: each error at `warning`, each change at `info`,
/// each request at `debug`. They contain no query, no address and no body, since those may contain
/// personal data.
///
/// A response with a log line carries the id of the line, so that the client can quote it.
package final class RequestLog: Sendable {
    private let log: Log
    /// A prefix that distinguishes the ids of this run from those of other runs.
    private let prefix: String
    private let count = Atomic<Int>(0)
    private let sampler = LogSampler()

    /// - Parameter prefix: A random text.
    package init(_ log: Log, prefix: String) {
        self.log = log
        self.prefix = prefix
    }

    /// True if each request has a line.
    package var isFull: Bool { log.level == .debug }

    // MARK: Requests

    /// Gives the response its id if it has a log line, and writes the line.
    ///
    /// - Parameter label: The request's method and route.
    package func willAnswer(_ response: inout Response, to label: String?) {
        let isChange = !response.isError && Self.isChange(label)
        guard response.isError || isChange || isFull else { return }
        let id = "req_\(prefix)_\(count.add(1, ordering: .relaxed).newValue)"
        response.identify(as: id)
        let code = response.problemCode
        guard let log = sampled("\(label ?? "") \(code ?? "")") else { return }
        var line = log.with([
            "request_id": .string(id), "status": .integer(Int(response.status.code)),
        ])
        if let code { line = line.with(["code": .string(code)]) }
        if let label { line = line.with(["request": .string(label)]) }
        if response.status.code >= 500 {
            line.warning("a request failed")
        } else if response.isError {
            line.warning("a request was refused")
        } else if isChange {
            line.info("a change was made")
        } else {
            line.debug("a request was answered")
        }
    }

    /// True if the route of a label changes something. Partners' events do not count as changes.
    private static func isChange(_ label: String?) -> Bool {
        guard let label, label.contains(" /api/") else { return false }
        return !["GET ", "HEAD ", "OPTIONS "].contains { label.hasPrefix($0) }
    }

    // MARK: Deliveries

    /// Writes a line for an attempt that failed. Its id is the notification's, which the receiver
    /// saw.
    func attempted(_ report: AttemptReport) {
        switch report.consequence {
        case .delivered, .cutOff: return
        case .again: failed(report, isOver: false)
        case .failed, .gone: failed(report, isOver: true)
        }
    }

    private func failed(_ report: AttemptReport, isOver: Bool) {
        sampled("webhook \(report.webhook.number) \(report.code)")?.warning(
            "an attempt to deliver a notification failed",
            [
                "request_id": .string(report.id), "webhook": .integer(report.webhook.number),
                "delivery": .integer(report.delivery), "code": .string(report.code),
                "is_last": .bool(isOver), "took_ms": .milliseconds(report.took),
            ])
    }

    // MARK: Floods

    /// The log for a line of this kind; nil if there were too many recently. At `debug` all are
    /// written.
    private func sampled(_ kind: String) -> Log? {
        guard !isFull else { return log }
        guard let unlogged = sampler.take(kind) else { return nil }
        return unlogged == 0 ? log : log.with(["unlogged": .integer(unlogged)])
    }
}
