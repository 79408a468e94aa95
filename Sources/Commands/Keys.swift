import Gateway
import JSON
import SQLite
import Storage
import Time

extension Command {
    static let keys = Command(
        "keys", "create, list, rename or revoke API keys, offline",
        positionals: "create|list|rename|revoke [ID]",
        details: """
            create --name NAME [--test]   prints the key, the only time it is shown
            list                          ids, names, modes, last four characters
            rename ID --name NAME
            revoke ID                     for good
            """,
        options: [.db, Keys.name, Keys.test, .json]
    ) { arguments, context throws(UsageError) in
        guard let verb = arguments.positionals.first else {
            throw .positionals(expected: "create, list, rename or revoke")
        }
        let id = arguments.positionals.count > 1 ? Int64(arguments.positionals[1]) : nil
        switch verb {
        case "create":
            let name = try arguments.required(Keys.name)
            return context.attempt { () throws(Failure) in
                try Keys.create(name, arguments, context)
            }
        case "list":
            return context.attempt { () throws(Failure) in try Keys.list(arguments, context) }
        case "rename":
            guard let id else { throw .positionals(expected: "rename ID") }
            let name = try arguments.required(Keys.name)
            return context.attempt { () throws(Failure) in
                try Keys.change(id, arguments, "renamed", context) { keys throws(SQLiteError) in
                    try keys.rename(id, to: name)
                }
            }
        case "revoke":
            guard let id else { throw .positionals(expected: "revoke ID") }
            return context.attempt { () throws(Failure) in
                try Keys.change(id, arguments, "revoked", context) { keys throws(SQLiteError) in
                    try keys.revoke(id, at: context.clock.now())
                }
            }
        default:
            throw .positionals(expected: "create, list, rename or revoke, not \(verb)")
        }
    }
}

enum Keys {
    static let name = Option("--name", .value("NAME"), hasVariable: false, "what the key is for")
    static let test = Option("--test", hasVariable: false, "make a test key, not a live one")

    /// Makes a key, and the account where there is none yet.
    static func create(
        in store: Store, name: String, mode: APIKey.Mode, at now: Instant
    ) throws -> String {
        let key = try APIKey.make(mode)
        let hash = try APIKey.hash(key)
        try store.connection.transaction { () throws(SQLiteError) in
            var account = try store.catalog.accounts().first?.id
            if account == nil {
                account = try store.catalog.put(account: "refgate", plan: "free", at: now)
            }
            _ = try store.keys.create(
                name: name, mode: mode.rawValue, hash: hash, lastFour: String(key.suffix(4)),
                account: account ?? 1, at: now)
        }
        return key
    }

    static func create(
        _ name: String, _ arguments: Arguments, _ context: Context
    ) throws(Failure) -> ExitCode {
        let path = arguments.text(.db) ?? ""
        let store = try Files.store(path, for: .writer)
        do {
            context.line(
                try create(
                    in: store, name: name, mode: arguments.has(test) ? .test : .live,
                    at: context.clock.now()))
        } catch {
            throw Failure(.environment, "\(error)")
        }
        return .ok
    }

    static func list(_ arguments: Arguments, _ context: Context) throws(Failure) -> ExitCode {
        let store = try Files.store(arguments.text(.db) ?? "", for: .reader)
        let rows: [KeyTable.Row]
        do { rows = try store.keys.list() } catch { throw Failure(.environment, "\(error)") }
        guard arguments.has(.json) else {
            for row in rows {
                let state = row.revokedAt.map { "revoked \($0.rfc3339)" } ?? "valid"
                context.line(
                    "\(row.id)  ref_\(row.mode)_…\(row.lastFour)  \(row.name)  \(state)")
            }
            return .ok
        }
        var writer = Writer()
        writer.beginArray()
        for row in rows {
            writer.beginObject()
            writer.key("id")
            writer.integer(row.id)
            writer.key("name")
            writer.string(row.name)
            writer.key("prefix")
            writer.string("ref_\(row.mode)_")
            writer.key("last_four")
            writer.string(row.lastFour)
            writer.key("created_at")
            writer.string(row.createdAt.rfc3339)
            writer.key("revoked_at")
            if let at = row.revokedAt { writer.string(at.rfc3339) } else { writer.null() }
            writer.endObject()
        }
        writer.endArray()
        context.line(String(decoding: writer.bytes, as: UTF8.self))
        return .ok
    }

    static func change(
        _ id: Int64, _ arguments: Arguments, _ done: String, _ context: Context,
        _ body: (KeyTable) throws(SQLiteError) -> Bool
    ) throws(Failure) -> ExitCode {
        let store = try Files.store(arguments.text(.db) ?? "", for: .existing)
        let isDone: Bool
        do { isDone = try body(store.keys) } catch { throw Failure(.environment, "\(error)") }
        guard isDone else {
            throw Failure(.failed, "there is no key \(id) that could be \(done)")
        }
        context.line("key \(id) \(done)")
        return .ok
    }
}
