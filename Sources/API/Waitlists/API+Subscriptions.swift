import Database
import Declarations
import HTTP
import JSON
import Ledger
import Programmes
import Reading
import Referrals
import Schemas
import Storage
import Time
import Webhooks

// Webhooks in ReferralLoop's form: each of one event and one waitlist, named `sub_` and digits.
extension API {
    private static let subscriptionPrefix = "sub_"

    /// `POST /webhooks/subscribe`: creates a webhook in the dialect `referralloop`. Its secret is
    /// shown only in this response.
    func subscribe(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let store = processor.store
        let body = try call.body()
        let request = try SubscriptionRequest.read(body, refusal: refusal)
        guard let uid = request.waitlist, let list = try? waitlist(uid, call, store) else {
            throw Problem.invalidBody(
                "/waitlist_id", "There is no waitlist \(request.waitlist?.text ?? "").")
        }
        let name = "\(request.event.rawValue) \(randomName(12))"
        var webhook = WebhookDeclaration(name: name, url: request.url, events: [request.event])
        webhook.dialect = .referralloop
        webhook.campaign = list.id.declared
        let secret = try makeWebhookSecret()
        try self.store(
            WebhookEntry(
                webhook: webhook, secrets: WebhookSecrets(secrets: [SecretSpec(secret)])),
            call, processor, now)
        guard let row = try store.catalog.webhook(named: name, of: call.account) else {
            throw StorageError.contradiction("a webhook that was stored is missing")
        }
        let waiting = try store.signups.count(of: list.id, .waiting)
        return try .created { writer in
            writer.beginObject()
            writer.object("subscription") { writer in
                writer.member("id", "\(Self.subscriptionPrefix)\(row.id.number)")
                writer.member("event_type", request.event.rawValue)
                writer.member("target_url", request.url)
                writer.member("is_active", true)
                writer.member("created_at", now.rfc3339)
            }
            writer.member("secret", secret)
            if request.event == .signupPositionChanged {
                Self.write(shifts: webhook.shiftsInForce, waiting: waiting, to: &writer)
            }
            writer.endObject()
        }
    }

    /// The schema of a new subscription.
    static let subscriptionSchema = JSONSchema.named(
        "Subscription",
        .object([
            .required(
                "subscription",
                .object([
                    .required("id", .string),
                    .required("event_type", .choice(NotificationType.self)),
                    .required("target_url", .string),
                    .required("is_active", .boolean),
                    .required("created_at", .instant),
                ])),
            .required("secret", .generatedSecret),
            .optional("shifts", .choice(WebhookDeclaration.Shifts.self)),
            .optional("notice", .string),
        ]))

    /// Writes which changes of positions the webhook is notified of, at the present length of its
    /// waitlist.
    private static func write(
        shifts: WebhookDeclaration.Shifts, waiting: Int, to writer: inout Writer
    ) {
        let most = EventProcessor.mostShifting
        let isLimited = shifts == .all && waiting > most
        let inForce = isLimited ? WebhookDeclaration.Shifts.movers : shifts
        writer.member("shifts", inForce.rawValue)
        guard isLimited else { return }
        writer.member(
            "notice",
            "The waitlist has \(waiting) waiting signups. With more than \(most), only signups whose"
                + " own referrals change are notified.")
    }

    /// `DELETE /webhooks/unsubscribe/{sub_id}`: deletes the webhook.
    func unsubscribe(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let text = call.text
        let digits = text.dropFirst(Self.subscriptionPrefix.count)
        guard text.hasPrefix(Self.subscriptionPrefix), digits.utf8.first != UInt8(ascii: "0"),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits)
        else {
            throw Problem(
                .badRequest, "invalid_id", "Ids of subscriptions are sub_ and digits",
                detail:
                    "The path has \(text.prefix(64).debugDescription) in place of an id such as"
                    + " sub_12.")
        }
        return deleting(webhook: ID(number), call)
    }
}
