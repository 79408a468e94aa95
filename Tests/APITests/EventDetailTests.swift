import Foundation
import Gateway
import TestSupport
import Testing

/// One event, or one delivery, with all that is known of it.
@Suite struct EventDetailTests {
    /// Row S1-25.
    @Test func `an event shows what was received and what was read in it`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            let message = Message(
                code: "LEAD-0", order: "A-1", amount: 1_000, customer: "cus_1",
                email: "lead0@example.com")
            try #require(try scene.gateway.post(message, id: "one").status == 200)
            let event = try scene.get("events/1")
            try #require(event.status == 200)
            #expect(event.text("body") == message.text)
            #expect(event.text("body_encoding") == "utf-8")
            #expect(event.number("participant") == 2)
            let fields = try #require(event.json["fields"] as? [String: Any])
            #expect(fields["goal"] as? String == "purchase")
            #expect(fields["codes"] as? [String] == ["LEAD-0"])
            #expect(fields["business_keys"] as? [String] == ["A-1"])
            #expect(fields["amount"] as? Int == 1_000)
            #expect(fields["currency"] as? String == "USD")
            #expect(fields["customer"] as? String == "cus_1")
            #expect(fields["email"] as? String == "lead0@example.com")
            #expect(event.rewardStatuses == ["issued"])
            #expect(event.list("mapping_problems") == [String]())
        }
    }

    @Test func `an event that cannot be mapped says why`() throws {
        try APIScene.play { scene in
            let body = #"{"type": "purchase", "data": {"referral_code": "LEAD-0", "amount": {}}}"#
            let bytes = Array(body.utf8)
            let sent = try scene.client.request(
                "POST", scene.gateway.sender.path,
                scene.gateway.sender.fields(id: "1", body: bytes), body: bytes)
            try #require(sent.status == 200 || sent.status == 422, "\(sent)")
            let event = try scene.get("events/1")
            try #require(event.status == 200, "\(event)")
            #expect(event.outcome == "unmapped")
            #expect(event.json["fields"] is NSNull)
            let problems: [String] = event.list("mapping_problems")
            #expect(!problems.isEmpty)
            #expect(event.text("body") == body)
        }
    }

    @Test func `an event of a deleted person shows nothing that was received`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            try #require(try scene.gateway.post(Message(code: "LEAD-0"), id: "1").status == 200)
            try #require(try scene.ask("DELETE", "participants/2").status == 204)
            let event = try scene.get("events/1")
            try #require(event.status == 200)
            #expect(event.json["body"] is NSNull)
            #expect(event.json["fields"] is NSNull)
            #expect(event.rewards.count == 1)
        }
    }

    @Test func `a delivery shows its request, and no secret`() throws {
        let receiver = try ScriptedReceiver { _ in
            .answer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
        }
        defer { receiver.stop() }
        try APIScene.play(configure: { $0.destinations = DeliveryScene.loopback }) { scene in
            let id = try scene.create(
                "webhooks",
                [
                    "name": "local", "url": "http://127.0.0.1:\(receiver.port)/hook",
                    "events": ["reward.issued"], "secret": Sender.secret, "retry": "none",
                    "headers": [["name": "X-Team", "value": "growth"]],
                    "credentials": [["name": "X-Token", "value": "hush-hush"]],
                ])
            let waiting = try scene.get("deliveries")
            #expect(waiting.data.isEmpty)
            let sent = try scene.ask("POST", "webhooks/\(id)/test")
            let number = try #require(sent.number("id"), "\(sent)")
            try DeliveryScene.wait(
                for: "SELECT count(*) FROM deliveries WHERE status = 'failed'",
                in: scene.gateway.database)
            let delivery = try scene.get("deliveries/\(number)")
            try #require(delivery.status == 200, "\(delivery)")
            let request = try #require(delivery.json["request"] as? [String: Any])
            #expect(request["method"] as? String == "POST")
            #expect(request["url"] as? String == "http://127.0.0.1:\(receiver.port)/hook")
            #expect(request["body_is_stored"] as? Bool == true)
            let received = try #require(receiver.received.first)
            #expect(request["body"] as? String == String(decoding: received.body, as: UTF8.self))
            let headers = try #require(request["headers"] as? [[String: Any]])
            func value(_ name: String) -> Any? {
                headers.first { $0["name"] as? String == name }?["value"]
            }
            #expect(value("X-Team") as? String == "growth")
            #expect(value("X-Token") is NSNull)
            #expect(!delivery.text.contains("hush-hush") && !delivery.text.contains(Sender.secret))
            let failed = try scene.get("deliveries?status=failed")
            #expect(failed.data.compactMap { $0["id"] as? Int } == [number])
        }
    }

    @Test func `a delivery that was not sent yet shows what it would say`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            try #require(try scene.gateway.post(Message(code: "LEAD-0"), id: "1").status == 200)
            let list = try scene.get("deliveries?type=reward.issued")
            let number = try #require(list.data.first?["id"] as? Int)
            let delivery = try scene.get("deliveries/\(number)")
            try #require(delivery.status == 200)
            let request = try #require(delivery.json["request"] as? [String: Any])
            #expect(request["body_is_stored"] as? Bool == false)
            let body = try #require(request["body"] as? String)
            #expect(body.contains(#""type":"reward.issued""#) && body.contains("C-0"), "\(body)")
        }
    }
}
