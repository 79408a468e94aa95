import Foundation
import TestSupport
import Testing
import Time

/// Lists by everything that a person searches by.
@Suite struct SearchTests {
    /// Two leads of one referrer, and one of another, with a credit for each purchase.
    private static let declared: DeclaredWorkspace = {
        var declared = DeclaredWorkspace(
            campaign: ["conversions": "every"],
            rewards: [
                [
                    "kind": "credit", "value": ["amount": 500, "currency": "USD"],
                    "cap": ["count": 100, "per": "referrer"],
                ]
            ], leads: 3, referrers: 2)
        declared.sources.append(
            ["id": "src_other", "name": "other", "preset": "refgate", "secrets": [Sender.secret]])
        return declared
    }()

    /// Events 1 to 6: two purchases, an unknown code, a refund, a signup without a lead, a later
    /// purchase.
    private func fill(_ scene: APIScene) throws -> (since: String, until: String) {
        func post(_ message: Message, _ id: String) throws {
            let response = try scene.gateway.post(message, id: id)
            try #require(response.status == 200, "\(response)")
        }
        try post(Message(code: "LEAD-0", order: "A-1", amount: 1_000, customer: "cus_0"), "1")
        try post(Message(code: "LEAD-1", order: "A-2", amount: 2_000), "2")
        try post(Message(code: "NOBODY", order: "A-3", email: "x@example.com"), "3")
        try post(Message(order: "A-1", amount: 1_000, reversal: "refund"), "4")
        try post(Message("signup", code: "LEAD-2"), "5")
        scene.gateway.time.advance(by: .seconds(3_600))
        let since = scene.gateway.time.now.rfc3339
        scene.gateway.time.advance(by: .seconds(3_600))
        try post(Message(code: "LEAD-0", order: "A-4", amount: 500), "6")
        return (since, scene.gateway.time.now.rfc3339)
    }

    private func ids(_ scene: APIScene, _ path: String) throws -> [Int] {
        let response = try scene.get(path)
        try #require(response.status == 200, "\(path): \(response)")
        #expect(response.next == nil, "\(path)")
        return response.data.compactMap { $0["id"] as? Int }
    }

    /// Row S1-25.
    @Test func `a cursor of another list is refused by its name`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 3, leads: 3)) { scene in
            for lead in 0..<3 {
                let posted = try scene.gateway.post(Message(code: "LEAD-\(lead)"), id: "\(lead)")
                try #require(posted.status == 200, "\(posted)")
            }
            let events = try scene.get("events?limit=1")
            let cursor = try #require(events.json["next"] as? String, "\(events)")
            for path in ["conversions", "participants", "campaigns/1/coupons", "deliveries"] {
                let refused = try scene.get("\(path)?cursor=\(cursor)")
                #expect(refused.status == 400, "\(refused)")
                #expect(refused.code == "invalid_parameter")
                #expect(refused.detail?.hasPrefix("cursor must be") ?? false, "\(refused)")
            }
            let next = try scene.get("events?limit=1&cursor=\(cursor)")
            try #require(next.status == 200, "\(next)")
            #expect(next.data.map { $0["id"] as? Int } == [2])
        }
    }

    @Test(arguments: [("rewards", "expired"), ("deliveries", "skipped")])
    func `a status that nothing can have is no filter`(_ list: String, _ status: String) throws {
        try APIScene.play { scene in
            let refused = try scene.get("\(list)?status=\(status)")
            #expect(refused.status == 400, "\(refused)")
            #expect(refused.code == "invalid_parameter")
        }
    }

    @Test func `events are found by time, code, e-mail, order, goal, outcome, reason and source`()
        throws
    {
        try APIScene.play(Self.declared) { scene in
            let (since, _) = try fill(scene)
            for (query, expected) in [
                ("", [6, 5, 4, 3, 2, 1]), ("code=LEAD-0", [6, 4, 1]), ("code=REF-0", [6, 5, 4, 1]),
                ("code=lead-1", [2]), ("code=nobody", [3]), ("code=NEVER", []),
                ("email=lead0@example.com", [6, 4, 1]), ("email=X@example.com", [3]),
                ("business_key=A-1", [4, 1]), ("business_key=A-3", [3]),
                ("business_key=%20A-2%20", [2]), ("business_key=A", []),
                ("goal=signup", [5]), ("goal=purchase", [6, 4, 3, 2, 1]), ("goal=else", []),
                ("outcome=rewarded", [6, 2, 1]), ("outcome=reversed", [4]),
                ("outcome=parked", [3]), ("reason=goal_type_mismatch", [5]),
                ("reason=unknown_code", [3]), ("reason=velocity", []),
                ("source=src_shop", [6, 5, 4, 3, 2, 1]), ("source=src_other", []),
                ("since=\(since)", [6]), ("until=\(since)", [5, 4, 3, 2, 1]),
                ("since=2000-01-01&until=2000-01-02", []),
                ("code=LEAD-0&outcome=rewarded&until=\(since)", [1]),
            ] as [(String, [Int])] {
                #expect(try ids(scene, "events?" + query) == expected, "\(query)")
            }
        }
    }

    @Test func `conversions and rewards are found by person, order, goal, source and time`() throws
    {
        try APIScene.play(Self.declared) { scene in
            let (since, _) = try fill(scene)
            for (query, expected) in [
                ("", [6, 2, 1]), ("code=LEAD-0", [6, 1]), ("code=REF-0", [6, 1]),
                ("code=REF-1", [2]), ("email=lead1@example.com", [2]), ("business_key=A-1", [1]),
                ("goal=purchase", [6, 2, 1]), ("goal=signup", []), ("source=src_shop", [6, 2, 1]),
                ("source=src_other", []), ("since=\(since)", [6]), ("until=\(since)", [2, 1]),
                ("campaign=1", [6, 2, 1]), ("campaign=2", []),
            ] as [(String, [Int])] {
                #expect(try ids(scene, "conversions?" + query) == expected, "\(query)")
                #expect(
                    try ids(scene, "rewards?" + query) == expected.map { $0 * 16 }, "\(query)")
            }
            #expect(try ids(scene, "conversions?status=reversed") == [1])
            #expect(try ids(scene, "conversions?status=approved") == [6, 2])
            #expect(try ids(scene, "rewards?status=revoked") == [16])
            #expect(try ids(scene, "rewards?status=issued") == [96, 32])
            #expect(try ids(scene, "rewards?reason=refunded_full") == [16])
            #expect(try ids(scene, "rewards?reason=cap_reached") == [])
        }
    }

    @Test func `participants are found by status, source, customer, order and time`() throws {
        var declared = Self.declared
        declared.participants[0]["source"] = "newsletter"
        try APIScene.play(declared) { scene in
            let start = scene.gateway.time.now.rfc3339
            let (since, _) = try fill(scene)
            let new = try scene.create(
                "participants", ["campaign": 1, "email": "late@example.com", "id": "ext-9"])
            let disabled = try scene.ask("PATCH", "participants/2", ["status": "disabled"])
            try #require(disabled.status == 200)
            for (query, expected) in [
                ("status=disabled", [2]), ("status=active&role=referrer", [new, 1]),
                ("source=newsletter", [1]), ("customer=cus_0", [3]), ("customer=cus_9", []),
                ("business_key=A-2", [4]), ("since=\(since)", [new]),
                ("until=\(start)", [5, 4, 3, 2, 1]), ("referred_by=REF-0", [5, 3]),
                ("referral_code=lead-1", [4]), ("email=LEAD2@example.com", [5]),
                ("external_id=ext-9", [new]), ("referred_by=NOBODY", []),
                ("email=lead0@example.com&campaign=2", []),
            ] as [(String, [Int])] {
                #expect(try ids(scene, "participants?" + query) == expected, "\(query)")
            }
        }
    }

    @Test func `deliveries are found by person, order, status, type and time`() throws {
        try APIScene.play(Self.declared) { scene in
            let (since, _) = try fill(scene)
            func types(_ query: String) throws -> [String] {
                let response = try scene.get("deliveries?" + query)
                try #require(response.status == 200, "\(response)")
                #expect(response.next == nil)
                return response.data.compactMap { $0["type"] as? String }
            }
            let all = try types("")
            #expect(all.count == 6)
            #expect(try types("status=pending") == all)
            #expect(try types("status=failed") == [])
            #expect(try types("code=LEAD-1").count == 2)
            #expect(try types("email=ref1@example.com").count == 2)
            #expect(try types("code=REF-0").count == 4)
            #expect(try types("business_key=A-4") == ["reward.issued", "conversion.created"])
            #expect(try types("type=reward.issued&business_key=A-1") == ["reward.issued"])
            #expect(try types("since=\(since)").count == 2)
            #expect(try types("until=\(since)").count == 4)
            // Two at a time, none is lost or doubled.
            var (seen, cursor): ([Int], String?) = ([], nil)
            repeat {
                let page = try scene.get(
                    "deliveries?limit=2" + (cursor.map { "&cursor=\($0)" } ?? ""))
                seen += page.data.compactMap { $0["id"] as? Int }
                cursor = page.next
            } while cursor != nil
            #expect(seen.count == 6 && seen == seen.sorted(by: >))
        }
    }

    @Test(arguments: [
        ("events?outcome=lost", "outcome must be one of rewarded,", #"and is "lost""#),
        ("events?since=yesterday", "since must be a time such as", #"and is "yesterday""#),
        ("events?reason=", "reason must be one of test_event,", #"and is """#),
        ("rewards?until=2026-13-01", "until must be a time such as", "2026-13-01"),
        ("conversions?lead=x", "lead must be a number from 1", #""x""#),
        ("participants?status=gone", "status must be one of active, disabled", #""gone""#),
        ("conversions?source=src_none", "source must be the id of a source", "source"),
        ("deliveries?type=none", "type must be one of affiliate.created,", #""none""#),
    ])
    func `a value that cannot be is named with what is allowed`(
        _ path: String, _ allowed: String, _ found: String
    ) throws {
        try APIScene.play { scene in
            let response = try scene.get(path)
            #expect(response.status == 400)
            #expect(response.code == "invalid_parameter")
            #expect(response.detail?.contains(allowed) == true, "\(response)")
            #expect(response.detail?.contains(found) == true, "\(response)")
        }
    }

    @Test func `a conversion that waited for its lead is found by the time of its creation`() throws
    {
        var declared = DeclaredWorkspace(coupons: 1)
        declared.participants.removeLast()
        try APIScene.play(declared) { scene in
            let parked = try scene.gateway.post(Message(code: "LEAD-0"), id: "1")
            try #require(parked.outcome == "parked", "\(parked)")
            scene.gateway.time.advance(by: .seconds(86_400))
            let since = scene.gateway.time.now.rfc3339
            _ = try scene.create(
                "participants",
                ["campaign": 1, "referral_code": "LEAD-0", "referred_by": "REF-0"])
            try scene.gateway.runHousekeeping()
            #expect(try ids(scene, "conversions?since=\(since)") == [1])
            #expect(try ids(scene, "rewards?since=\(since)") == [16])
            #expect(try ids(scene, "events?since=\(since)") == [])
            #expect(try ids(scene, "conversions?until=\(since)") == [])
        }
    }
}
