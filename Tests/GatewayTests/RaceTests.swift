import Foundation
import TestSupport
import Testing

/// Many sockets, one barrier, one effect.
@Suite struct RaceTests {
    /// Sends one delivery over each of many sockets at once.
    private func race(
        _ scene: ScratchGateway, _ count: Int, _ delivery: (Int) -> (Message, String)
    ) throws -> [ServerResponse] {
        let bytes = try (0..<count).map { number in
            let (message, id) = delivery(number)
            return try scene.sender.bytes(id: id, body: message.text)
        }
        let port = scene.port
        return try crowd(of: count) { _ in
            try Client(port: port)
        } then: { number, client in
            try client.write(bytes[number])
            return try client.read()
        }
    }

    @Test(.rows("S0-20", "S0-22"))
    func `fifty sockets and one coupon: one reward is issued and the others wait`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1, leads: 50, referrers: 50)) { scene in
            let response = try race(scene, 50) { (Message(code: "LEAD-\($0)"), "msg_\($0)") }
            #expect(response.count { $0.outcome == "rewarded" } == 1)
            #expect(
                response.count { $0.outcome == "qualified" && $0.reasons == ["pool_empty"] } == 49)
            #expect(
                try scene.database.rows(
                    "SELECT status, count(*) FROM rewards GROUP BY status", columns: 2)
                    == ["issued|1", "waiting_stock|49"])
            #expect(
                try scene.database.rows(
                    "SELECT state, count(*) FROM coupons GROUP BY state", columns: 2) == [
                        "assigned|1"
                    ])
        }
    }

    @Test func `case 16: the same event id a hundred times at once has one effect`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 100)) { scene in
            let response = try race(scene, 100) { _ in
                (Message(code: "LEAD-0", order: "o-1", amount: 100), "msg_1")
            }
            #expect(response.count { $0.isDuplicate == false } == 1)
            #expect(
                response.allSatisfy {
                    $0.status == 200 && $0.outcome == "rewarded" && $0.event == 1
                })
            let census = try scene.database.census()
            #expect(census["events"] == 1)
            #expect(census["conversions"] == 1)
            #expect(census["rewards"] == 1)
            #expect(census["coupons given"] == 1)
            #expect(census["deliveries"] == 2)
        }
    }

    @Test
    func `the same event id at once with two sets of fields: one is taken, the other refused`()
        throws
    {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 9, leads: 2, referrers: 2)) { scene in
            let response = try race(scene, 20) { (Message(code: "LEAD-\($0 % 2)"), "msg_1") }
            #expect(response.count { $0.status == 200 } == 10)
            #expect(response.count { $0.status == 409 } == 10)
            #expect(try scene.database.count("SELECT count(*) FROM rewards") == 1)
        }
    }

    @Test func `ten leads of one referrer at once: ten conversions and one reward`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 10, leads: 10)) { scene in
            let response = try race(scene, 10) { (Message(code: "LEAD-\($0)"), "msg_\($0)") }
            #expect(response.count { $0.outcome == "rewarded" } == 1)
            #expect(
                response.count { $0.outcome == "qualified" && $0.reasons == ["already_rewarded"] }
                    == 9)
            #expect(try scene.database.count("SELECT count(*) FROM conversions") == 10)
            #expect(try scene.database.count("SELECT count(*) FROM rewards") == 1)
            #expect(
                try scene.database.count("SELECT count(*) FROM coupons WHERE state = 'assigned'")
                    == 1)
        }
    }

    @Test func `one order under thirty ids at once is one conversion`() throws {
        let declared = DeclaredWorkspace(campaign: ["conversions": "every"], coupons: 30, leads: 30)
        try ScratchGateway.play(declared) { scene in
            let response = try race(scene, 30) {
                (Message(code: "LEAD-\($0)", orders: ["o-1", "own-\($0)"]), "msg_\($0)")
            }
            #expect(response.count { $0.outcome == "rewarded" } == 1)
            #expect(response.count { $0.reasons == ["conversion_duplicate"] } == 29)
            #expect(Set(response.map(\.conversion)).count == 1)
            #expect(try scene.database.count("SELECT count(*) FROM conversions") == 1)
        }
    }

    @Test func `one new person brought by twenty referrers at once has one referrer`() throws {
        let declared = DeclaredWorkspace(
            coupons: 30, leads: 0, referrers: 20, source: ["code_of": "referrer"])
        try ScratchGateway.play(declared) { scene in
            let response = try race(scene, 20) {
                (Message(code: "REF-\($0)", email: "new@example.com"), "msg_\($0)")
            }
            #expect(response.count { $0.outcome == "rewarded" } == 1)
            #expect(response.count { $0.reasons == ["attributed_elsewhere"] } == 19)
            #expect(
                try scene.database.count(
                    "SELECT count(*) FROM participants WHERE email = 'new@example.com'") == 1)
        }
    }

    @Test func `refunds and their purchase at once leave nothing of the reward but its ledger`()
        throws
    {
        let declared = DeclaredWorkspace(
            rewards: [["kind": "cash", "value": ["percent": 10]]], leads: 1)
        try ScratchGateway.play(declared) { scene in
            let response = try race(scene, 21) { number in
                number == 0
                    ? (Message(code: "LEAD-0", order: "o-1", amount: 20_000), "buy")
                    : (Message("refund", order: "o-1", amount: 1000), "back-\(number)")
            }
            #expect(response.allSatisfy { $0.status == 200 })
            let rewards = try scene.database.rows(
                """
                SELECT status, amount, (SELECT sum(amount) FROM ledger WHERE reward_id = rewards.id)
                FROM rewards
                """, columns: 3)
            // A purchase that all refunds were faster than has no reward in the first place.
            let answer = response.first { $0.reasons == ["refunded_full"] && $0.rewards.isEmpty }
            #expect(rewards == (answer == nil ? ["revoked|2000|-2000"] : []))
            #expect(try scene.database.rows("SELECT status FROM conversions") == ["reversed"])
            #expect(try scene.database.count("SELECT count(*) FROM reversals") == 20)
            #expect(try scene.database.count("SELECT count(*) FROM parked") == 0)
        }
    }
}
