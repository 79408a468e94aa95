import Database
import Ledger
import Storage
import Time

/// The state of deliveries according to the tables.
enum OutboxFacts: Sendable {
    case unreadable
    case read(Queues)

    /// Counts of active webhooks.
    struct Queues: Equatable, Sendable {
        /// Webhooks with deliveries that should have been sent long ago.
        var overdue = 0
        /// Webhooks with an open breaker.
        var open = 0
        /// Webhooks whose last attempt failed, and whose breaker is not open.
        var failing = 0
        /// Waitlists that are too long for notifications of all shifts.
        var longWaitlists = 0
    }

    /// The time after which due deliveries show that sending has stopped.
    private static let patience = Duration.seconds(300)

    static func read(_ store: Store, at now: Instant) -> OutboxFacts {
        do {
            let log = store.log
            let health = try log.queueHealth()
            return .read(
                Queues(
                    overdue: try log.overdue(before: now - patience), open: health.open,
                    failing: health.failing,
                    longWaitlists: try store.signups.longWaitlists(
                        beyond: EventProcessor.mostShifting)))
        } catch {
            return .unreadable
        }
    }
}

extension OutboxFacts.Queues {
    /// A restriction that is no problem, in words; nil if there is none.
    var remark: String? {
        guard longWaitlists > 0 else { return nil }
        return "Waitlists with more than \(EventProcessor.mostShifting) waiting signups:"
            + " \(longWaitlists); there only movers are notified of positions."
    }

    /// The problem in words; nil if there is none.
    var complaint: String? {
        var parts: [String] = []
        if open > 0 { parts.append("not reached, with an open breaker: \(open)") }
        if failing > 0 { parts.append("with a failed last attempt: \(failing)") }
        if overdue > 0 { parts.append("with deliveries that are overdue: \(overdue)") }
        return parts.isEmpty ? nil : "Active webhooks " + parts.joined(separator: "; ") + "."
    }
}
