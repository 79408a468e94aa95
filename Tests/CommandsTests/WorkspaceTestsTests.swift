import Foundation
import Invocation
import TestSupport
import Testing

/// The scenarios that a workspace names in `tests`, which must pass before it is applied.
@Suite struct WorkspaceTestsTests {
    private func write(_ folder: TestFolder, least: Int) throws -> String {
        let scenario = """
            {"name": "Five euros are enough", "given": "shop.json", "steps": [
              {"post": {"source": "shop", "payload": {"type": "purchase", "data": {
                "referral_code": "LEAD-1", "order_id": "o-1", "amount": 500, "currency": "EUR"}}},
               "expect": {"outcome": "rewarded"}}]}
            """
        try folder.write(scenario, to: "five.json")
        return try folder.write(
            """
            {"campaigns": [{"id": 1, "name": "Spring", "goal_type": "purchase",
              "conditions": ["event.amount >= \(least)"],
              "rewards": [{"kind": "points", "value": {"points": 5}}]}],
             "participants": [
              {"campaign": 1, "email": "ann@example.org", "referral_code": "ANN-REF"},
              {"campaign": 1, "email": "lee@example.net", "referral_code": "LEAD-1",
               "referred_by": "ANN-REF"}],
             "sources": [{"id": "shop", "name": "Shop", "preset": "refgate",
              "secrets": ["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"]}],
             "tests": ["five.json"]}
            """, to: "shop.json")
    }

    @Test func `a workspace whose tests pass is applied`() throws {
        let folder = try TestFolder()
        let file = try write(folder, least: 500)
        let run = CommandRun("apply", file, "--db", "\(folder.path)/r.db")
        #expect(run.code == .ok, "\(run.output)\(run.errors)")
        #expect(run.output.contains("campaigns: 1 added"))
    }

    @Test func `a workspace with a failing test is refused, and nothing is written`() throws {
        let folder = try TestFolder()
        let db = "\(folder.path)/r.db"
        let file = try write(folder, least: 501)
        let run = CommandRun("apply", file, "--db", db)
        #expect(run.code == .failed)
        #expect(run.output.contains("five.json: Five euros are enough"), "\(run.output)")
        #expect(run.output.contains("expected  rewarded"))
        #expect(run.errors.contains("nothing was written: 1 of 1 tests"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: db))
    }

    @Test func `a stored version stays in force when the next one fails its tests`() throws {
        let folder = try TestFolder()
        let db = "\(folder.path)/r.db"
        let file = try write(folder, least: 500)
        #expect(CommandRun("apply", file, "--db", db).code == .ok)
        _ = try write(folder, least: 501)
        let refused = CommandRun("apply", file, "--db", db, "--json")
        #expect(refused.code == .failed)
        let failed = refused.json["failed_tests"] as? [[String: Any]]
        #expect(failed?.first?["verdict"] as? String == "failed", "\(refused.output)")
        _ = try write(folder, least: 500)
        let again = CommandRun("apply", file, "--db", db)
        #expect(
            again.output.contains("campaigns: 0 added, 0 changed, 1 unchanged"), "\(again.output)")
    }

    @Test func `a test that cannot be read is named`() throws {
        let folder = try TestFolder()
        let file = try folder.write(#"{"tests": ["gone.json"]}"#, to: "shop.json")
        let run = CommandRun("apply", file, "--db", "\(folder.path)/r.db")
        #expect(run.code == .environment)
        #expect(run.errors.contains("gone.json cannot be read"), "\(run.errors)")
    }
}
