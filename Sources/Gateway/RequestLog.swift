import HTTP
import Outbound
import Synchronization
import Telemetry

/// The lines of the log that are about one request or one delivery: each error at `warning`, each change at
/// `info`, each request at `debug`. They hold no query, no address and no body, as those may name a person.
///
/// An answer that has a line bears the id of the line, so that the client can name it.
final class RequestLog: Sendable {
    private let log: Log
    /// Tells the ids of one run of the gateway from those of another.
    private let prefix: String
    private let count = Atomic<Int>(0)
    private let sampler = LogSampler()

    /// - Parameter prefix: a random text.
    init(_ log: Log, prefix: String) {
        self.log = log
        self.prefix = prefix
    }

    /// Whether each request has a line.
    var isFull: Bool { log.level == .debug }

    // MARK: Requests

    /// Gives the answer its id where it has a line, and writes the line.
    ///
    /// - Parameter label: the request's method and what it was for.
    func willAnswer(_ response: inout Response, to label: String?) {
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
            line.info("something was changed")
        } else {
            line.debug("a request was answered")
        }
    }

    /// Whether a label is of a route that changes something. Partners' events are no changes.
    private static func isChange(_ label: String?) -> Bool {
        guard let label, label.contains(" /api/") else { return false }
        return !["GET ", "HEAD ", "OPTIONS "].contains { label.hasPrefix($0) }
    }

    // MARK: Deliveries

    /// Writes a line for an attempt that failed. Its id is the notification's, which the receiver saw.
    func attempted(_ report: AttemptReport) {
        switch report.verdict {
        case .delivered, .cutOff: return
        case .again: failed(report, isOver: false)
        case .failed, .gone: failed(report, isOver: true)
        }
    }

    private func failed(_ report: AttemptReport, isOver: Bool) {
        sampled("webhook \(report.webhook) \(report.code)")?.warning(
            "an attempt to deliver a notification failed",
            [
                "request_id": .string(report.id), "webhook": .integer(report.webhook),
                "delivery": .integer(report.delivery), "code": .string(report.code),
                "is_last": .bool(isOver), "took_ms": .milliseconds(report.took),
            ])
    }

    // MARK: Floods

    /// The log for a line of this kind; nil where too many came lately. At `debug` all are written.
    private func sampled(_ kind: String) -> Log? {
        guard !isFull else { return log }
        guard let unlogged = sampler.take(kind) else { return nil }
        return unlogged == 0 ? log : log.with(["unlogged": .integer(unlogged)])
    }
}
