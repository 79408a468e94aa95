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
        let body = try call.body()
        let request = try KeyRequest.read(body, takesMode: true)
        let mode: APIKey.Mode = request.mode == .live ? .live : .test
        let key = APIKey.make(mode)
        let hash = try APIKey.hash(key)
        let id = try processor.store.keys.create(
            name: request.name ?? "API", mode: mode.rawValue, hash: hash,
            lastFour: String(key.suffix(4)), account: call.account, at: now)
        let row = try self.key(id, of: call.account, processor.store)
        return try .created { writer in
            writer.beginObject()
            writer.member("key", key)
            writer.members(of: row)
            writer.endObject()
        }
    }

    func keys(_ call: Call, _ store: Store) throws -> Response {
        let page = try Page(try call.query())
        let rows = try store.keys.list()
            .filter { $0.account == call.account && $0.id.number < page.before ?? .max }
            .sorted { $0.id > $1.id }
        return try page.response(Array(rows.prefix(page.limit + 1)), number: { $0.id.number }) {
            row, writer in
            writer.object { $0.members(of: row) }
        }
    }

    func key(_ call: Call, _ store: Store) throws -> Response {
        let row = try key(ID(call.number), of: call.account, store)
        return try .json { writer in writer.object { $0.members(of: row) } }
    }

    func renameKey(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let body = try call.body()
        let request = try KeyRequest.read(body, takesMode: false)
        _ = try key(ID(call.number), of: call.account, processor.store)
        _ = try processor.store.keys.rename(ID(call.number), to: request.name ?? "")
        let row = try key(ID(call.number), of: call.account, processor.store)
        return try .json { writer in writer.object { $0.members(of: row) } }
    }

    /// Revokes a key for ever. A key may revoke itself.
    func revokeKey(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        _ = try key(ID(call.number), of: call.account, processor.store)
        _ = try processor.store.keys.revoke(ID(call.number), at: now)
        return .nothing
    }

    private func key(
        _ id: ID<Referrals.Key>, of account: ID<Account>, _ store: Store
    ) throws -> KeyTable.Row {
        let row = try store.keys.list().first { $0.id == id }
        guard let row, row.account == account else { throw Problem.notFound("key", id.number) }
        return row
    }

    /// The schema of a key without its secret part.
    static let keySchema = JSONSchema.named(
        "Key",
        .object([
            .required("id", .id),
            .required("name", .string),
            .required("mode", .choice(KeyRequest.Mode.self)),
            .required("prefix", .string.described("The public beginning of the key.")),
            .required("last_four", .string.described("The last four characters of the key.")),
            .required("created_at", .instant),
            .required("revoked_at", .instant.nullable),
        ]))

    /// The schema of a new key.
    static let newKeySchema = JSONSchema.named(
        "NewKey",
        .object(
            [.required("key", .string.described("The key; no other response shows it."))]
                + keySchema.properties))
}
