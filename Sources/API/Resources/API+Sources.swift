import Crypto
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

extension API {
    func sources(_ call: Call, _ store: Store) throws -> Response {
        let page = try Page(try call.query())
        let rows = try store.catalog.sources()
            .filter {
                $0.account == call.account && !$0.isDeleted
                    && $0.number.number < page.before ?? .max
            }
            .sorted { $0.number > $1.number }
        return try page.response(
            Array(rows.prefix(page.limit + 1)), number: { $0.number.number }
        ) { row, writer in
            try write(row, store, to: &writer)
        }
    }

    func source(_ call: Call, _ store: Store) throws -> Response {
        try answer(source: call.text, call, store)
    }

    /// `POST /sources`: with an id and secrets of its own, or with generated ones; these are shown
    /// only in this response.
    func createSource(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let body = try call.body()
        let saysID = body.root["id"] != nil
        var entry = try SourceEntry.read(body, saysID ? .declared : .unnamed)
        if entry.source.id == nil {
            entry.source.id =
                SourceName.generate(randomName)
        }
        let id = entry.source.id ?? ""
        let known = try processor.store.catalog.source(id, of: call.account)
        guard known == nil else {
            throw Problem.taken(
                "/id", "The id \(id) belongs to a source, which may have been deleted.")
        }
        if entry.source.name.isEmpty { entry.source.name = entry.source.preset ?? id }
        var made: String?
        if entry.secrets?.isEmpty ?? true, try scheme(of: entry.source).takesSecrets {
            made = try makeSecret(for: entry.source)
            entry.secrets = made.map { [SecretSpec($0)] }
        }
        try store(entry, call, processor, now)
        return try answer(source: id, call, processor.store, status: .created, secret: made)
    }

    /// Changes a source. PATCH merges with the stored members, PUT replaces them all; secrets that
    /// are left out stay.
    func changeSource(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try source(call.text, of: call.account, processor.store)
        let stored = call.request.method == .patch ? Array(row.document.utf8) : nil
        let body = try call.body()
        let entry = try SourceEntry.read(body, .given(row.id), over: stored)
        try checkSecrets(entry, row)
        try store(entry, call, processor, now)
        return try answer(source: row.id, call, processor.store)
    }

    /// Deletes a source: it accepts no more messages; its events stay, and can be replayed.
    func deleteSource(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try source(call.text, of: call.account, processor.store)
        try processor.store.records.delete(source: row.number, at: now)
        try publish(processor)
        return .nothing
    }

    /// `POST /sources/{id}/rotate-secret`: a new secret, given or generated; the former one stays
    /// valid for a while.
    func rotateSourceSecret(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try source(call.text, of: call.account, processor.store)
        let body = try call.body()
        let request = try RotationRequest.read(body)
        let declaration = try declaration(of: row)
        guard try scheme(of: declaration).takesSecrets else {
            throw Problem.conflict(
                "no_secret", "The source has no secret",
                "Its scheme has no secret besides the address; make another source instead.")
        }
        let made = request.secret == nil ? try makeSecret(for: declaration) : nil
        let current = request.secret ?? SecretSpec(made ?? "")
        let secrets = request.secrets(
            from: current, replacing: self.secrets(of: row) ?? [],
            at: processor.cautiousNow(now))
        let entry = SourceEntry(source: declaration, secrets: secrets)
        try checkSecrets(entry, row, at: "/secret")
        try store(entry, call, processor, now)
        return try answer(source: row.id, call, processor.store, secret: made)
    }

    /// `POST /sources/{id}/end-rotation`: ends the overlap of a rotation now; only the current
    /// secret verifies.
    func endSourceRotation(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try source(call.text, of: call.account, processor.store)
        guard let secrets = secrets(of: row) else {
            throw Problem.secretsUnreadable("Rotate the secret; the former ones become invalid.")
        }
        if secrets.count > 1 {
            let entry = SourceEntry(
                source: try declaration(of: row), secrets: Array(secrets.prefix(1)))
            try store(entry, call, processor, now)
        }
        return try answer(source: row.id, call, processor.store)
    }

    // MARK: Secrets

    /// The schemes whose secret the receiver chooses. In all others the sender has made one.
    private static let ownSecrets = ["standard-webhooks", "svix", "hmac", "bearer"]

    private func makeSecret(for source: SourceDeclaration) throws -> String {
        guard Self.ownSecrets.contains(source.scheme) else {
            throw Problem.invalidBody(
                "/secrets",
                "With the scheme \(source.scheme) the sender has made the secret; send it here.")
        }
        let bytes = SecureRandom.bytes(32)
        let isWebhooks = source.scheme == "standard-webhooks" || source.scheme == "svix"
        return isWebhooks ? "whsec_" + Base64.encode(bytes) : Hex.encode(bytes)
    }

    private func scheme(of source: SourceDeclaration) throws -> Scheme {
        do { return try source.makeScheme() } catch {
            throw Problem.invalidBody("/signature", "\(error)")
        }
    }

    /// Checks that a source can verify with its secrets.
    private func checkSecrets(
        _ entry: SourceEntry, _ row: Catalog.SourceRow, at pointer: String = "/secrets"
    ) throws {
        guard let secrets = entry.secrets ?? secrets(of: row) else {
            throw Problem.invalidBody(
                "/secrets", "The stored secrets cannot be opened; send them again.")
        }
        do { _ = try entry.source.makeVerifier(secrets: secrets) } catch {
            throw Problem.invalidBody(pointer, "\(error.reason). \(error.reason.remedy)")
        }
    }

    /// Nil if the secrets cannot be opened.
    func secrets(of row: Catalog.SourceRow) -> [SecretSpec]? { try? loader.secrets(of: row) }

    // MARK: Storing and finding

    private func store(
        _ entry: SourceEntry, _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws {
        try check(campaign: entry.source.campaign, of: call.account, processor.store)
        try application(call, processor, now).declare(entry)
        try publish(processor)
    }

    func source(
        _ id: String, of account: ID<Account>, _ store: Store
    ) throws -> Catalog.SourceRow {
        let row = try store.catalog.source(id, of: account)
        guard let row, row.account == account, !row.isDeleted else {
            if id == SourceName.builtIn { throw Problem.builtInSource }
            throw Problem.notFound("source", id)
        }
        return row
    }

    func declaration(of row: Catalog.SourceRow) throws -> SourceDeclaration {
        do { return try SourceDeclaration.read(stored: Array(row.document.utf8)) } catch {
            throw StorageError.contradiction("a stored source cannot be read")
        }
    }

    // MARK: Writing

    private func answer(
        source id: String, _ call: Call, _ store: Store, status: Status = .ok,
        secret: String? = nil
    ) throws -> Response {
        let row = try source(id, of: call.account, store)
        return try .json(status) { writer in
            try write(row, store, secret: secret, to: &writer)
        }
    }

    /// The schema of a source without its secrets.
    static let sourceSchema = JSONSchema.named(
        "Source",
        .object(
            SourceDeclaration.schema(for: .response).properties + [
                .optional("secret", .generatedSecret),
                .required("secret_hints", .secretHints),
                .required(
                    "hook_path", .string.described("The path to which the partner posts events.")),
                .required("created_at", .instant),
                .required("updated_at", .instant),
            ]))

    private func write(
        _ row: Catalog.SourceRow, _ store: Store, secret: String? = nil, to writer: inout Writer
    ) throws {
        guard let times = try store.listing.times(ofSource: row.number.number) else {
            throw Problem.notFound("source", row.id)
        }
        writer.beginObject()
        writer.members(
            of: Array(row.document.utf8), defaults: SourceDeclaration.defaults(id: row.id))
        if let secret { writer.member("secret", secret) }
        writer.secretHints(secrets(of: row))
        writer.member("hook_path", row.hookPath)
        writer.member("created_at", times.created.rfc3339)
        writer.member("updated_at", times.updated.rfc3339)
        writer.endObject()
    }
}
