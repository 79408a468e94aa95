import Foundation
import TestSupport
import Testing
import Time

/// Repeats, and what is told of them.
@Suite struct IdempotencyTests {
    @Test func `case 16: the same id twice has one effect and the same answer`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 3)) { scene in
            let message = Message(code: "LEAD-0", order: "o-1", amount: 5000)
            let first = try scene.post(message, id: "msg_1")
            let census = try scene.database.census()
            let second = try scene.post(message, id: "msg_1")
            #expect(first.isDuplicate == false)
            #expect(second.isDuplicate == true)
            #expect(second.event == first.event)
            #expect(second.outcome == first.outcome)
            #expect(second.reasons == first.reasons)
            #expect(second.conversion == first.conversion)
            #expect(
                second.rewards.map { $0["id"] as? Int } == first.rewards.map { $0["id"] as? Int })
            #expect(try scene.database.census() == census)
        }
    }

    @Test func `case 16: the same id with other mapped fields is 409 and has no effect`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 3)) { scene in
            let first = try scene.post(Message(code: "LEAD-0", order: "o-1"), id: "msg_1")
            let census = try scene.database.census()
            let second = try scene.post(Message(code: "LEAD-0", order: "o-2"), id: "msg_1")
            #expect(second.status == 409)
            #expect(second.code == "event_id_reused")
            #expect(second.event == first.event)
            #expect(try scene.database.census() == census)
            let third = try scene.post(Message(code: "LEAD-0", order: "o-1"), id: "msg_1")
            #expect(third.outcome == "rewarded")
        }
    }

    @Test func `what is not mapped may change between retries of one id`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 3)) { scene in
            let client = try scene.connect()
            func body(_ attempt: Int) -> String {
                #"{"type":"purchase","attempt":\#(attempt),"data":{"referral_code":"LEAD-0"}}"#
            }
            _ = try client.post(body(1), id: "msg_1", from: scene.sender)
            let second = try client.post(body(2), id: "msg_1", from: scene.sender)
            #expect(second.status == 200)
            #expect(second.isDuplicate == true)
        }
    }

    @Test func `case 17: the same id from another source is another event`() throws {
        var declared = DeclaredWorkspace(coupons: 3, leads: 2, referrers: 2)
        declared.sources.append(DeclaredWorkspace.shop(["id": "src_other", "name": "other"]))
        try ScratchGateway.play(declared) { scene in
            let other = try Sender(source: "src_other", clock: scene.time.clock)
            let first = try scene.post(Message(code: "LEAD-0"), id: "msg_1")
            let second = try scene.connect().post(Message(code: "LEAD-1"), id: "msg_1", from: other)
            #expect(first.outcome == "rewarded")
            #expect(second.outcome == "rewarded")
            #expect(second.isDuplicate == false)
            #expect(second.event != first.event)
        }
    }

    @Test func `without an id the body is the id`() throws {
        var declared = DeclaredWorkspace(coupons: 3, leads: 2, referrers: 2)
        declared.sources.append([
            "id": "src_plain", "name": "plain", "preset": "generic", "secrets": [Sender.secret],
        ])
        try ScratchGateway.play(declared) { scene in
            let sender = try Sender(
                source: "src_plain", scheme: "hmac",
                signature: [
                    "header": "X-Webhook-Signature", "digest": "sha256", "encoding": "hex",
                    "prefix": "sha256=",
                ], clock: scene.time.clock)
            let client = try scene.connect()
            let body = #"{"type":"purchase","referral_code":"LEAD-0"}"#
            let first = try client.post(body, id: "x", from: sender)
            #expect(first.outcome == "rewarded")
            let second = try client.post(body, id: "y", from: sender)
            #expect(second.isDuplicate == true)
            #expect(second.event == first.event)
            // One more space is another message, though not another conversion.
            let third = try client.post(body + " ", id: "z", from: sender)
            #expect(third.isDuplicate == false)
            #expect(third.outcome == "ignored")
            #expect(third.reasons == ["conversion_duplicate"])
            #expect(third.conversion == first.conversion)
        }
    }

    @Test func `an id outside the signed bytes does not make one body two events`() throws {
        var declared = DeclaredWorkspace(coupons: 3, leads: 2, referrers: 2)
        declared.sources.append([
            "id": "src_github", "name": "github", "scheme": "github", "secrets": [Sender.secret],
            "mapping": [
                "event_id": #"headers["x-github-delivery"]"#, "goal": "'purchase'",
                "referral_code": "payload.code",
            ],
        ])
        try ScratchGateway.play(declared) { scene in
            let sender = try Sender(source: "src_github", scheme: "github", clock: scene.time.clock)
            func post(_ body: String, delivery: String) throws -> ServerResponse {
                let bytes = Array(body.utf8)
                let fields = try sender.fields(id: delivery, body: bytes)
                return try scene.connect().request("POST", sender.path, fields, body: bytes)
            }
            let first = try post(#"{"code":"LEAD-0"}"#, delivery: "d-1")
            #expect(first.outcome == "rewarded")
            // Somebody replays the delivery under an id of their own.
            let replayed = try post(#"{"code":"LEAD-0"}"#, delivery: "d-2")
            #expect(replayed.event == first.event)
            #expect(replayed.isDuplicate == true)
            let reused = try post(#"{"code":"LEAD-1"}"#, delivery: "d-1")
            #expect(reused.status == 409)
            #expect(try scene.database.count("SELECT count(*) FROM events") == 1)
        }
    }

    @Test func `a second event for one order is kept, ignored and names the first conversion`()
        throws
    {
        let declared = DeclaredWorkspace(campaign: ["conversions": "every"], coupons: 3)
        try ScratchGateway.play(declared) { scene in
            let first = try scene.post(
                Message(code: "LEAD-0", orders: ["o-1", "inv-1"]), id: "msg_1")
            for (id, key) in [("msg_2", "o-1"), ("msg_3", "inv-1")] {
                let response = try scene.post(Message(code: "LEAD-0", order: key), id: id)
                #expect(response.outcome == "ignored")
                #expect(response.reasons == ["conversion_duplicate"])
                #expect(response.conversion == first.conversion)
                #expect(response.isDuplicate == false)
            }
            #expect(try scene.database.count("SELECT count(*) FROM events") == 3)
            #expect(try scene.database.count("SELECT count(*) FROM conversions") == 1)
        }
    }

    @Test func `a repeat shows how things stand now`() throws {
        try ScratchGateway.play(DeclaredWorkspace()) { scene in
            let message = Message(code: "LEAD-0")
            let first = try scene.post(message, id: "msg_1")
            #expect(first.outcome == "qualified")
            #expect(first.reasons == ["pool_empty"])
            #expect(first.rewardStatuses == ["waiting_stock"])
            try scene.apply(DeclaredWorkspace(coupons: 1))
            let second = try scene.post(message, id: "msg_1")
            #expect(second.outcome == "rewarded")
            #expect(second.reasons == [])
            #expect(second.rewardStatuses == ["issued"])
            #expect(second.isDuplicate == true)
        }
    }
}
