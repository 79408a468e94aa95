import Declarations
import JSON
import Referrals
import Schemas
import Storage
import Time

/// The next attempts of one webhook's deliveries, as far as its status and its breaker allow them.
/// Never in the past.
package struct NextAttempts {
    private let isActive: Bool
    private let breaker: Breaker
    private let longestWait: Duration
    private let now: Instant

    /// The attempts of one webhook.
    package init(_ declaration: WebhookDeclaration, _ breaker: Breaker, now: Instant) {
        isActive = declaration.status == .active
        longestWait = declaration.retry.longestWait
        self.breaker = breaker
        self.now = now
    }

    /// The next attempt of a delivery; nil if it does not wait for one, or if its webhook is not
    /// active.
    package func time(of delivery: DeliveryLog.Row) -> Instant? {
        time(status: delivery.status.value, stored: delivery.nextAttemptAt)
    }

    private func time(status: DeliveryStatus?, stored: Instant?) -> Instant? {
        guard isActive, status == .pending else { return nil }
        var due = stored ?? now
        // No wait is this long: a clock that was ahead has dated the delivery, and it is sent now.
        if due > now + longestWait { due = now }
        return max(due, breaker.nextProbe(at: now) ?? now)
    }

    /// The next attempts for an export, which reads the deliveries of all webhooks. A webhook that
    /// cannot be read, or was deleted, has none.
    package static func forExport(
        of store: Store, at now: Instant
    ) throws -> ExportTable.NextAttempt {
        var attempts: [ID<Webhook>: NextAttempts] = [:]
        for row in try store.catalog.webhooks() {
            guard let webhook = try? WebhookDeclaration.read(stored: Array(row.document.utf8))
            else { continue }
            let breaker = Breaker(try store.outbox.queue(of: row.id))
            attempts[row.id] = NextAttempts(webhook, breaker, now: now)
        }
        return { [attempts] webhook, status, stored in
            attempts[webhook]?.time(status: status, stored: stored)
        }
    }

    /// Writes the members of the breaker.
    package func describeBreaker(to writer: inout Writer) {
        writer.member("state", breaker.state(at: now).rawValue)
        writer.member("since", breaker.openSince.map { min($0, now).rfc3339 })
        writer.member("failures", breaker.failures)
        writer.member("next_attempt_at", isActive ? breaker.nextProbe(at: now)?.rfc3339 : nil)
    }

    /// The schema of the object with the members that `describeBreaker` writes.
    package static let breakerSchema = JSONSchema.named(
        "Breaker",
        .object([
            .required("state", .choice(Breaker.State.self)),
            .required("since", .instant.nullable),
            .required("failures", .count.described("The failures in a row.")),
            .required("next_attempt_at", .instant.nullable),
        ]))
}
