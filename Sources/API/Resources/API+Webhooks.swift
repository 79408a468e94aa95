import Crypto
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
import Transport
import Webhooks

extension API {
    func webhooks(_ call: Call, _ store: Store) throws -> Response {
        let page = try Page(try call.query())
        let rows = try store.catalog.webhooks()
            .filter { $0.account == call.account && $0.id.number < page.before ?? .max }
            .sorted { $0.id > $1.id }
        return try page.response(Array(rows.prefix(page.limit + 1)), number: { $0.id.number }) {
            row, writer in
            try write(row, store, to: &writer)
        }
    }

    func webhook(_ call: Call, _ store: Store) throws -> Response {
        try answer(webhook: ID(call.number), call, store)
    }

    /// `POST /webhooks`: with a secret of its own, or with a generated one that is shown only in
    /// this response.
    func createWebhook(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        var entry = try webhookEntry(call, over: nil)
        try checkName(entry.webhook.name, but: nil, call, processor.store)
        var made: String?
        if entry.secrets.secrets?.isEmpty ?? true {
            made = try makeWebhookSecret()
            entry.secrets.secrets = made.map { [SecretSpec($0)] }
        }
        try store(entry, call, processor, now)
        let row = try processor.store.catalog.webhook(named: entry.webhook.name, of: call.account)
        return try answer(
            webhook: row?.id ?? ID(0), call, processor.store, status: .created, secret: made)
    }

    /// Changes a webhook. PATCH merges with the stored members, PUT replaces them all; a secret and
    /// credentials that are left out stay.
    func changeWebhook(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try webhook(ID(call.number), of: call.account, processor.store)
        let isPatch = call.request.method == .patch
        var entry = try webhookEntry(call, over: isPatch ? Array(row.document.utf8) : nil)
        let stored = secrets(of: row)?.secrets?.first?.secret
        // A secret that is sent again stays as it is, with the others of its rotation.
        if let stored, entry.secrets.secrets?.first?.secret == stored {
            entry.secrets.secrets = nil
        }
        if !entry.webhook.name.utf8.elementsEqual(row.name.utf8) {
            try rename(row, to: entry.webhook.name, call, processor)
        }
        try store(entry, call, processor, now)
        return try answer(webhook: row.id, call, processor.store)
    }

    /// Deletes a webhook: it gets no notification after the first transaction; its waiting
    /// deliveries are cancelled.
    func deleteWebhook(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        deleting(webhook: ID(call.number), call)
    }

    func deleting(webhook id: ID<Webhook>, _ call: Call) -> Route.FirstStep {
        { [self] processor, now, turn in
            let row = try webhook(id, of: call.account, processor.store)
            try processor.store.records.delete(webhook: row.id, at: now)
            try processor.store.cancellations.begin(row.id)

            try publish(processor)
            return try cancelling(of: row.id)(processor, now, turn)
        }
    }

    private func cancelling(of id: ID<Webhook>) -> Slice<Response>.Step {
        { [self] processor, _, turn in
            let isMore = try processor.store.cancellations.advance(id) { turn.isOver }
            return isMore ? .more(cancelling(of: id)) : .done(.nothing)
        }
    }

    /// `POST /webhooks/{id}/rotate-secret`: both secrets sign `webhook-signature` until the former
    /// one expires; until then `X-Webhook-Signature` is the former secret's.
    func rotateWebhookSecret(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try webhook(ID(call.number), of: call.account, processor.store)
        let body = try call.body()
        let request = try RotationRequest.read(body)
        if let secret = request.secret?.secret, !Self.isWebhookSecret(secret) {
            throw Problem.invalidBody(
                "/secret",
                "It must be \"whsec_\" and the base64 of 24 to 64 bytes. Without it, one is"
                    + " generated.")
        }
        let made = request.secret == nil ? try makeWebhookSecret() : nil
        var secrets = self.secrets(of: row) ?? WebhookSecrets()
        let current = request.secret ?? SecretSpec(made ?? "")
        secrets.secrets = request.secrets(
            from: current, replacing: secrets.secrets ?? [], at: processor.cautiousNow(now))
        let declaration = try declaration(of: row)
        try store(
            WebhookEntry(webhook: declaration, secrets: secrets), call, processor, now)
        return try answer(webhook: row.id, call, processor.store, secret: made)
    }

    /// `POST /webhooks/{id}/end-rotation`: ends the overlap of a rotation now; only the current
    /// secret signs.
    func endWebhookRotation(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try webhook(ID(call.number), of: call.account, processor.store)
        guard var secrets = secrets(of: row) else {
            throw Problem.secretsUnreadable("Rotate the secret; the former ones become invalid.")
        }
        if let stored = secrets.secrets, stored.count > 1 {
            secrets.secrets = Array(stored.prefix(1))
            let entry = WebhookEntry(webhook: try declaration(of: row), secrets: secrets)
            try store(entry, call, processor, now)
        }
        return try answer(webhook: row.id, call, processor.store)
    }

    // MARK: Storing

    private func webhookEntry(
        _ call: Call, over stored: [UInt8]?
    ) throws -> WebhookEntry {
        let body = try call.body()
        return try WebhookEntry.read(body, .declared, over: stored, refusal: refusal)
    }

    /// The reason for which a URL must not be called; nil if it may be.
    func refusal(of url: String) -> String? {
        do throws(DestinationFault) {
            _ = try destinations.judge(url)
            return nil
        } catch {
            return error.description
        }
    }

    func store(
        _ entry: WebhookEntry, _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws {
        try check(campaign: entry.webhook.campaign, of: call.account, processor.store)
        func stored() throws -> Catalog.WebhookRow? {
            try processor.store.catalog.webhook(named: entry.webhook.name, of: call.account)
        }
        let before = try stored()
        try application(call, processor, now).declare(entry)
        if let before, let after = try stored(), mayAnswerOtherwise(after, than: before) {
            // The sender does so by itself; the response to this request reports it already.
            try processor.store.deliveries.probe(after.id)
        }
        try publish(processor)
    }

    private func mayAnswerOtherwise(
        _ webhook: Catalog.WebhookRow, than earlier: Catalog.WebhookRow
    ) -> Bool {
        guard let now = try? loader.endpoint(webhook, destinations),
            let before = try? loader.endpoint(earlier, destinations)
        else { return false }
        return now.mayAnswerOtherwise(than: before)
    }

    private func checkName(
        _ name: String, but own: ID<Webhook>?, _ call: Call, _ store: Store
    ) throws {
        let other = try store.catalog.webhook(named: name, of: call.account)
        if let other, other.id != own {
            throw Problem.taken("/name", "Webhook \(other.id.number) has this name.")
        }
    }

    /// Seals the secrets again, since a sealed text is bound to the name.
    private func rename(
        _ row: Catalog.WebhookRow, to name: String, _ call: Call, _ processor: EventProcessor
    ) throws {
        try checkName(name, but: row.id, call, processor.store)
        guard let opened = secrets(of: row)?.sealable else {
            throw Problem.secretsUnreadable(
                "Rotate the webhook's secret and send its credentials again, then rename it.")
        }
        let sealed = try loader.box.seal(opened, for: SealedPlace.webhook(name))
        try processor.store.records.rename(
            webhook: row.id, to: name, secrets: sealed)
    }

    // MARK: Secrets

    func makeWebhookSecret() throws -> String {
        let bytes = SecureRandom.bytes(32)
        return "whsec_" + Base64.encode(bytes)
    }

    private static func isWebhookSecret(_ text: String) -> Bool {
        guard text.hasPrefix("whsec_"), let key = Base64.decode(String(text.dropFirst(6))) else {
            return false
        }
        return (24...64).contains(key.count)
    }

    /// Nil if the secrets cannot be opened.
    private func secrets(of row: Catalog.WebhookRow) -> WebhookSecrets? {
        try? loader.secrets(of: row)
    }

    // MARK: Finding and writing

    func webhook(
        _ id: ID<Webhook>, of account: ID<Account>, _ store: Store
    ) throws -> Catalog.WebhookRow {
        let row = try store.catalog.webhook(id)
        guard let row, row.account == account else { throw Problem.notFound("webhook", id.number) }
        return row
    }

    func declaration(of row: Catalog.WebhookRow) throws -> WebhookDeclaration {
        do { return try WebhookDeclaration.read(stored: Array(row.document.utf8)) } catch {
            throw StorageError.contradiction("a stored webhook cannot be read")
        }
    }

    private func answer(
        webhook id: ID<Webhook>, _ call: Call, _ store: Store, status: Status = .ok,
        secret: String? = nil
    ) throws -> Response {
        let row = try webhook(id, of: call.account, store)
        return try .json(status) { writer in
            try write(row, store, secret: secret, to: &writer)
        }
    }

    /// `shifts` is written only if the webhook declares it.
    private static let defaults = WebhookDeclaration.defaults.filter { $0.name != "shifts" }

    /// The schema of a webhook without its secret.
    static let webhookSchema = JSONSchema.named(
        "Webhook",
        .object(
            [.required("id", .id), .required("uid", .uuid)]
                + WebhookDeclaration.schema(for: .response).properties.map { property in
                    property.name == "shifts" ? .optional("shifts", property.schema) : property
                } + [
                    .optional("secret", .generatedSecret),
                    .required("secret_hints", .secretHints),
                    .required("credential_names", .array(of: .string)),
                    .required("breaker", NextAttempts.breakerSchema),
                    .required("created_at", .instant),
                    .required("updated_at", .instant),
                ]))

    private func write(
        _ row: Catalog.WebhookRow, _ store: Store, secret: String? = nil, to writer: inout Writer
    ) throws {
        guard let times = try store.listing.times(ofWebhook: row.id) else {
            throw Problem.notFound("webhook", row.id.number)
        }
        let secrets = secrets(of: row)
        writer.beginObject()
        writer.member("id", row.id.number)
        writer.member("uid", UID(of: "webhook", row.id.number, created: times.created).text)
        writer.members(of: Array(row.document.utf8), defaults: Self.defaults)
        if let secret { writer.member("secret", secret) }
        writer.secretHints(secrets.map { $0.secrets ?? [] })
        writer.member("credential_names", (secrets?.credentials ?? []).map(\.name))
        let attempts = try nextAttempts(row, store)
        writer.object("breaker") { attempts.describeBreaker(to: &$0) }
        writer.member("created_at", times.created.rfc3339)
        writer.member("updated_at", times.updated.rfc3339)
        writer.endObject()
    }

    /// The next attempts of a webhook's deliveries, as of now.
    func nextAttempts(_ row: Catalog.WebhookRow, _ store: Store) throws -> NextAttempts {
        let stored = try store.outbox.queue(of: row.id)
        return NextAttempts(
            try declaration(of: row), Breaker(stored), now: clock.now())
    }
}
