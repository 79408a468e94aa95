import Foundation
import Invocation
import Testing

/// `rules coverage`: the outcomes of rules in the decisions of scenarios.
@Suite struct RuleCoverageTests {
    /// A scenario of one campaign with these conditions, and a purchase of each amount by a lead of
    /// its own; a null amount is not sent.
    private func scenario(
        conditions: [String], review: String? = nil, amounts: [Int?], outcomes: [String]
    ) throws -> String {
        let leads = amounts.indices.map { index in
            [
                "campaign": 1, "email": "lead\(index)@example.net",
                "referral_code": "LEAD-\(index)", "referred_by": "ANN-REF",
            ] as [String: Any]
        }
        let ann: [String: Any] = [
            "campaign": 1, "email": "ann@example.org", "referral_code": "ANN-REF",
        ]
        var campaign: [String: Any] = [
            "id": 1, "name": "Spring", "owner": "ops@example.org", "goal_type": "purchase",
            "conversions": "every", "conditions": conditions,
            "rewards": [["kind": "points", "value": ["points": 5], "cap": ["count": 99]]],
        ]
        if let review { campaign["review"] = review }
        let steps = zip(amounts, outcomes).enumerated().map { index, pair in
            var data: [String: Any] = ["referral_code": "LEAD-\(index)", "order_id": "o-\(index)"]
            if let amount = pair.0 { data["amount"] = amount; data["currency"] = "EUR" }
            return [
                "post": ["source": "shop", "payload": ["type": "purchase", "data": data]],
                "expect": ["outcome": pair.1],
            ] as [String: Any]
        }
        let whole: [String: Any] = [
            "name": "A story",
            "given": [
                "campaigns": [campaign], "participants": [ann] + leads,
                "sources": [
                    [
                        "id": "shop", "name": "Shop", "preset": "refgate",
                        "secrets": ["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"],
                    ]
                ],
            ], "steps": steps,
        ]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: whole, options: .sortedKeys),
            as: UTF8.self)
    }

    private let condition =
        #"event.amount >= 5000 && !(event.currency == "USD") || event.goal == "gift""#

    private func write(_ folder: TestFolder, amounts: [Int?], outcomes: [String]) throws -> String {
        try folder.write(
            try scenario(conditions: [condition], amounts: amounts, outcomes: outcomes),
            to: "a.json")
    }

    @Test func `each part is counted as true, false and unknown`() throws {
        let folder = try TestFolder()
        let file = try write(
            folder, amounts: [7500, 5000, 4999, nil],
            outcomes: ["rewarded", "rewarded", "rejected", "held"])
        let run = CommandRun("rules", "coverage", "--listing", file)
        #expect(run.code == .ok, "\(run.output)\(run.errors)")
        #expect(
            run.output.hasPrefix(
                """
                Spring, conditions/0
                     true    false  unknown
                        2        1        1  \(condition)
                        2        1        1    event.amount >= 5000 && !(event.currency == "USD")
                        2        1        1      event.amount >= 5000
                        2        0        1      !(event.currency == "USD")   ← never false
                        0        2        1        event.currency == "USD"   ← never true
                        0        2        0    event.goal == "gift"   ← never true

                checks                    passed   failed  unknown
                  not_a_test                   4        0        0

                """), "\(run.output)")
        #expect(
            run.output.hasSuffix(
                "\n75 % of the outcomes of all parts of the rules occurred: 9 of 12\n"),
            "\(run.output)")
        #expect(run.output.contains("  condition                    2        1        1\n"))
        #expect(run.output.contains("  velocity              never applied\n"))
    }

    @Test func `the gaps alone are the usual output, and the threshold decides`() throws {
        let folder = try TestFolder()
        let file = try write(folder, amounts: [7500], outcomes: ["rewarded"])
        let run = CommandRun("rules", "coverage", file, "--threshold", "50")
        #expect(run.code == .failed)
        #expect(
            run.output.hasPrefix(
                """
                Spring, conditions/0
                  never false         \(condition)
                  never false         event.amount >= 5000 && !(event.currency == "USD")
                  never false         event.amount >= 5000
                  never false         !(event.currency == "USD")
                  never true          event.currency == "USD"
                  never evaluated     event.goal == "gift"

                """), "\(run.output)")
        #expect(run.errors == "41 % is less than the threshold of 50 %\n")
        let enough = CommandRun("rules", "coverage", file, "--threshold", "41")
        #expect(enough.code == .ok, "\(enough.errors)")
    }

    @Test func `a rule that no event reached is listed, and a failing scenario fails`() throws {
        let folder = try TestFolder()
        let file = try folder.write(
            try scenario(
                conditions: ["event.amount > 5", "payload.data.exists(k, k == \"amount\")"],
                review: "event.amount > 100", amounts: [3], outcomes: ["rewarded"]), to: "a.json")
        let run = CommandRun("rules", "coverage", file)
        #expect(run.code == .failed)
        #expect(run.output.contains("      expected  rewarded\n      got       rejected\n"))
        #expect(run.errors == "1 of 1 scenarios fail\n")
        #expect(run.output.contains("Spring, review\n  never evaluated     event.amount > 100\n"))
    }

    @Test func `the condition of a macro is counted for each element, and JSON has all`() throws {
        let folder = try TestFolder()
        let file = try folder.write(
            try scenario(
                conditions: ["payload.data.exists(k, k == \"amount\")"], amounts: [3, nil],
                outcomes: ["rewarded", "rejected"]), to: "a.json")
        let run = CommandRun("rules", "coverage", file, "--json")
        #expect(run.code == .ok, "\(run.output)")
        #expect(run.json["percent"] as? Int == 100)
        #expect(run.json["passed"] as? Int == 1)
        let rule = try #require((run.json["rules"] as? [[String: Any]])?.first)
        #expect(rule["place"] as? String == "conditions/0")
        let parts = try #require(rule["parts"] as? [[String: Any]])
        #expect(
            parts.map { $0["text"] as? String } == [rule["text"] as? String, "k == \"amount\""])
        #expect(parts.map { $0["true"] as? Int } == [1, 1])
        #expect(parts.map { $0["start"] as? Int } == [0, 23])
        let checks = try #require(run.json["checks"] as? [[String: Any]])
        #expect(checks.first { $0["check"] as? String == "condition" }?["failed"] as? Int == 1)
    }
}
