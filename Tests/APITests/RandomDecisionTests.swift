import Foundation
import Storage
import TestSupport
import Testing
import Time

/// People decide at random while partners refund and reinstate: the tables never contradict themselves.
@Suite struct APIRandomDecisionTests {
    private func declared(_ review: String, _ holdDays: Int) -> DeclaredWorkspace {
        DeclaredWorkspace(
            campaign: ["review": review, "hold_days": holdDays],
            rewards: [
                ["kind": "coupon", "cap": ["count": 3, "per": "referrer"]],
                [
                    "kind": "credit", "beneficiary": "lead", "value": ["percent": 10],
                    "budget": 100_000,
                ],
                [
                    "kind": "points", "value": ["points": 7],
                    "cap": ["count": 2, "per": "campaign"],
                ],
                [
                    "kind": "cash", "value": ["percent": 20],
                    "cap": ["count": 5, "per": "referrer"],
                ],
            ], coupons: 2, leads: 6, referrers: 2)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 57] as [UInt64])
    func `whatever people decide, and whenever, the audit finds nothing`(_ seed: UInt64) throws {
        // Near seeds would be one sequence, a few steps apart.
        var random = Seeded(seed &* 1_000_003)
        let review = ["never", "always", "event.amount > 500"].randomElement(using: &random) ?? ""
        let holdDays = Bool.random(using: &random) ? 0 : 2
        try APIScene.play(declared(review, holdDays)) { scene in
            var posts = 0
            for step in 0..<50 {
                scene.gateway.time.advance(
                    by: .seconds(Int64.random(in: 1...40_000, using: &random)))
                let lead = Int.random(in: 0..<6, using: &random)
                var done = ""
                var statuses = [200, 409]
                let response: ServerResponse
                switch Int.random(in: 0..<15, using: &random) {
                case 0...2:
                    posts += 1
                    let amount = Int.random(in: 1...1000, using: &random)
                    let kind =
                        [nil, nil, "refund", "refund_total", "reinstate"]
                        .randomElement(using: &random) ?? nil
                    done = "post \(kind ?? "purchase") \(lead) \(amount)"
                    response = try scene.gateway.post(
                        Message(
                            code: kind == nil ? "LEAD-\(lead)" : nil, order: "o-\(lead)",
                            amount: amount, reversal: kind),
                        id: "e-\(posts)")
                case 3:
                    done = "coupons"
                    statuses = [201]
                    response = try scene.ask(
                        "POST", "campaigns/1/coupons", ["coupons": ["N-\(step)"]])
                case 10:
                    statuses = [200]
                    let reward = Int.random(in: 1...3, using: &random)
                    let body: [String: Any] =
                        [
                            ["cap": ["count": Int.random(in: 1...4, using: &random)]],
                            ["cap": ["per": "campaign"]], ["cap": ["per": "referrer"]],
                            ["budget": 200],
                        ].randomElement(using: &random) ?? [:]
                    done = "PATCH campaigns/1/rewards/\(reward) \(body)"
                    response = try scene.ask("PATCH", "campaigns/1/rewards/\(reward)", body)
                case 11:
                    statuses = [200]
                    let body: [String: Any] =
                        [
                            ["review": "never"], ["review": "always"], ["hold_days": 1],
                            ["hold_days": 0], ["status": "paused"], ["status": "active"],
                        ].randomElement(using: &random) ?? [:]
                    done = "PATCH campaigns/1 \(body)"
                    response = try scene.ask("PATCH", "campaigns/1", body)
                case 12:
                    statuses = [204, 404]
                    let person = Int.random(in: 1...8, using: &random)
                    guard person == 3 || step > 40 else { continue }
                    done = "DELETE participants/\(person)"
                    response = try scene.ask("DELETE", "participants/\(person)")
                case 13:
                    statuses = [201, 409]
                    done = "payouts"
                    response = try scene.ask(
                        "POST", "payouts",
                        ["currency": "USD", "until": scene.gateway.time.now.rfc3339])
                case 14:
                    let rows = try scene.get("payouts?status=open").data
                    guard let id = rows.randomElement(using: &random)?["id"] as? Int else {
                        continue
                    }
                    done = "payouts/\(id)/" + (Bool.random(using: &random) ? "paid" : "failed")
                    statuses = [200]
                    response = try scene.ask("POST", done)
                case 4...6:
                    let rows = try scene.get("conversions").data
                    guard let id = rows.randomElement(using: &random)?["id"] as? Int else {
                        continue
                    }
                    let action =
                        ["approve", "reject", "fraud", "reverse", "reverse"]
                        .randomElement(using: &random) ?? ""
                    var body: [String: Any] = [:]
                    if action == "reverse", Bool.random(using: &random) {
                        body["amount"] = Int.random(in: 1...500, using: &random)
                        statuses.append(422)
                    }
                    done = "conversions/\(id)/\(action) \(body)"
                    response = try scene.ask("POST", "conversions/\(id)/\(action)", body)
                default:
                    let rows = try scene.get("rewards").data
                    guard let id = rows.randomElement(using: &random)?["id"] as? Int else {
                        continue
                    }
                    let action =
                        ["approve", "reject", "redeem", "revoke"].randomElement(using: &random)
                        ?? ""
                    done = "rewards/\(id)/\(action)"
                    response = try scene.ask("POST", done)
                }
                #expect(
                    statuses.contains(response.status),
                    "seed \(seed), step \(step): \(done): \(response)")
                try scene.gateway.runHousekeeping()
                let found = try scene.gateway.database.contradictions(at: scene.gateway.time.now)
                #expect(found == [], "seed \(seed), step \(step): \(done)")
                if !found.isEmpty { return }
            }
            try expectReportEqualsRows(scene, "seed \(seed)")
            try expectPayoutsEqualRows(scene, "seed \(seed)")
            // A database of an earlier release is counted from its rows.
            try scene.gateway.database.execute(
                """
                DELETE FROM report_counts;
                DELETE FROM meta WHERE name = 'report_folded';
                INSERT INTO meta(name, value) VALUES ('report_history', 'participants:0');
                """)
            _ = try Store.open(scene.gateway.database.path, for: .writer)
            try expectReportEqualsRows(scene, "seed \(seed), counted from the rows")
        }
    }

    /// Compares payouts with sums over the rewards in them.
    private func expectPayoutsEqualRows(_ scene: APIScene, _ words: Comment) throws {
        let list = try scene.get("payouts?limit=100")
        try #require(list.status == 200, "\(list)")
        var paid = 0
        for payout in list.data {
            let id = try #require(payout["id"] as? Int)
            let lines: [[String: Any]] = try scene.get("payouts/\(id)").list("lines")
            let sum = lines.reduce(0) { $0 + ($1["amount"] as? Int ?? 0) }
            #expect(payout["total"] as? Int == sum, words)
            if payout["status"] as? String == "paid" { paid += sum }
            guard payout["status"] as? String == "open" else { continue }
            let worth = try scene.gateway.database.count(
                """
                SELECT coalesce(sum(r.amount + coalesce(
                    (SELECT sum(amount) FROM ledger WHERE reward_id = r.id), 0)), 0)
                FROM rewards r JOIN payout_lines l ON l.reward_id = r.id
                WHERE l.payout_id = \(id) AND r.status = 'issued'
                """)
            #expect(sum == worth, words)
        }
        let year = scene.gateway.time.now.rfc3339.prefix(4)
        let totals = try scene.get("payouts/totals?year=\(year)")
        try #require(totals.status == 200, "\(totals)")
        let amounts = totals.text.components(separatedBy: "\r\n").dropFirst()
            .compactMap { $0.split(separator: ",").last.flatMap { Int($0) } }
        #expect(amounts.reduce(0, +) == paid, words)
    }

    /// Compares the total of a report with sums over the rows.
    private func expectReportEqualsRows(_ scene: APIScene, _ words: Comment) throws {
        let report = try scene.get("reports?since=2000-01-01&until=2100-01-01")
        try #require(report.status == 200, "\(report)")
        let total = try #require(report.json["total"] as? [String: Any])
        func count(_ sql: String) throws -> Int { try scene.gateway.database.count(sql) }
        #expect(
            total["enrolments"] as? Int == (try count("SELECT count(*) FROM participants")), words)
        #expect(
            total["referred_leads"] as? Int
                == (try count("SELECT count(referred_by) FROM participants")), words)
        let events = try #require(total["events"] as? [String: Int])
        #expect(events["received"] == (try count("SELECT count(*) FROM events")), words)
        let conversions = try #require(total["conversions"] as? [String: Int])
        #expect(conversions["created"] == (try count("SELECT count(*) FROM conversions")), words)
        let rewards = try #require(total["rewards"] as? [[String: Any]])
        let granted = rewards.reduce(0) {
            $0 + ((($1["granted"] as? [String: Int])?["count"]) ?? 0)
        }
        #expect(granted == (try count("SELECT count(*) FROM rewards")), words)
        let points = rewards.filter { $0["unit"] as? String == "points" }
            .reduce(0) { $0 + ((($1["granted"] as? [String: Int])?["amount"]) ?? 0) }
        #expect(
            points
                == (try count("SELECT coalesce(sum(amount), 0) FROM rewards WHERE unit = 'points'")),
            words)
        let revenue = try #require(total["revenue"] as? [String: Int])
        let list = try scene.get("conversions?limit=100")
        try #require(list.status == 200, "\(list)")
        #expect(list.next == nil)
        let remaining = list.data.filter { $0["status"] as? String == "approved" }
            .reduce(0) { $0 + ($1["remaining"] as? Int ?? 0) }
        #expect(revenue["USD"] ?? 0 == remaining, words)
    }
}
