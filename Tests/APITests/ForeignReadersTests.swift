import Foundation
import TestSupport
import Testing

/// Programs that others wrote read the OpenAPI document and work with a served gateway.
@Suite(.serialized, .enabled(if: ForeignPackages.areToBeAsked)) struct ForeignReadersTests {
    /// All checks are on; `Tests/Foreign/schemathesis.toml` has the exceptions with their reasons. More
    /// examples, and another seed, are found by hand: REFGATE_EXAMPLES and REFGATE_SEED.
    @Test func `schemathesis finds nothing`() throws {
        let environment = ProcessInfo.processInfo.environment
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(coupons: 3))
        let key = try database.makeKey()
        // The run revokes this one.
        _ = try database.makeKey()
        let process = try ServeProcess(database)
        defer { process.killAtOnce() }
        let run = try ForeignPackages.run(
            "st",
            [
                "--config-file", ForeignPackages.path(of: "schemathesis.toml"), "run",
                "http://127.0.0.1:\(process.port)/openapi.json", "--checks", "all", "--no-color",
                "--seed", environment["REFGATE_SEED"] ?? "1",
                "--max-examples", environment["REFGATE_EXAMPLES"] ?? "5",
            ], environment: ["REFGATE_KEY": key], in: database.folder)
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains(" passed"), "\(run.output)")
    }

    @Test(.rows("S2-1", "S2-8")) func `a generated client enrols, posts, lists and explains`()
        throws
    {
        struct Found: Decodable {
            let referrer: String
            let lead: String
            let outcome: String
            let conversion: Int
            let listed: [Int]
            let explained: [String]
            let people: [String]
        }
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(coupons: 3))
        let process = try ServeProcess(database)
        defer { process.killAtOnce() }
        let run = try ForeignPackages.run(
            "python",
            [
                ForeignPackages.path(of: "client.py"), "http://127.0.0.1:\(process.port)",
                try database.makeKey(), Sender.secret, database.folder.path,
            ], in: database.folder)
        try #require(run.status == 0, "\(run.output)")
        let last = try #require(run.output.split(separator: "\n").last)
        let found = try JSONDecoder().decode(Found.self, from: Data(last.utf8))
        #expect(found.outcome == "rewarded")
        #expect(found.listed == [found.conversion])
        #expect(found.explained == ["rewarded"])
        #expect(found.people == [found.lead])
        #expect(found.referrer != found.lead)
    }
}
