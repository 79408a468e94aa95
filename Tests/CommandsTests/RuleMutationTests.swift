import Foundation
import Invocation
import TestSupport
import Testing

/// `rules mutate`: changes of rules that no scenario notices.
@Suite struct RuleMutationTests {
    private func write(_ folder: TestFolder, condition: String, amounts: [(Int, String)]) throws {
        let campaign: [String: Any] = [
            "id": 1, "name": "Spring", "goal_type": "purchase", "conversions": "every",
            "conditions": [condition],
            "rewards": [
                ["kind": "points", "value": ["points": 5], "cap": ["count": 2, "per": "lead"]]
            ],
        ]
        let people: [[String: Any]] = [
            ["campaign": 1, "email": "ann@example.org", "referral_code": "ANN-REF"],
            [
                "campaign": 1, "email": "lee@example.net", "referral_code": "LEAD-1",
                "referred_by": "ANN-REF",
            ],
        ]
        let source: [String: Any] = [
            "id": "shop", "name": "Shop", "preset": "refgate",
            "secrets": ["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"],
        ]
        try write(
            folder, ["campaigns": [campaign], "participants": people, "sources": [source]],
            "shop.json")
        let steps = amounts.enumerated().map { index, pair in
            let data: [String: Any] = [
                "referral_code": "LEAD-1", "order_id": "o-\(index)", "amount": pair.0,
                "currency": "EUR",
            ]
            return [
                "post": ["source": "shop", "payload": ["type": "purchase", "data": data]],
                "expect": ["outcome": pair.1],
            ] as [String: Any]
        }
        try write(
            folder, ["name": "Amounts", "given": "shop.json", "steps": steps], "amounts.json")
    }

    private func write(_ folder: TestFolder, _ object: [String: Any], _ name: String) throws {
        let data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
        try folder.write(String(decoding: data, as: UTF8.self), to: name)
    }

    private func mutate(_ folder: TestFolder, _ more: String...) -> CommandRun {
        CommandRun(
            ["rules", "mutate", "\(folder.path)/amounts.json", "--workspace"]
                + ["\(folder.path)/shop.json"] + more)
    }

    private func survivors(_ run: CommandRun) -> [[String: Any]] {
        run.json["survivors"] as? [[String: Any]] ?? []
    }

    @Test func `every mutant of the fixtures that can be told apart is noticed`() throws {
        let run = CommandRun(
            "rules", "mutate", "\(fixtures)/scenarios", "--workspace",
            "\(fixtures)/workspace.json", "--json")
        #expect(run.code == .ok, "\(run.output)\(run.errors)")
        #expect(run.json["survived"] as? Int == 0)
        #expect(run.json["mutants"] as? Int ?? 0 > 30)
        // Without an amount the share of the lead is unknown, too, so that the event is held either way.
        #expect(survivors(run).map { $0["after"] as? String } == ["event.amount >= 500"])
    }

    @Test func `a bound that no scenario touches survives with a scenario that notices it`() throws
    {
        let folder = try TestFolder()
        try write(
            folder, condition: "event.amount >= 500", amounts: [(900, "rewarded"), (5, "rejected")])
        let run = mutate(folder, "--json", "--save", "\(folder.path)/found")
        #expect(run.code == .failed, "\(run.output)\(run.errors)")
        let bounds = survivors(run).filter {
            $0["pointer"] as? String == "/campaigns/0/conditions/0"
        }
        #expect(
            Set(bounds.compactMap { $0["after"] as? String }) == [
                "event.amount > 500", "501", "499",
            ])
        #expect(bounds.allSatisfy { $0["scenario"] is [String: Any] })
        // The scenarios pass with the rules; each mutant fails one of them.
        #expect(CommandRun("rules", "test", "\(folder.path)/found").code == .ok)
        try write(
            folder, condition: "event.amount > 500", amounts: [(900, "rewarded"), (5, "rejected")])
        let mutated = CommandRun("rules", "test", "\(folder.path)/found")
        #expect(mutated.code == .failed)
        #expect(mutated.output.contains("condition_false"), "\(mutated.output)")
    }

    @Test func `survivors are printed with their scenarios`() throws {
        let folder = try TestFolder()
        try write(folder, condition: "event.amount >= 500", amounts: [(500, "rewarded")])
        let run = mutate(folder)
        #expect(run.code == .failed, "\(run.output)\(run.errors)")
        #expect(
            run.output.contains("SURVIVES  /campaigns/0/conditions/0: 500 → 499"), "\(run.output)")
        #expect(run.output.contains("\"given\": \"\(folder.path)/shop.json\""))
    }

    @Test func `a scenario that fails without a mutant is named`() throws {
        let folder = try TestFolder()
        try write(folder, condition: "event.amount >= 500", amounts: [(5, "rewarded")])
        let run = mutate(folder)
        #expect(run.code == .failed)
        #expect(run.errors.contains("amounts.json does not pass without a mutant"), "\(run.errors)")
    }

    @Test func `scenarios of another workspace are not played`() throws {
        let folder = try TestFolder()
        try write(folder, condition: "event.amount >= 500", amounts: [(500, "rewarded")])
        let run = CommandRun(
            "rules", "mutate", "\(folder.path)/amounts.json", "--workspace",
            "\(fixtures)/workspace.json")
        #expect(run.code == .failed)
        #expect(run.errors.contains("no scenario begins with"), "\(run.errors)")
    }
}
