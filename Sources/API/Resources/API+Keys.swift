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

extension API {
    /// `POST /members/api-key`: makes another key for the account; it is shown only in this
    /// response.
    func createKey(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let request = try KeyRequest.read(try call.body())
        let store = processor.store
        try check(.apiKeys, for: call.account, store)
        guard call.key.mode == .live || request.mode == .test else {
            throw Problem.invalidBody("/mode", "A test key makes test keys only.")
        }
        try Self.check(expiry: request.expiresAt, now)
        let side = call.key.mode == .test ? call.account : try sides(of: call, store)[request.mode]
        guard let side else { throw StorageError.contradiction("the account has no such side") }
        let made = try makeKey(
            KeyTable.Creation(
                name: request.name ?? "API", mode: request.mode, scope: request.scope,
                expiresAt: request.expiresAt), for: side, store, now)
        let row = try key(made.id, call, store)
        return try .created { writer in
            writer.beginObject()
            writer.member("key", made.text)
            writer.members(of: row)
            writer.endObject()
        }
    }

    private static func check(expiry: Instant?, _ now: Instant) throws {
        guard let expiry, expiry <= now else { return }
        throw Problem.invalidBody(
            "/expires_at", "It must lie in the future; DELETE ends a key at once.")
    }

    /// Makes a key for a side of an account.
    func makeKey(
        _ creation: KeyTable.Creation, for side: ID<Account>, _ store: Store, _ now: Instant
    ) throws -> (id: ID<Referrals.Key>, text: String) {
        let key = APIKey.make(creation.mode)
        let id = try store.keys.create(
            creation, hash: try APIKey.hash(key), lastFour: String(key.suffix(4)), account: side,
            at: now)
        return (id, key)
    }

    /// The sides of an account whose keys a request may see: both for a live key, else its own.
    private func sides(of call: Call, _ store: Store) throws -> [AccountMode: ID<Account>] {
        guard call.key.mode == .live else { return [.test: call.account] }
        return [.live: call.account, .test: try store.catalog.side(.test, of: call.account)]
    }

    func keys(_ call: Call, _ store: Store) throws -> Response {
        let page = try Page(try call.query())
        let sides = try sides(of: call, store).values
        let rows = try store.keys.list()
            .filter { sides.contains($0.account) && $0.id.number < page.before ?? .max }
            .sorted { $0.id > $1.id }
        return try page.response(Array(rows.prefix(page.limit + 1)), number: { $0.id.number }) {
            row, writer in
            writer.object { $0.members(of: row) }
        }
    }

    func key(_ call: Call, _ store: Store) throws -> Response {
        let row = try key(ID(call.number), call, store)
        return try .json { writer in writer.object { $0.members(of: row) } }
    }

    func changeKey(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let change = try KeyChange.read(try call.body())
        let known = try key(ID(call.number), call, processor.store)
        guard known.revokedAt == nil else {
            throw Problem.conflict(
                "key_revoked", "The key is revoked", "A revoked key stays revoked; make another.")
        }
        try Self.check(expiry: change.expiresAt ?? nil, now)
        _ = try processor.store.keys.change(
            known.id, name: change.name ?? known.name,
            expiresAt: change.expiresAt ?? known.expiresAt)
        let row = try key(known.id, call, processor.store)
        return try .json { writer in writer.object { $0.members(of: row) } }
    }

    /// Revokes a key for ever. A key may revoke itself.
    func revokeKey(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        _ = try key(ID(call.number), call, processor.store)
        _ = try processor.store.keys.revoke(ID(call.number), at: now)
        return .nothing
    }

    private func key(
        _ id: ID<Referrals.Key>, _ call: Call, _ store: Store
    ) throws -> KeyTable.Row {
        let row = try store.keys.list().first { $0.id == id }
        guard let row, try sides(of: call, store).values.contains(row.account) else {
            throw Problem.notFound("key", id.number)
        }
        return row
    }

    /// The schema of a key without its secret part.
    static let keySchema = JSONSchema.named(
        "Key",
        .object([
            .required("id", .id),
            .required("name", .string),
            .required("mode", .choice(AccountMode.self)),
            .required("scope", .choice(KeyScope.self)),
            .required("prefix", .string.described("The public beginning of the key.")),
            .required("last_four", .string.described("The last four characters of the key.")),
            .required("created_at", .instant),
            .required("expires_at", .instant.nullable),
            .required(
                "last_used_at", .instant.nullable.described("The last use, to the minute.")),
            .required("revoked_at", .instant.nullable),
        ]))

    /// The schema of a new key.
    static let newKeySchema = JSONSchema.named(
        "NewKey",
        .object(
            [.required("key", .string.described("The key; no other response shows it."))]
                + keySchema.properties))
}
