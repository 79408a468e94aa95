import Foundation
import TestSupport
import Testing
import Time

/// Reports: what happened in a time, from counters.
@Suite struct ReportTests {
    private func declared(leads: Int = 4) -> DeclaredWorkspace {
        DeclaredWorkspace(
            campaign: ["review": "event.amount > 5000"],
            rewards: [
                [
                    "kind": "credit", "value": ["percent": 10],
                    "cap": ["count": 3, "per": "referrer"],
                ]
            ], leads: leads)
    }

    private func purchase(
        _ scene: APIScene, _ lead: Int, _ amount: Int, reversal: String? = nil, id: String
    ) throws -> ServerResponse {
        let response = try scene.gateway.post(
            Message(
                code: reversal == nil ? "LEAD-\(lead)" : nil, order: "o-\(lead)", amount: amount,
                reversal: reversal), id: id)
        try #require(response.status == 200, "\(response)")
        return response
    }

    private func report(_ scene: APIScene, _ query: String = "") throws -> ServerResponse {
        let response = try scene.get("reports" + query)
        try #require(response.status == 200, "\(response)")
        return response
    }

    private func total(_ response: ServerResponse) throws -> [String: Any] {
        try #require(response.json["total"] as? [String: Any])
    }

    @Test(.rows("S2-17"))
    func `a report sums up enrolments, leads, qualification rate and rewards`() throws {
        try APIScene.play(declared()) { scene in
            _ = try purchase(scene, 0, 1000, id: "a")
            _ = try purchase(scene, 1, 9000, id: "b")
            _ = try purchase(scene, 2, 2000, id: "c")
            let capped = try purchase(scene, 3, 500, id: "d")
            #expect(capped.outcome == "qualified")
            let figures = try total(try report(scene))
            #expect(figures["enrolments"] as? Int == 5)
            #expect(figures["referred_leads"] as? Int == 4)
            #expect(figures["qualification_rate"] as? Double == 0.75)
            let events = try #require(figures["events"] as? [String: Int])
            #expect(events["received"] == 4)
            #expect(events["rewarded"] == 2)
            #expect(events["held"] == 1)
            let withheld = try #require(figures["withheld"] as? [String: Int])
            #expect(withheld == ["awaiting_review": 1, "cap_reached": 1])
            let conversions = try #require(figures["conversions"] as? [String: Int])
            #expect(conversions["created"] == 4)
            #expect(conversions["approved"] == 3)
            let rewards = try #require(figures["rewards"] as? [[String: Any]])
            try #require(rewards.count == 1)
            #expect(rewards[0]["kind"] as? String == "credit")
            #expect(rewards[0]["unit"] as? String == "USD")
            #expect(rewards[0]["granted"] as? [String: Int] == ["count": 3, "amount": 1200])
            #expect(rewards[0]["issued"] as? [String: Int] == ["count": 2, "amount": 300])
        }
    }

    @Test(.rows("S1-25")) func `conversions and revenue are read by time, campaign and source`()
        throws
    {
        var declared = declared()
        declared.campaigns.append([
            "id": 2, "name": "Other", "owner": "ops@example.com", "goal_type": "purchase",
        ])
        try APIScene.play(declared) { scene in
            _ = try purchase(scene, 0, 1000, id: "a")
            _ = try purchase(scene, 1, 250, id: "b")
            let now = scene.gateway.time.now
            let later = (now + .seconds(7200)).rfc3339
            let spring = try total(try report(scene, "?campaign=1&source=src_shop"))
            #expect(spring["revenue"] as? [String: Int] == ["USD": 1250])
            let other = try total(try report(scene, "?campaign=2"))
            #expect(other["revenue"] as? [String: Int] == [:])
            #expect(other["qualification_rate"] is NSNull)
            let after = try total(
                try report(scene, "?since=\(later)&until=\((now + .seconds(10_800)).rfc3339)"))
            #expect((after["conversions"] as? [String: Int])?["created"] == 0)
            let bySource = try report(scene, "?by=source,campaign").data
            let rows = bySource.map { [$0["campaign"] as? Int, $0["enrolments"] as? Int] }
            #expect(rows == [[1, 5], [1, 0]])
            #expect(bySource.map { $0["source"] as? String } == [nil, "src_shop"])
        }
    }

    @Test func `a day that is over never changes`() throws {
        try APIScene.play(declared()) { scene in
            _ = try purchase(scene, 0, 1000, id: "a")
            let day = String(scene.gateway.time.now.rfc3339.prefix(10))
            let first = try report(scene, "?by=day").data
            scene.gateway.time.advance(by: .seconds(86_400))
            try scene.gateway.runHousekeeping()
            _ = try purchase(scene, 0, 400, reversal: "refund", id: "b")
            let both = try report(scene, "?by=day").data
            try #require(both.count == 2)
            #expect(both[0]["day"] as? String == day)
            #expect(NSDictionary(dictionary: both[0]) == NSDictionary(dictionary: first[0]))
            #expect(both[1]["revenue"] as? [String: Int] == ["USD": -400])
            let rewards = try #require(both[1]["rewards"] as? [[String: Any]])
            #expect(rewards[0]["adjusted"] as? [String: Int] == ["count": 1, "amount": -40])
            // Whole months and days are read from their own counters.
            scene.gateway.time.advance(by: .seconds(86_400 * 40))
            try scene.gateway.runHousekeeping()
            let months = try report(scene, "?by=month&since=2020-01-01")
            let sum = try total(months)
            #expect(sum["revenue"] as? [String: Int] == ["USD": 600])
            #expect(
                try scene.gateway.database.count(
                    "SELECT count(DISTINCT span) FROM report_counts") == 3)
            #expect(months.data.allSatisfy { ($0["month"] as? String)?.count == 7 })
        }
    }

    @Test func `a person who gets a referrer later is a lead from then on`() throws {
        try APIScene.play(declared(leads: 1)) { scene in
            let person = try scene.create(
                "participants", ["campaign": 1, "email": "alone@example.com"])
            let changed = try scene.ask(
                "PATCH", "participants/\(person)", ["referred_by": "REF-0"])
            try #require(changed.status == 200, "\(changed)")
            let figures = try total(try report(scene))
            #expect(figures["enrolments"] as? Int == 3)
            #expect(figures["referred_leads"] as? Int == 2)
            // Deleting the person does not change the past.
            let deleted = try scene.ask("DELETE", "participants/\(person)")
            try #require(deleted.status == 204, "\(deleted)")
            let after = try total(try report(scene))
            #expect(after["enrolments"] as? Int == 3)
        }
    }

    @Test(
        .rows("S2-17"),
        arguments: [
            ("?format=csv", nil), ("", "text/csv"), ("", "application/json;q=0.5, text/csv"),
        ] as [(String, String?)])
    func `a report is also CSV`(_ query: String, _ accept: String?) throws {
        try APIScene.play(declared()) { scene in
            _ = try purchase(scene, 0, 1000, id: "a")
            let path = "reports" + (query.isEmpty ? "?" : query + "&") + "by=campaign,source"
            let fields = accept.map { [(name: "Accept", value: $0)] } ?? []
            let response = try scene.ask("GET", path, nil, fields)
            try #require(response.status == 200, "\(response)")
            #expect(response[field: "content-type"] == "text/csv; charset=utf-8")
            let lines = response.text.components(separatedBy: "\r\n")
            #expect(lines[0] == "campaign,source,measure,name,unit,value")
            for line in [
                "1,,enrolments,,,5", "1,src_shop,events,rewarded,,1",
                "1,src_shop,revenue,,USD,1000", "1,src_shop,rewards_issued,credit,,1",
                "1,src_shop,rewards_issued,credit,USD,100",
            ] {
                #expect(lines.contains(line), "\(line) in \(response.text)")
            }
        }
    }

    @Test(arguments: [
        "since=yesterday", "until=2026-13-01", "by=week", "by=day,month", "by=day,day", "by=",
        "campaign=x", "source=src_other", "format=xml", "since=2026-02-01&until=2026-02-01",
    ])
    func `a parameter that is wrong is named`(_ query: String) throws {
        try APIScene.play(declared()) { scene in
            let response = try scene.get("reports?" + query)
            #expect(response.status == 400, "\(response)")
            #expect(response.code == "invalid_parameter")
            let name = query.prefix { $0 != "=" }
            #expect(response.detail?.hasPrefix(name) == true, "\(response)")
        }
    }
}
