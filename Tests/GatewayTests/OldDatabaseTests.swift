import Database
import Declarations
import Foundation
import Gateway
import Mapping
import Referrals
import SQLite
import Storage
import TestSupport
import Testing
import Transport

/// A database that an earlier release made, brought up to date.
@Suite struct OldDatabaseTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "fixtures/databases")

    private func restored() throws -> ScratchDatabase {
        let database = try ScratchDatabase()
        let sql = try String(
            contentsOf: Self.fixtures.appending(path: "before-one-mailbox.sql"), encoding: .utf8)
        try Connection(path: database.path, mode: .create).execute(sql)
        let key = try Data(contentsOf: Self.fixtures.appending(path: "before-one-mailbox-key.txt"))
        let path = database.path + ".key"
        try key.write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return database
    }

    /// Each as the participant's number and that of the one who has the address.
    private func conflicts(_ store: Store) throws -> [String] {
        try store.catalog.addressConflicts().map { conflict in
            "\(conflict.participant) " + (conflict.keptBy.map { "\($0)" } ?? "nil")
        }
    }

    @Test func `its addresses come into one form, and the older participant keeps one`() throws {
        let database = try restored()
        let store = try Store.open(database.path, for: .writer)
        #expect(
            try database.rows(
                """
                SELECT id || ' ' || coalesce(email, '-') FROM participants WHERE id IN (8, 9)
                ORDER BY id
                """)
                == ["8 olga@bücher.example", "9 -"])
        #expect(
            try conflicts(store)
                == ["9 8"])
        #expect(
            try database.rows(
                "SELECT document ->> 'email' FROM participant_revisions WHERE participant_id = 9")
                == ["olga@xn--bcher-kva.example"])
        #expect(try store.catalog.meta("addresses_checked") == nil)
    }

    @Test func `a younger spelling gives way to the canonical form of an older one`() throws {
        let database = try restored()
        try database.execute(
            """
            UPDATE participants SET email = 'X@xn--bcher-kva.example' WHERE id = 4;
            UPDATE participants SET email = 'x@bücher.example' WHERE id = 12;
            UPDATE participants SET email = 'no address' WHERE id = 5;
            """)
        let store = try Store.open(database.path, for: .writer)
        #expect(
            try database.rows(
                "SELECT coalesce(email, '-') FROM participants WHERE id IN (4, 5, 12) ORDER BY id")
                == ["x@bücher.example", "no address", "-"])
        #expect(
            try conflicts(store) == [
                "5 nil",
                "9 8",
                "12 4",
            ])
    }

    @Test func `its business keys lose the white space around them`() throws {
        let database = try restored()
        try database.execute(
            """
            INSERT INTO business_keys VALUES (1, ' old-1 ', 1, 'purchase', 1),
                (1, 'old-2', 1, 'purchase', 1), (1, 'old-2' || char(10), 1, 'purchase', 2);
            INSERT INTO parked(account_id, awaits, key, occurred_at, event_id, expires_at)
                VALUES (1, 'business_key', ' late', 0, 99, 0), (1, 'code', ' X', 0, 99, 0);
            """)
        _ = try Store.open(database.path, for: .writer)
        #expect(
            try database.rows(
                """
                SELECT hex(key) || ' ' || conversion_id FROM business_keys WHERE key LIKE '%old%'
                ORDER BY key
                """)
                == ["6F6C642D31 1", "6F6C642D32 1", "6F6C642D320A 2"])
        #expect(
            try database.rows("SELECT key FROM parked WHERE event_id = 99 ORDER BY awaits")
                == ["late", " X"])
    }

    @Test func `its rewards are counted, and so are the slots of large caps that were freed`()
        throws
    {
        let database = try restored()
        try database.execute(
            """
            WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 199)
            INSERT INTO claims SELECT 0, 900, 0, n, 1600000 + n FROM n
                WHERE n NOT IN (3, 70, 71, 150);
            INSERT INTO campaign_rewards(id, campaign_id, position) VALUES (900, 1, 9);
            INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status, amount, unit)
                VALUES (1600009, 900, 1, 'rejected', 6000000000000000000, 'EUR'),
                    (1600025, 900, 1, 'rejected', 6000000000000000000, 'EUR');
            """)
        let store = try Store.open(database.path, for: .writer)
        let scope = ClaimTable.Scope(
            Cap(count: 500, per: .campaign), of: ID(900), window: 0, lead: ID(1), referrer: ID(1))
        #expect(try store.claims.usage(in: scope) == ClaimTable.Usage(used: 196, next: 200))
        #expect(
            try database.rows("SELECT slot FROM freed_slots WHERE rule = 900 ORDER BY slot")
                == ["70", "71", "150"])
        // The sum is beyond the integers.
        #expect(try store.rewards.totals.spent(of: ID(900)) == .max)
        #expect(
            try database.count(
                """
                SELECT count(*) FROM campaign_rewards AS k WHERE granted <>
                    (SELECT count(*) FROM rewards WHERE campaign_reward_id = k.id)
                """) == 0)
        #expect(try database.count("SELECT sum(granted) FROM campaign_rewards") > 2)
    }

    @Test func `its sources get their presets' present texts`() throws {
        let database = try restored()
        let gateway = try ScratchGateway.serving(database)
        gateway.stop()
        let store = try Store.open(database.path, for: .reader)
        for row in try store.catalog.sources() {
            let source = try SourceDeclaration.read(stored: Array(row.document.utf8))
            let preset = try #require(source.preset.flatMap { Preset.named($0) })
            #expect((source.mapping == preset.mapping) == (row.id != "stripe-own"), "\(row.id)")
        }
        #expect(try store.catalog.meta("presets_former") == nil)
        #expect(try Contradictions.find(Connection(path: database.path, mode: .readWrite)) == [])
        // Event 9 could not be mapped then and can be mapped now: it is counted apart.
        #expect(try database.contradictions() == [])
    }
}
