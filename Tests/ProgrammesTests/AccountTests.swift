import Database
import Gateway
import Programmes
import Referrals
import TestSupport
import Testing

/// A database with two accounts: what belongs to the second is no business of the first.
@Suite struct AccountTests {
    /// Gives a second account a campaign, a source and a person of its own, and an event.
    private func addNeighbour(_ database: ScratchDatabase) throws -> ID<Account> {
        try database.apply(DeclaredWorkspace())
        let neighbour = try database.addAccount("Neighbour")
        var theirs = DeclaredWorkspace()
        theirs.account = "Neighbour"
        theirs.campaigns[0]["id"] = 9
        theirs.participants = [["id": 900, "campaign": 9, "referral_code": "THEIRS"]]
        theirs.sources = [DeclaredWorkspace.shop(["id": "src_theirs", "name": "theirs"])]
        try database.apply(theirs)
        try database.execute(
            """
            INSERT INTO events(id, source, event_id, fingerprint, received_at, outcome,
                source_version) SELECT 100, number, 'e', 0, 0, 'ignored', 1 FROM sources
                WHERE id = '\(neighbour.number)/src_theirs';
            """)
        return neighbour
    }

    @Test func `an account's events are its own`() throws {
        let database = try ScratchDatabase()
        let neighbour = try addNeighbour(database)
        let first = try database.makeKey(account: 1)
        let second = try database.makeKey(account: neighbour)
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

    @Test(.rows("S0-5"))
    func `two accounts declare the same numbers and ids, and neither changes the other`() throws {
        let database = try ScratchDatabase()
        _ = try addNeighbour(database)
        func theirs() throws -> [String] {
            try database.rows(
                """
                SELECT document FROM campaign_versions WHERE campaign_id > 9
                UNION ALL SELECT document FROM source_versions AS v
                    JOIN sources AS s ON s.number = v.source WHERE s.id LIKE '%/src_theirs'
                UNION ALL SELECT coalesce(first_name, '-') FROM participants WHERE id = 900
                """)
        }
        let before = try theirs()
        #expect(before.count == 3)
        var declared = DeclaredWorkspace()
        declared.campaigns.append(declared.campaigns[0].merging(["id": 9, "name": "Mine"]) { $1 })
        declared.sources.append(DeclaredWorkspace.shop(["id": "src_theirs", "name": "mine"]))
        let report = try database.apply(declared)
        #expect(report.campaigns.added == 1)
        #expect(report.sources.added == 1)
        #expect(try theirs() == before)
        // The number of a participant is that of the row, which is unique in the database.
        declared.participants = [["id": 900, "campaign": 1, "first_name": "Mine"]]
        let refusal = #expect(throws: Application.Failure.self) { try database.apply(declared) }
        #expect(
            refusal?.description.hasPrefix(
                "/participants/0: participant 900 belongs to another account") == true)
        #expect(try theirs() == before)
    }

    @Test func `a key belongs to the account that is named`() throws {
        let database = try ScratchDatabase()
        let neighbour = try addNeighbour(database)
        func create(_ words: String...) throws -> RefgateRun {
            try RefgateRun(["keys", "create", "--name", "k", "--db", database.path] + words)
        }
        let unnamed = try create()
        #expect(unnamed.status == 2)
        #expect(unnamed.errors.contains("Acme, Neighbour"))
        #expect(try create("--account", "Neighbour").status == 0)
        #expect(
            try database.rows("SELECT account_id FROM api_keys") == ["\(neighbour.number)"])
    }

    @Test func `explain finds what is asked for in whichever account it is`() throws {
        let database = try ScratchDatabase()
        _ = try addNeighbour(database)
        for words in [["--code", "THEIRS"], ["--event", "100"], ["--code", "LEAD-0"]] {
            let run = try RefgateRun(["explain", "--db", database.path] + words)
            #expect(run.status == 0, "\(words): \(run.output)\(run.errors)")
        }
        #expect(try RefgateRun(["explain", "--db", database.path, "--code", "NONE"]).status == 1)
    }
}
