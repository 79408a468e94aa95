import Database
import Declarations
import HTTP
import JSON
import Ledger
import Outbound
import Programmes
import Reading
import Referrals
import Schemas
import Storage
import Time

extension API {
    /// The parameters by which deliveries are found.
    static let deliveryFilters: [QueryParameter] =
        [
            .choice("status", of: DeliveryStatus.self, "The status of the deliveries."),
            .choice("type", of: NotificationType.self, "The type of the notifications."),
        ] + QueryParameter.names("notifications") + QueryParameter.times("created_at")

    /// `GET /deliveries` and `GET /webhooks/{id}/deliveries`.
    func deliveries(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let page = try Page(query)
        let meant = call.numbers.first ?? query.integer("webhook")
        var ids = try webhooksEver(of: call.account, store).map(\.id)
        if let meant {
            ids = ids.filter { $0.number == meant }
            guard !ids.isEmpty else { throw Problem.notFound("webhook", meant) }
        }
        var search = DeliverySearch.Query(
            of: ids, account: call.account, before: page.before.map { DeliveryNumber($0) },
            limit: page.limit)
        search.status = query["status"].flatMap { DeliveryStatus(rawValue: $0) }
        search.type = query["type"].flatMap { NotificationType(rawValue: $0) }
        search.names = query.names
        let times = TimeRange(query)
        (search.since, search.until) = (times.since, times.until)
        let found = try store.deliverySearch.page(search)
        var attempts: [ID<Webhook>: NextAttempts] = [:]
        for row in found.rows where attempts[row.webhook] == nil {
            attempts[row.webhook] = try nextAttempts(of: row, call, store)
        }
        return try page.response(found.rows, next: found.next?.number) { row, writer in
            writer.object { Self.members(of: row, attempts[row.webhook], to: &$0) }
        }
    }

    /// `POST /deliveries/{id}/resend`: the same notification under the same id.
    func resendDelivery(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try find(call, processor.store)
        try checkIsTold(row.webhook, call, processor.store)
        let isSent = try processor.store.log.resend(
            row.id, of: row.webhook, at: now)
        guard isSent else {
            throw Problem.conflict(
                "not_resendable", "The delivery cannot be sent again",
                "It is \(row.status.text) after \(row.attempts) attempts; only a finished delivery can be."
            )
        }
        try processor.store.deliveries.probe(row.webhook, sending: row.id)
        let changed = try find(call, processor.store)
        let next = try nextAttempts(of: changed, call, processor.store)
        return try .json(.accepted) { writer in
            writer.object { Self.members(of: changed, next, to: &$0) }
        }
    }

    /// `POST /webhooks/{id}/resend` `{"since", "until"}`: all failed deliveries that were queued in
    /// that time.
    func resendFailed(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let id = try webhook(ID(call.number), of: call.account, store).id
        let body = try call.body()
        let request = try ResendRequest.read(body)
        return { [self] processor, now, turn in
            try checkIsTold(id, call, processor.store)
            let range = DeliveryLog.TimeRange(since: request.since ?? now, until: request.until)
            return try resending(of: id, range, from: 0, count: 0)(processor, now, turn)
        }
    }

    private func resending(
        of id: ID<Webhook>, _ range: DeliveryLog.TimeRange, from first: Int64, count: Int
    ) -> Slice<Response>.Step {
        { [self] processor, now, turn in
            let log = processor.store.log
            var (next, count): (Int64?, Int) = (first, count)
            while let first = next {
                let page = try log.resendFailed(of: id, range, from: first, at: now)
                count += page.count
                next = page.next
                guard let next, turn.isOver else { continue }
                if count > 0 { processor.store.deliveries.noteGrowth(of: id) }
                return .more(resending(of: id, range, from: next, count: count))
            }
            try processor.store.deliveries.probe(id)
            return .done(
                try .json(.accepted) { writer in
                    writer.beginObject()
                    writer.member("webhook", id.number)
                    writer.member("resent", count)
                    writer.endObject()
                })
        }
    }

    /// `POST /webhooks/{id}/test`: a notification without personal data, sent like any other.
    func tryWebhook(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try webhook(ID(call.number), of: call.account, processor.store)
        let declaration = try declaration(of: row)
        try checkIsTold(row.id, call, processor.store)
        let body = try call.body()
        let trial = try TestNotificationRequest.read(body)
        let type = trial.type ?? declaration.events.first ?? .rewardIssued
        let number = try TestNotification.queue(
            type, for: row.id, in: NotificationForm(of: declaration), processor.store, at: now)
        let delivery = try processor.store.log.delivery(number, of: row.id)
        guard let delivery else { throw Problem.notFound("delivery", row.id.number) }
        let next = try nextAttempts(of: delivery, call, processor.store)
        return try .json(.accepted) { writer in
            writer.object { Self.members(of: delivery, next, to: &$0) }
        }
    }

    // MARK: Finding

    private func webhooksEver(
        of account: ID<Account>, _ store: Store
    ) throws -> [(id: ID<Webhook>, isDeleted: Bool)] {
        try store.catalog.webhooksEver(of: account)
    }

    func find(_ call: Call, _ store: Store) throws -> DeliveryLog.Row {
        let name = DeliveryNumber(call.number)
        let isOurs = try webhooksEver(of: call.account, store).contains { $0.id == name.webhook }
        let row = try store.log.delivery(name.notification, of: name.webhook)
        guard isOurs, let row else { throw Problem.notFound("delivery", call.number) }
        return row
    }

    private func checkIsTold(_ id: ID<Webhook>, _ call: Call, _ store: Store) throws {
        let isDeleted = try webhooksEver(of: call.account, store).contains {
            $0.id == id && $0.isDeleted
        }
        guard !isDeleted else {
            throw Problem.conflict(
                "webhook_deleted", "The webhook was deleted",
                "Its deliveries can be read, but not sent again.")
        }
        let row = try webhook(id, of: call.account, store)
        guard try declaration(of: row).status != .disabled else {
            throw Problem.conflict(
                "webhook_disabled", "The webhook is disabled",
                "Set its status to active to send to it again.")
        }
    }

    // MARK: Writing

    /// Nil for a webhook that was deleted.
    func nextAttempts(
        of row: DeliveryLog.Row, _ call: Call, _ store: Store
    ) throws -> NextAttempts? {
        let webhook = try store.catalog.webhook(row.webhook)
        guard let webhook, webhook.account == call.account else { return nil }
        return try nextAttempts(webhook, store)
    }

    /// The schema of a delivery.
    static let deliverySchema = JSONSchema.named(
        "Delivery",
        .object([
            .required("id", .id),
            .required("webhook", .id),
            .required("notification", .id.described("The number of the notification.")),
            .required("type", .choice(NotificationType.self)),
            .required("test", .boolean.described("True for a test notification.")),
            .required("subject", .id.nullable.described("The number of the row it is about.")),
            .required("status", .choice(DeliveryStatus.self)),
            .required("attempts", .count),
            .required("next_attempt_at", .instant.nullable),
            .required("created_at", .instant),
        ]))

    /// The schema of the result of sending failed deliveries again.
    static let resentSchema = JSONSchema.named(
        "Resent",
        .object([.required("webhook", .id), .required("resent", .count)]))

    static func members(
        of row: DeliveryLog.Row, _ attempts: NextAttempts?, to writer: inout Writer
    ) {
        writer.member("id", row.number)
        writer.member("webhook", row.webhook.number)
        writer.member("notification", row.id)
        writer.member("type", row.type.text)
        writer.member("test", row.subject == 0)
        writer.member("subject", row.subject == 0 ? nil : row.shownSubject)
        writer.member("status", row.status.text)
        writer.member("attempts", row.attempts)
        writer.member("next_attempt_at", attempts?.time(of: row)?.rfc3339)
        writer.member("created_at", row.createdAt.rfc3339)
    }
}
