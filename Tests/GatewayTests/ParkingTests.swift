import Foundation
import TestSupport
import Testing

/// Events that wait, and what ends their waiting.
@Suite struct ParkingTests {
    private func declared(
        with participants: [[String: Any]] = [], status: String = "active"
    ) -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(coupons: 5, referrers: 3, source: ["status": status])
        declared.participants += participants
        return declared
    }

    private func late(_ number: Int) -> [String: Any] {
        [
            "campaign": 1, "email": "late\(number)@example.com", "referral_code": "LATE-\(number)",
            "referred_by": "REF-\(number)",
        ]
    }

    @Test func `a parked event is decided by itself when its participant appears`() throws {
        try ScratchGateway.play(declared()) { scene in
            let message = Message(code: "late-1")
            #expect(try scene.post(message, id: "msg_1").outcome == "parked")
            try scene.apply(declared(with: [late(1)]))
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows("SELECT outcome, conversion_id FROM events", columns: 2)
                    == ["rewarded|1"])
            #expect(try scene.database.count("SELECT count(*) FROM parked") == 0)
            let again = try scene.post(message, id: "msg_1")
            #expect(again.outcome == "rewarded")
            #expect(again.isDuplicate == true)
        }
    }

    @Test func `a resend decides a parked event at once when its participant has appeared`() throws
    {
        try ScratchGateway.play(declared()) { scene in
            #expect(try scene.post(Message(code: "LATE-1"), id: "msg_1").outcome == "parked")
            #expect(try scene.post(Message(code: "LATE-1"), id: "msg_1").isDuplicate == true)
            #expect(try scene.database.count("SELECT count(*) FROM parked") == 1)
            try scene.apply(declared(with: [late(1)]))
            let response = try scene.post(Message(code: "LATE-1"), id: "msg_1")
            #expect(response.outcome == "rewarded")
            #expect(response.isDuplicate == true)
            #expect(response.event == 1)
        }
    }

    @Test func `parked events are decided in the order in which they occurred`() throws {
        let campaign: [String: Any] = ["conversions": "every"]
        var declared = DeclaredWorkspace(campaign: campaign, coupons: 1, referrers: 3)
        try ScratchGateway.play(declared) { scene in
            for (order, hour) in [("third", "12"), ("first", "10"), ("second", "11")] {
                let response = try scene.post(
                    Message(code: "LATE-1", order: order, timestamp: "2026-01-02T\(hour):00:00Z"),
                    id: "msg_\(order)")
                #expect(response.outcome == "parked")
            }
            declared.participants.append(late(1))
            try scene.apply(declared)
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows(
                    "SELECT event_id, outcome FROM events ORDER BY event_id", columns: 2) == [
                        "msg_first|rewarded", "msg_second|qualified", "msg_third|qualified",
                    ])
        }
    }

    @Test func `a code of another campaign stays parked and holds up nobody`() throws {
        var declared = DeclaredWorkspace(coupons: 5, referrers: 3, source: ["campaign": 1])
        declared.campaigns.append([
            "id": 2, "name": "Autumn", "goal_type": "purchase", "rewards": [["kind": "coupon"]],
        ])
        declared.participants.append(["campaign": 2, "referral_code": "AUTUMN"])
        try ScratchGateway.play(declared) { scene in
            let response = try scene.post(Message(code: "AUTUMN"), id: "msg_1")
            #expect(response.outcome == "parked")
            try scene.runHousekeeping()
            #expect(try scene.post(Message(code: "LEAD-0"), id: "msg_2").outcome == "rewarded")
            declared.participants.append(late(1))
            try scene.apply(declared)
            try scene.runHousekeeping()
            #expect(try scene.post(Message(code: "LATE-1"), id: "msg_3").outcome == "rewarded")
        }
    }

    @Test func `a paused source's events are kept, and decided on resume`() throws {
        try ScratchGateway.play(declared(status: "paused")) { scene in
            let response = try scene.post(Message(code: "LEAD-0", order: "o-1"), id: "msg_1")
            #expect(response.status == 200)
            #expect(response.outcome == "parked")
            #expect(response.reasons == ["source_paused"])
            let refund = try scene.post(Message("refund", order: "o-1"), id: "msg_2")
            #expect(refund.outcome == "parked")
            #expect(
                try scene.post(Message(code: "LATE-1"), id: "msg_3").reasons == ["source_paused"])
            try scene.apply(declared())
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows(
                    "SELECT outcome, reasons FROM events ORDER BY id", columns: 2)
                    == ["rewarded|", "reversed|refunded_full", "parked|unknown_code"])
            #expect(try scene.database.rows("SELECT status FROM conversions") == ["reversed"])
            try scene.apply(declared(with: [late(1)]))
            try scene.runHousekeeping()
            #expect(try scene.post(Message(code: "LATE-1"), id: "msg_3").outcome == "rewarded")
        }
    }

    @Test func `a refused signature is refused by a paused source, too`() throws {
        try ScratchGateway.play(declared(status: "paused")) { scene in
            let stranger = try Sender(
                source: DeclaredWorkspace.source,
                secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                clock: scene.time.clock)
            let response = try scene.connect().post(
                Message(code: "LEAD-0"), id: "m", from: stranger)
            #expect(response.status == 401)
            #expect(try scene.database.count("SELECT count(*) FROM events") == 0)
        }
    }

    @Test func `a reversal that comes before its purchase waits for it`() throws {
        let rewards: [[String: Any]] = [["kind": "cash", "value": ["percent": 10]]]
        try ScratchGateway.play(DeclaredWorkspace(rewards: rewards)) { scene in
            let early = try scene.post(
                Message("refund", order: "o-1", amount: 4000), id: "back")
            #expect(early.outcome == "parked")
            let response = try scene.post(
                Message(code: "LEAD-0", order: "o-1", amount: 10_000), id: "buy")
            #expect(response.outcome == "rewarded")
            #expect(
                try scene.database.rows(
                    "SELECT outcome, reasons, conversion_id FROM events WHERE event_id = 'back'",
                    columns: 3) == ["reversed|refunded_partial|2"])
            #expect(try scene.database.rows("SELECT sum(amount) FROM ledger") == ["-400"])
            let again = try scene.post(
                Message("refund", order: "o-1", amount: 4000), id: "back")
            #expect(again.outcome == "reversed")
            #expect(again.isDuplicate == true)
        }
    }

    @Test func `what has waited thirty days waits no longer, and stays`() throws {
        try ScratchGateway.play(declared()) { scene in
            _ = try scene.post(Message(code: "LATE-1"), id: "msg_1")
            scene.time.advance(by: .seconds(30 * 86_400 - 60))
            try scene.runHousekeeping()
            try scene.apply(declared(with: [late(2)]))
            try scene.runHousekeeping()
            #expect(try scene.database.count("SELECT count(*) FROM parked") == 1)
            scene.time.advance(by: .seconds(120))
            try scene.apply(declared(with: [late(2), late(0)]))
            try scene.runHousekeeping()
            #expect(try scene.database.count("SELECT count(*) FROM parked") == 0)
            #expect(try scene.database.count("SELECT count(*) FROM events") == 1)
            // A resend still decides it.
            try scene.apply(declared(with: [late(1)]))
            #expect(try scene.post(Message(code: "LATE-1"), id: "msg_1").outcome == "rewarded")
        }
    }
}
