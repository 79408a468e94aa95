import Foundation
import Invocation
import TestSupport
import Testing

/// `rules diff`: facts on which two versions of rules decide differently.
@Suite struct RuleDiffTests {
    private func write(
        _ folder: TestFolder, _ name: String, conditions: [String], cap: Int = 1,
        more: [String: Any] = [:]
    ) throws -> String {
        var campaign: [String: Any] = [
            "id": 1, "name": "Spring", "goal_type": "purchase", "conversions": "every",
            "conditions": conditions,
            "rewards": [["kind": "points", "value": ["points": 5], "cap": ["count": cap]]],
        ]
        campaign.merge(more) { $1 }
        let data = try JSONSerialization.data(
            withJSONObject: ["campaigns": [campaign]], options: .sortedKeys)
        return try folder.write(String(decoding: data, as: UTF8.self), to: name)
    }

    private func differences(_ run: CommandRun) -> [[String: Any]] {
        let campaigns = run.json["campaigns"] as? [[String: Any]] ?? []
        return campaigns.flatMap { $0["differences"] as? [[String: Any]] ?? [] }
    }

    private func facts(_ run: CommandRun) -> [[String: Any]] {
        differences(run).compactMap { $0["facts"] as? [String: Any] }
    }

    @Test func `equal rules have no differences, and the output calls it no proof`() throws {
        let folder = try TestFolder()
        let file = try write(folder, "a.json", conditions: ["event.amount > 5"])
        let run = CommandRun("rules", "diff", file, file)
        #expect(run.code == .ok, "\(run.output)\(run.errors)")
        #expect(run.output.contains("no member differs"))
        #expect(run.output.contains("no proof"))
    }

    @Test func `a moved bound is found with the amounts between`() throws {
        let folder = try TestFolder()
        let live = try write(folder, "a.json", conditions: ["event.amount >= 500"])
        let draft = try write(folder, "b.json", conditions: ["event.amount >= 700"])
        let run = CommandRun("rules", "diff", live, draft, "--json")
        #expect(run.code == .failed, "\(run.output)\(run.errors)")
        let amounts = facts(run).compactMap { $0["event.amount"] as? Int }
        #expect(!amounts.isEmpty)
        #expect(amounts.allSatisfy { 500..<700 ~= $0 }, "\(amounts)")
        let first = try #require(differences(run).first)
        #expect((first["from"] as? [String: Any])?["outcome"] as? String == "rewarded")
        #expect((first["to"] as? [String: Any])?["outcome"] as? String == "rejected")
    }

    @Test func `payloads that only one of many conditions reads are found`() throws {
        let folder = try TestFolder()
        let others = (0..<18).map { "payload.field\($0) == \"value\($0)\"" }
        let live = try write(
            folder, "a.json", conditions: others + ["payload.plan in [\"gold\", \"silver\"]"])
        let draft = try write(folder, "b.json", conditions: others + ["payload.plan == \"gold\""])
        let run = CommandRun(
            "rules", "diff", live, draft, "--json", "--save", "\(folder.path)/found")
        #expect(run.code == .failed, "\(run.output)\(run.errors)")
        // A scenario's name is cut where so many facts would make it too long.
        #expect(CommandRun("rules", "test", "\(folder.path)/found").code == .ok)
        let found = facts(run).contains {
            $0["payload.plan"] as? String == "silver" && $0["payload.field7"] as? String == "value7"
        }
        #expect(found, "\(run.output)")
    }

    @Test(
        arguments: [
            (["attribution_days": 3], ["attribution_days": 4]),
            (["hold_days": 1], ["hold_days": 2]),
            (["goal_threshold": 2], ["goal_threshold": 3]),
            (["review": "never"], ["review": "always"]),
            (["risk": ["self_referral": "email"]], ["risk": ["self_referral": "alias"]]),
            (["risk": ["min_seconds_since_join": 60]], ["risk": ["min_seconds_since_join": 61]]),
            (["risk": ["blocklist": [String]()]], ["risk": ["blocklist": ["bad.example"]]]),
            (["ends_at": "2026-06-01T00:00:00Z"], ["ends_at": "2026-06-01T00:00:01Z"]),
        ] as [([String: any Sendable], [String: any Sendable])])
    func `other rules are walked, too`(
        old: [String: any Sendable], new: [String: any Sendable]
    ) throws {
        let folder = try TestFolder()
        let live = try write(folder, "a.json", conditions: [], cap: 3, more: old)
        let draft = try write(folder, "b.json", conditions: [], cap: 3, more: new)
        let run = CommandRun("rules", "diff", live, draft, "--json")
        #expect(run.code == .failed, "\(run.output)\(run.errors)")
        #expect(!differences(run).isEmpty)
    }

    @Test func `a saved difference passes with the old rules and fails with the new ones`() throws {
        let folder = try TestFolder()
        let live = try write(folder, "a.json", conditions: ["event.amount >= 500"], cap: 2)
        let draft = try write(folder, "b.json", conditions: ["event.amount >= 500"], cap: 3)
        let run = CommandRun("rules", "diff", live, draft, "--save", "\(folder.path)/found")
        #expect(run.code == .failed, "\(run.output)\(run.errors)")
        #expect(run.errors.contains("saved "), "\(run.errors)")
        #expect(CommandRun("rules", "test", "\(folder.path)/found").code == .ok)
        _ = try write(folder, "a.json", conditions: ["event.amount >= 500"], cap: 3)
        #expect(CommandRun("rules", "test", "\(folder.path)/found").code == .failed)
    }

    @Test func `versions in a database are compared`() throws {
        let folder = try TestFolder()
        let db = "\(folder.path)/r.db"
        for amount in [500, 700] {
            let file = try write(folder, "a.json", conditions: ["event.amount >= \(amount)"])
            let applied = CommandRun("apply", file, "--db", db)
            #expect(applied.code == .ok, "\(applied.errors)")
        }
        let run = CommandRun(
            "rules", "diff", "--db", db, "--campaign", "1", "--versions", "1,2", "--json")
        #expect(run.code == .failed, "\(run.output)\(run.errors)")
        #expect(!differences(run).isEmpty)
        let draft = try write(folder, "b.json", conditions: ["event.amount >= 700"])
        let same = CommandRun("rules", "diff", draft, "--db", db, "--campaign", "1")
        #expect(same.code == .ok, "\(same.output)\(same.errors)")
        let missing = CommandRun(
            "rules", "diff", "--db", db, "--campaign", "1", "--versions", "1,9")
        #expect(missing.errors.contains("campaign 1 has no version 9; it has 1 to 2"))
    }

    @Test func `too few files are refused`() {
        let run = CommandRun("rules", "diff")
        #expect(run.code == .usage)
        #expect(run.errors.contains("give two files"), "\(run.errors)")
    }
}
