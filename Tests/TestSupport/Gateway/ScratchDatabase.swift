import API
import Database
import Declarations
import Foundation
import Gateway
import Insight
import Programmes
import Referrals
import SQLite
import Storage
import Time
import Workspace

/// A database file in a folder of its own that goes away with it.
package final class ScratchDatabase: Sendable {
    package let folder: URL
    package let path: String

    package init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "refgate-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "refgate.db").path
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Applies a workspace over a connection of its own, as another process would.
    @discardableResult
    package func apply(
        _ declared: DeclaredWorkspace, for choice: AccountChoice = AccountChoice(),
        at now: Instant = WallClock.system.now(), _ policy: SecretPolicy = .file
    ) throws -> Application.Report {
        try Self.apply(declared, for: choice, to: path, at: now, policy)
    }

    /// The same on any database; what it holds already may be left out.
    @discardableResult
    package static func apply(
        _ declared: DeclaredWorkspace, for choice: AccountChoice = AccountChoice(), to path: String,
        at now: Instant = WallClock.system.now(), _ policy: SecretPolicy = .file
    ) throws -> Application.Report {
        let store = try Store.open(path, for: .writer)
        let side = try choice.account(in: store.catalog, declared: declared.account)
            .map { try store.catalog.side(choice.mode, of: $0.id) }
        let sources = try store.catalog.sources().filter { $0.account == side }
        let known = Known(source: { id in
            sources.first { $0.id == id }.map { Array($0.document.utf8) }
        })
        let file = try WorkspaceFile.read(Array(declared.text.utf8), known: known)
        let application = Application(
            store: store, box: try SecretBox(keyFile: path + ".key", for: store), now: now,
            for: choice, isDryRun: false)
        application.secretPolicy = policy
        return try application.apply(file, in: .none)
    }

    /// Makes an account, and returns the number of its live side.
    package func addAccount(_ name: String, plan: String = "free") throws -> ID<Account> {
        let store = try Store.open(path, for: .existing)
        return try store.catalog.create(account: name, plan: plan, at: WallClock.system.now())
    }

    /// Makes an API key for a side of the account whose live side is given.
    package func makeKey(
        account: ID<Account> = 1, _ mode: AccountMode = .live, scope: KeyScope = .admin,
        expiresAt: Instant? = nil, at now: Instant = WallClock.system.now()
    ) throws -> String {
        let store = try Store.open(path, for: .existing)
        let key = APIKey.make(mode)
        _ = try store.keys.create(
            KeyTable.Creation(name: "test", mode: mode, scope: scope, expiresAt: expiresAt),
            hash: try APIKey.hash(key), lastFour: String(key.suffix(4)),
            account: try store.catalog.side(mode, of: account), at: now)
        return key
    }

    /// Revokes an API key, as `keys revoke` does beside a gateway.
    package func revokeKey(_ id: Int, at now: Instant = WallClock.system.now()) throws -> Bool {
        let store = try Store.open(path, for: .existing)
        return try store.keys.revoke(ID(Int64(id)), at: now)
    }

    // MARK: Looking into it

    /// Changes something behind the gateway's back.
    package func execute(_ sql: String) throws { try Self.execute(sql, on: path) }

    package static func execute(_ sql: String, on path: String) throws {
        try Connection(path: path, mode: .readWrite).execute(sql)
    }

    package func count(_ sql: String) throws -> Int {
        let connection = try Connection(path: path, mode: .readWrite)
        return Int(try connection.integer(sql) ?? 0)
    }

    /// Rows as text, columns joined by `|`, as SQLite's shell shows them.
    package func rows(_ sql: String, columns: Int32 = 1) throws -> [String] {
        let connection = try Connection(path: path, mode: .readWrite)
        let statement = try connection.prepare(sql)
        var rows: [String] = []
        while try statement.step() {
            rows.append((0..<columns).map { statement.text($0) }.joined(separator: "|"))
        }
        return rows
    }

    /// What contradicts itself in the tables, one sentence each: asked in SQL, and of the audit.
    package func contradictions(at now: Instant = WallClock.system.now()) throws -> [String] {
        let found = try Contradictions.find(Connection(path: path, mode: .readWrite))
        let store = try Store.open(path, for: .reader)
        let audit = try Versions().audit(store, now: now)
        return found + (try audit.run().findings.map { "audit: \($0)" })
    }

    /// How many rows each table has that an event may add to.
    package func census() throws -> [String: Int] {
        let connection = try Connection(path: path, mode: .readWrite)
        var census: [String: Int] = [:]
        for table in [
            "events", "conversions", "rewards", "claims", "business_keys", "participants",
            "deliveries", "parked", "reversals", "ledger", "event_digests", "customers",
        ] {
            census[table] = Int(try connection.integer("SELECT count(*) FROM \(table)") ?? 0)
        }
        census["coupons given"] = Int(
            try connection.integer("SELECT count(*) FROM coupons WHERE state <> 'available'") ?? 0)
        return census
    }
}
