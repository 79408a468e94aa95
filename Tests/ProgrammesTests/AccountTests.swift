import Database
import Gateway
import Programmes
import SQLite
import TestSupport
import Testing

/// A database with two accounts: what belongs to the second is no business of the first.
@Suite struct AccountTests {
    /// Gives the second account a campaign, a source and a person of its own.
    private func addNeighbour(_ database: ScratchDatabase) throws {
        var declared = DeclaredWorkspace()
        declared.sources.append(DeclaredWorkspace.shop(["id": "src_theirs", "name": "theirs"]))
        try database.apply(declared)
        try Connection(path: database.path, mode: .readWrite).execute(
            """
            INSERT INTO accounts VALUES (2, 'Neighbour', 'free', 0);
            INSERT INTO campaigns(id, account_id, version, created_at, updated_at)
                VALUES (9, 2, 1, 0, 0);
            INSERT INTO campaign_versions SELECT 9, 1, replace(document, '"id":1', '"id":9'), 0
                FROM campaign_versions WHERE campaign_id = 1;
            INSERT INTO campaign_rewards(campaign_id, position) VALUES (9, 0);
            UPDATE sources SET account_id = 2 WHERE id = 'src_theirs';
            INSERT INTO participants(id, campaign_id, account_id, referral_code, joined_at)
                VALUES (900, 9, 2, 'THEIRS', 0);
            INSERT INTO events(id, source, event_id, fingerprint, received_at, outcome,
                source_version) SELECT 100, number, 'e', 0, 0, 'ignored', 1 FROM sources
                WHERE id = 'src_theirs';
            """)
    }

    @Test func `an account's events are its own`() throws {
        let database = try ScratchDatabase()
        try addNeighbour(database)
        let first = try database.makeKey(account: 1)
        let second = try database.makeKey(account: 2)
        let server = try ServeProcess(database)
        let client = try server.connect()
        func ask(_ path: String, _ key: String) throws -> ServerResponse {
            try client.request("GET", path, [("X-API-Key", key)])
        }
        let events = try ask("/api/v1/events", first)
        #expect(events.status == 200, "\(events)")
        #expect(events.data.isEmpty)
        #expect(try ask("/api/v1/events", second).data.count == 1)
        #expect(try ask("/api/v1/events/100", first).status == 404)
        #expect(try ask("/api/v1/explain?code=THEIRS", first).json["found"] as? Bool == false)
        server.terminate()
        #expect(server.waitForEnd() == 0)
    }

    @Test func `a workspace changes nothing of another account`() throws {
        let database = try ScratchDatabase()
        try addNeighbour(database)
        func refusal(_ declared: DeclaredWorkspace) throws -> String? {
            do {
                try database.apply(declared)
                return nil
            } catch let error as Application.Failure { return error.description }
        }
        var declared = DeclaredWorkspace()
        declared.sources[0]["id"] = "src_theirs"
        #expect(
            try refusal(declared) == "source src_theirs belongs to another account of this database"
        )
        declared = DeclaredWorkspace()
        declared.campaigns[0]["id"] = 9
        declared.participants = []
        #expect(
            try refusal(declared) == "campaign 9 belongs to another account of this database")
        declared = DeclaredWorkspace()
        declared.participants = [["id": 900, "campaign": 1, "first_name": "Mine"]]
        #expect(
            try refusal(declared)
                == "/participants/0: participant 900 belongs to another account of this database")
        #expect(
            try database.rows("SELECT first_name IS NULL FROM participants WHERE id = 900") == ["1"]
        )
    }

    @Test func `a key belongs to the account that is named`() throws {
        let database = try ScratchDatabase()
        try addNeighbour(database)
        func create(_ words: String...) throws -> RefgateRun {
            try RefgateRun(["keys", "create", "--name", "k", "--db", database.path] + words)
        }
        let unnamed = try create()
        #expect(unnamed.status == 2)
        #expect(unnamed.errors.contains("Acme, Neighbour"))
        #expect(try create("--account", "Neighbour").status == 0)
        #expect(try database.rows("SELECT account_id FROM api_keys") == ["2"])
    }

    @Test func `explain finds what is asked for in whichever account it is`() throws {
        let database = try ScratchDatabase()
        try addNeighbour(database)
        for words in [["--code", "THEIRS"], ["--event", "100"], ["--code", "LEAD-0"]] {
            let run = try RefgateRun(["explain", "--db", database.path] + words)
            #expect(run.status == 0, "\(words): \(run.output)\(run.errors)")
        }
        #expect(try RefgateRun(["explain", "--db", database.path, "--code", "NONE"]).status == 1)
    }
}
