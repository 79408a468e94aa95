import Database
import Gateway
import Ledger
import Programmes
import Referrals
import SQLite
import TestSupport
import Testing

@testable import Storage

/// A gateway reads declarations again only where they have changed, and compiles only those.
@Suite struct StoredDeclarationsTests {
    private let database: ScratchDatabase
    private let store: Store
    private let stored: StoredDeclarations
    private var declared: DeclaredWorkspace

    init() throws {
        database = try ScratchDatabase()
        declared = DeclaredWorkspace()
        declared.campaigns.append(["id": 2, "name": "Summer", "goal_type": "purchase"])
        declared.sources.append([
            "id": "src_other", "name": "other", "preset": "refgate", "secrets": [Sender.secret],
        ])
        try database.apply(declared)
        store = try Store.open(database.path, for: .writer)
        stored = StoredDeclarations(
            DeclarationLoader(box: try SecretBox(keyFile: database.path + ".key", for: store)))
    }

    @Test mutating func `a commit that changes no declaration has nothing read again`() throws {
        let before = try stored.read(store)
        declared.participants.append(
            ["campaign": 1, "email": "new@example.com", "referral_code": "NEW"])
        try database.apply(declared)
        _ = try database.makeKey()
        #expect(try store.hasNews())
        #expect(try stored.read(store) === before)
    }

    @Test mutating func `only the declarations that changed are compiled again`() throws {
        let before = try stored.read(store)
        declared.campaigns[1]["conditions"] = ["event.amount >= 500"]
        declared.sources[1]["status"] = "paused"
        try database.apply(declared)
        let after = try stored.read(store)
        #expect(after !== before)
        #expect(after.campaigns[ID(1)] === before.campaigns[ID(1)])
        #expect(after.campaigns[ID(2)] !== before.campaigns[ID(2)])
        #expect(after.campaigns[ID(2)]?.version.rules.conditions == ["event.amount >= 500"])
        #expect(after.sources["src_shop"] === before.sources["src_shop"])
        #expect(after.sources["src_other"]?.isPaused == true)
        #expect(zip(after.webhooks, before.webhooks).allSatisfy { $0 === $1 })
    }

    @Test func `sources with one mapping share what is compiled of it`() throws {
        let declarations = try stored.read(store)
        let mappings = declarations.sources.values.map { ObjectIdentifier($0.mapping) }
        #expect(mappings.count == 2)
        #expect(Set(mappings).count == 1)
    }

    @Test(arguments: [
        "UPDATE webhooks SET document = replace(document, 'reward.issued', 'reward.updated')",
        "UPDATE campaign_versions SET document = replace(document, 'Spring', 'Autumn')",
        "UPDATE source_versions SET document = replace(document, 'shop', 'till')",
        "DELETE FROM webhooks",
        "UPDATE sources SET deleted_at = 1",
    ])
    func `a change is noticed whoever makes it`(_ sql: String) throws {
        let before = try stored.read(store)
        try database.execute(sql)
        let after = try stored.read(store)
        #expect(after !== before)
        #expect(try stored.read(store) === after)
    }

    @Test func `what is rolled back is forgotten, and its stamp is not used again`() throws {
        let before = try stored.read(store)
        struct Undone: Error {}
        #expect(throws: Undone.self) {
            try store.write { _ in
                try store.session.execute("UPDATE webhooks SET name = 'one'")
                let during = try stored.read(store)
                #expect(during.webhooks.map(\.name) == ["one"])
                throw Undone()
            }
        }
        // Another process makes its first change after that.
        try database.execute("UPDATE webhooks SET name = 'two'")
        let after = try stored.read(store)
        #expect(after.webhooks.map(\.name) == ["two"])
        #expect(after.campaigns[ID(1)] === before.campaigns[ID(1)])
    }
}
