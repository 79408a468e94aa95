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

// Accounts: made and listed by the first one, which belongs to the operator of the gateway.
extension API {
    func accounts(_ call: Call, _ store: Store) throws -> Response {
        try checkIsFirst(call)
        let page = try Page(try call.query())
        let rows = try store.catalog.accounts()
            .filter { $0.id.number < page.before ?? .max }.sorted { $0.id > $1.id }
        return try page.response(Array(rows.prefix(page.limit + 1)), number: { $0.id.number }) {
            row, writer in
            writer.object { Self.members(of: row, to: &$0) }
        }
    }

    /// `POST /accounts`: makes an account with its first key, which only this response shows.
    func createAccount(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        try checkIsFirst(call)
        let request = try AccountRequest.read(try call.body(), isNew: true)
        let catalog = processor.store.catalog
        let name = request.name ?? ""
        try checkIsFree(name, for: nil, processor.store)
        let id = try catalog.create(
            account: name, plan: (request.plan ?? .free).rawValue, at: now)
        if let policy = request.browserKeys {
            try catalog.update(
                account: id, name: name, plan: (request.plan ?? .free).rawValue,
                browserKeys: policy)
        }
        let key = try makeKey(KeyTable.Creation(name: "first"), for: id, processor.store, now)
        let row = try account(id, processor.store)
        return try .created { writer in
            writer.object { writer in
                Self.members(of: row, to: &writer)
                writer.member("key", key.text)
            }
        }
    }

    func changeAccount(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        try checkIsFirst(call)
        let known = try account(ID(call.number), processor.store)
        let request = try AccountRequest.read(try call.body(), isNew: false)
        if let name = request.name { try checkIsFree(name, for: known.id, processor.store) }
        try processor.store.catalog.update(
            account: known.id, name: request.name ?? known.name,
            plan: request.plan?.rawValue ?? known.plan,
            browserKeys: request.browserKeys ?? known.browserKeys)
        let row = try account(known.id, processor.store)
        return try .json { writer in writer.object { Self.members(of: row, to: &$0) } }
    }

    func account(_ call: Call, _ store: Store) throws -> Response {
        try checkIsFirst(call)
        let row = try account(ID(call.number), store)
        return try .json { writer in writer.object { Self.members(of: row, to: &$0) } }
    }

    private func account(_ id: ID<Account>, _ store: Store) throws -> Catalog.AccountRow {
        guard let row = try store.catalog.side(id), row.mode == .live else {
            throw Problem.notFound("account", id.number)
        }
        return row
    }

    private func checkIsFirst(_ call: Call) throws {
        guard call.account == .first else {
            throw Problem(
                .forbidden, "first_account_required", "Only the first account manages accounts",
                detail: "Use an admin key of the live side of account 1.")
        }
    }

    private func checkIsFree(
        _ name: String, for account: ID<Account>?, _ store: Store
    ) throws {
        let isTaken = try store.catalog.accounts().contains { $0.name == name && $0.id != account }
        if isTaken { throw Problem.taken("/name", "Another account has the name \(name).") }
    }

    /// The schema of an account.
    static let accountSchema = JSONSchema.named(
        "AccountDetails",
        .object([
            .required("id", .id), .required("name", .string),
            .required("plan", .choice(AccountDeclaration.Plan.self)),
            .required(
                "browser_keys",
                .choice(BrowserKeyPolicy.self).described(
                    "The treatment of secret keys that browsers send.")),
            .required("created_at", .instant),
        ]))

    /// The schema of a new account.
    static let newAccountSchema = JSONSchema.named(
        "NewAccount",
        .object(
            accountSchema.properties + [
                .required(
                    "key", .string.described("The account's first key; no other response shows it.")
                )
            ]))

    private static func members(of row: Catalog.AccountRow, to writer: inout Writer) {
        writer.member("id", row.id.number)
        writer.member("name", row.name)
        writer.member("plan", row.plan)
        writer.member("browser_keys", row.browserKeys.rawValue)
        writer.member("created_at", row.createdAt.rfc3339)
    }
}
