import Database
import Gateway
import Programmes
import SQLite
import Synchronization
import TestSupport
import Testing
import Time
import Workspace

@testable import Storage

/// `apply` writes declarations in turns of the lock, each declaration whole or not at all.
@Suite struct DeclarationSliceTests {
    /// Twenty of each kind.
    private static func many(named name: String = "Spring") -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(campaign: ["name": name])
        declared.campaigns += (2...20).map {
            [
                "id": $0, "name": "\(name) \($0)", "goal_type": "purchase",
                "rewards": [["kind": "coupon"], ["kind": "points", "value": ["points": 5]]],
            ]
        }
        declared.sources += (2...20).map {
            [
                "id": "src_\($0)", "name": "\(name) \($0)", "preset": "refgate",
                "secrets": [Sender.secret],
            ]
        }
        declared.webhooks += (2...20).map {
            [
                "name": "sink-\($0)", "url": "https://\(name).example/\($0)",
                "events": ["reward.issued"],
            ]
        }
        return declared
    }

    private func file(_ declared: DeclaredWorkspace) throws -> WorkspaceFile {
        try WorkspaceFile.read(Array(declared.text.utf8))
    }

    @Test func `declarations are written in turns, and the lock is free between them`() throws {
        let database = try ScratchDatabase()
        let watch = TurnTests.Watch(database.path)
        let report = try TurnTests.application(database, watch).apply(
            file(Self.many()), in: .none)
        #expect(report.campaigns.added == 20)
        #expect(report.sources.added == 20)
        #expect(report.webhooks.added == 20)
        #expect(report.madeSecrets.count == 20)
        // The account and sixty declarations, two in a turn, and two people.
        let pauses = watch.pauses.withLock { $0 }
        #expect(pauses.count == 31 + 1)
        #expect(pauses.allSatisfy { $0 >= .milliseconds(10) })
        #expect(watch.free.withLock { $0 } == pauses.count)
    }

    @Test func `a dry run of declarations takes no lock, and says what apply does`() throws {
        let database = try ScratchDatabase()
        try database.apply(Self.many())
        var declared = Self.many(named: "Autumn")
        declared.webhooks.append(
            ["name": "new", "url": "https://new.example/", "events": ["reward.issued"]])
        let file = try file(declared)
        let planned = try withLock(of: database) {
            try TurnTests.application(
                database, TurnTests.Watch(database.path), isDryRun: true
            ).apply(file, in: .none)
        }
        #expect(planned.campaigns.changed == 20)
        #expect(planned.sources.changed == 19)
        #expect(planned.sources.unchanged == 1)
        #expect(planned.webhooks.changed == 19)
        #expect(planned.webhooks.added == 1)
        #expect(try database.count("SELECT max(version) FROM campaigns") == 1)
        let done = try database.apply(declared)
        #expect(done.campaigns == planned.campaigns)
        #expect(done.sources == planned.sources)
        #expect(done.webhooks == planned.webhooks)
    }

    private func withLock<Result>(
        of database: ScratchDatabase, _ body: () throws -> Result
    ) throws -> Result {
        let connection = try Store.connect(database.path, for: .existing)
        try connection.begin()
        defer { connection.rollback() }
        return try body()
    }

    @Test func `a declaration that cannot be stored is found before any is written`() throws {
        let database = try ScratchDatabase()
        var declared = Self.many()
        declared.webhooks[19]["credentials"] = ["Authorization": "Bearer secret"]
        try database.apply(declared)
        // The last webhook leads to another host, and does not repeat its credentials.
        #expect(throws: Application.Failure.self) {
            try database.apply(Self.many(named: "Autumn"))
        }
        #expect(try database.count("SELECT max(version) FROM campaigns") == 1)
        #expect(try database.count("SELECT max(version) FROM sources") == 1)
    }

    @Test func `what is interrupted between turns is whole, and is finished by the next apply`()
        throws
    {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        try database.execute(
            """
            CREATE TRIGGER stop BEFORE INSERT ON webhooks WHEN NEW.name = 'sink-10'
            BEGIN SELECT RAISE(ABORT, 'stopped'); END
            """)
        let application = try TurnTests.application(database, TurnTests.Watch(database.path))
        #expect(throws: StorageError.self) {
            try application.apply(file(Self.many()), in: .none)
        }
        #expect(try database.count("SELECT count(*) FROM campaigns") == 20)
        #expect(try database.count("SELECT count(*) FROM campaign_rewards") == 1 + 19 * 2)
        #expect(try database.count("SELECT count(*) FROM sources WHERE secrets IS NULL") == 0)
        // The secrets that can be shown are those that are stored.
        let stored = try database.rows("SELECT name FROM webhooks WHERE id > 1 ORDER BY id")
        #expect((6...8).contains(stored.count), "\(stored)")
        #expect(application.report.madeSecrets.map(\.webhook) == stored)
        try database.execute("DROP TRIGGER stop")
        let report = try database.apply(Self.many())
        #expect(report.webhooks.added == 19 - stored.count)
        #expect(report.campaigns.unchanged == 20)
        #expect(try database.apply(Self.many()).webhooks.unchanged == 20)
    }
}
