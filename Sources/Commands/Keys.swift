import Database
import Gateway
import Invocation
import JSON
import Programmes
import Referrals
import Storage
import Time

/// The commands for API keys, which work on the database without a running gateway.
enum Keys {
    static let id = Operand(
        "ID", .integer(in: 1...Int.max), "the number of the key, as `refgate keys list` shows it")
    static let name = Option.required(
        "name", .text("NAME"), "the purpose of the key", hasVariable: false)

    enum Create: Command {
        static let usage = Usage(
            "keys create", "create an API key and print it once",
            details: """
                Works on the database file, also while a gateway serves it. A missing database is \
                created, and standard error says so. The key cannot be shown again. If it cannot be printed, it is revoked at once.
                """,
            options: [
                Common.database, name, Common.account, Common.test, scope, expiresAt,
            ])
        static let scope = Option(
            "scope", .choice(KeyScope.self), default: "admin", "the routes that the key may use",
            hasVariable: false)
        static let expiresAt = Option<Instant?>.optional(
            "expires-at", .instant, "the time from which the key is not valid",
            hasVariable: false)

        static func run(_ context: Context) throws -> ExitCode {
            let database = context[Common.database]
            let store = try Files.storeOrNew(database, context.errors)
            let choice = Common.choice(context)
            let creation = KeyTable.Creation(
                name: context[name], mode: choice.mode, scope: context[scope],
                expiresAt: context[expiresAt])
            let made = try Files.using(database) {
                try Keys.create(creation, in: store, of: choice, at: context.clock.now())
            }
            try Keys.show(made, of: store, context)
            return .ok
        }
    }

    enum Rename: Command {
        static let usage = Usage(
            "keys rename", "rename an API key", operands: [id],
            options: [Common.database, name])

        static func run(_ context: Context) throws -> ExitCode {
            try change("renamed", context) { keys, id throws(StorageError) in
                try keys.rename(id, to: context[name])
            }
        }
    }

    enum Revoke: Command {
        static let usage = Usage(
            "keys revoke", "revoke an API key for good", operands: [id], options: [Common.database])

        static func run(_ context: Context) throws -> ExitCode {
            try change("revoked", context) { keys, id throws(StorageError) in
                try keys.revoke(id, at: context.clock.now())
            }
        }
    }

    /// A key that was just created.
    struct Made {
        let id: ID<Referrals.Key>
        let key: String
    }

    /// Prints a key, which is shown only once. A key that could not be printed is revoked at once,
    /// so that a lost key gives no access.
    ///
    /// The key is printed after the commit: within the transaction, a slow reader of the output
    /// would hold the database's lock.
    static func show(_ made: Made, of store: Store, _ context: Context) throws {
        context.line(made.key)
        guard let failure = context.output.failure else { return }
        do {
            _ = try store.keys.revoke(made.id, at: context.clock.now())
        } catch {
            throw Failure(
                .environment,
                "key \(made.id.number) was created but could be neither shown nor revoked (\(error)); revoke it"
                    + " with refgate keys revoke \(made.id.number), and create another")
        }
        if failure != .closed {
            context.errors.line(
                "refgate: key \(made.id.number) could not be shown and is revoked; create another")
        }
        throw failure
    }

    /// Creates a key, and the account if there is none yet.
    static func create(
        _ creation: KeyTable.Creation, in store: Store, of choice: AccountChoice, at now: Instant
    ) throws -> Made {
        let key = APIKey.make(creation.mode)
        let hash = try APIKey.hash(key)
        let id = try store.write { _ in
            let known = try choice.account(in: store.catalog)?.id
            let live = if let known { known } else { try store.catalog.accountMadeIfNone(at: now) }
            return try store.keys.create(
                creation, hash: hash, lastFour: String(key.suffix(4)),
                account: try store.catalog.side(creation.mode, of: live), at: now)
        }
        return Made(id: id, key: key)
    }

    enum List: Command {
        static let usage = Usage(
            "keys list",
            "list the API keys: number, mode, last four characters, scope, name, account and state",
            details: """
                The keys themselves are not shown; only their hashes are stored.
                """,
            options: [Common.database, Common.json])

        static func run(_ context: Context) throws -> ExitCode {
            let database = context[Common.database]
            let store = try Files.store(database, for: .reader)
            let (rows, accounts) = try Files.using(database) {
                let sides = try store.catalog.sides().map { ($0.id, $0.name) }
                return (try store.keys.list(), Dictionary(sides, uniquingKeysWith: { $1 }))
            }
            guard context[Common.json] else {
                let now = context.clock.now()
                for row in rows {
                    context.line(
                        "\(row.id.number)  ref_\(row.mode)_…\(row.lastFour)  \(row.scope.rawValue)  "
                            + HiddenText.escaped(row.name) + "  "
                            + HiddenText.escaped(accounts[row.account] ?? "") + "  "
                            + state(of: row, at: now))
                }
                return .ok
            }
            var writer = Writer()
            writer.beginArray()
            for row in rows { writer.object { $0.members(of: row) } }
            writer.endArray()
            context.json(writer.bytes)
            return .ok
        }
    }

    private static func state(of row: KeyTable.Row, at now: Instant) -> String {
        if let time = row.revokedAt { return "revoked \(time.rfc3339)" }
        guard let time = row.expiresAt else { return "valid" }
        return time > now ? "valid until \(time.rfc3339)" : "expired \(time.rfc3339)"
    }

    private static func change(
        _ done: String, _ context: Context,
        _ body: (KeyTable, ID<Referrals.Key>) throws(StorageError) -> Bool
    ) throws -> ExitCode {
        let database = context[Common.database]
        let store = try Files.store(database, for: .existing, tellingOf: context.errors)
        let number = Int64(context[id])
        guard try Files.using(database, { try body(store.keys, ID(number)) }) else {
            throw Failure(.failed, "there is no key \(number) that can be \(done)")
        }
        context.line("key \(number) \(done)")
        return .ok
    }
}
