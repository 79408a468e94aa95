import Foundation
import Gateway
import TestSupport
import Testing

/// Subscriptions in ReferralLoop's form, and the notifications that they get.
@Suite struct SubscriptionTests {
    private struct Scene {
        let scene: APIScene
        let receiver: ScriptedReceiver
        let list: String

        func subscribe(_ event: String) throws -> ServerResponse {
            let body: [String: Any] = [
                "event_type": event, "target_url": "http://127.0.0.1:\(receiver.port)/hook",
                "waitlist_id": list,
            ]
            let response = try scene.client.request(
                "POST", "/api/v1/webhooks/subscribe",
                [
                    ("Authorization", "Bearer pk_live_" + scene.key.dropFirst(9)),
                    ("Content-Type", "application/json"),
                ], body: Array(try JSONSerialization.data(withJSONObject: body)))
            #expect(response.status == 201, "\(response)")
            return response
        }

        func join(_ name: String, referredBy code: String? = nil) throws -> ServerResponse {
            var body: [String: Any] = [
                "waitlist_id": list, "email": "\(name)@example.com", "name": name,
            ]
            body["referred_by"] = code
            let response = try scene.ask("POST", "signups", body)
            #expect(response.status == 201, "\(response)")
            return response
        }

        /// The bodies that have arrived, once there are so many.
        func bodies(_ count: Int) throws -> [[String: Any]] {
            try #require(receiver.wait(for: count))
            return try receiver.received.map { request in
                try #require(
                    try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
            }
        }
    }

    private func play(_ test: (Scene) throws -> Void) throws {
        let receiver = try ScriptedReceiver { _ in
            .answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        defer { receiver.stop() }
        try APIScene.play(WaitlistTests.declared()) {
            $0.destinations = DeliveryScene.loopback
        } _: { scene in
            let lists = try scene.get("waitlists")
            try #require(lists.status == 200, "\(lists)")
            let list = try #require(lists.data.first?["uid"] as? String)
            try test(Scene(scene: scene, receiver: receiver, list: list))
        }
    }

    @Test(.rows("S4-10", "S4-11", "S4-12", "S4-13", "S4-27", "C2", "C7"))
    func `a subscription is made and ended in ReferralLoop's form`() throws {
        try play { scene in
            let response = try scene.subscribe("signup.created")
            let made = try #require(response.json["subscription"] as? [String: Any])
            #expect(
                Set(made.keys) == ["id", "event_type", "target_url", "is_active", "created_at"])
            #expect(made["event_type"] as? String == "signup.created")
            #expect(made["is_active"] as? Bool == true)
            let id = try #require(made["id"] as? String)
            let number = try #require(Int(id.dropFirst(4)))
            #expect(id == "sub_\(number)")
            #expect(response.text("secret")?.hasPrefix("whsec_") == true)
            // It is an ordinary webhook.
            let webhook = try scene.scene.get("webhooks/\(number)")
            #expect(webhook.status == 200, "\(webhook)")
            #expect(webhook.text("dialect") == "referralloop")
            #expect(webhook.number("campaign") == 1)
            for (path, status) in [
                ("sub_0\(number)", 400), ("\(number)", 400), ("sub_999", 404), (id, 204), (id, 404),
            ] {
                let ended = try scene.scene.ask("DELETE", "webhooks/unsubscribe/\(path)")
                #expect(ended.status == status, "\(path): \(ended)")
            }
        }
    }

    @Test(.rows("S4-2", "S4-5", "S4-6", "C9", "C21"))
    func `a new signup is notified with exactly ReferralLoop's members`() throws {
        try play { scene in
            _ = try scene.subscribe("signup.created")
            let ann = try scene.join("ann")
            let body = try #require(try scene.bodies(1).first)
            #expect(Set(body.keys) == ["id", "event_type", "waitlist_id", "data", "timestamp"])
            #expect(body["event_type"] as? String == "signup.created")
            #expect(body["waitlist_id"] as? String == scene.list)
            let data = try #require(body["data"] as? [String: Any])
            #expect(
                Set(data.keys) == [
                    "id", "email", "name", "position", "referral_code", "created_at",
                ])
            for name in ["id", "email", "name", "referral_code", "created_at"] {
                #expect(data[name] as? String == ann.text(name), "\(name)")
            }
            #expect(data["position"] as? Int == 1)
        }
    }

    @Test(.rows("S4-3", "S4-7", "S4-8"))
    func `moving up is a negative change, for everyone who has moved`() throws {
        try play { scene in
            let response = try scene.subscribe("signup.position_changed")
            #expect(response.text("shifts") == "all")
            _ = try scene.join("ann")
            _ = try scene.join("bob")
            let eve = try scene.join("eve")
            _ = try scene.join("dan", referredBy: eve.text("referral_code"))
            scene.scene.gateway.time.advance(by: .seconds(61))
            try scene.scene.gateway.runHousekeeping()
            var changes: [String: [Int]] = [:]
            for body in try scene.bodies(3) {
                #expect(body["event_type"] as? String == "signup.position_changed")
                let data = try #require(body["data"] as? [String: Any])
                #expect(
                    Set(data.keys) == [
                        "id", "email", "old_position", "new_position", "position_change",
                    ])
                changes[try #require(data["email"] as? String)] = [
                    "old_position", "new_position", "position_change",
                ].compactMap { data[$0] as? Int }
            }
            #expect(
                changes == [
                    "eve@example.com": [3, 1, -2], "ann@example.com": [1, 2, 1],
                    "bob@example.com": [2, 3, 1],
                ])
        }
    }

    @Test(.rows("S4-4", "S4-9"))
    func `a deleted signup is notified with id and address, which is then erased`() throws {
        try play { scene in
            _ = try scene.subscribe("signup.deleted")
            let ann = try scene.join("ann")
            let id = try #require(ann.text("id"))
            #expect(try scene.scene.ask("DELETE", "signups/\(id)").status == 204)
            let body = try #require(try scene.bodies(1).first)
            #expect(body["event_type"] as? String == "signup.deleted")
            #expect(
                body["data"] as? [String: String] == ["id": id, "email": "ann@example.com"])
            try DeliveryScene.wait(
                for: "SELECT count(*) FROM deliveries WHERE status = 'delivered'",
                in: scene.scene.gateway.database)
            let database = scene.scene.gateway.database
            #expect(
                try database.count(
                    "SELECT count(*) FROM signup_notices WHERE email IS NOT NULL") == 0)
        }
    }

    @Test func `an approval is notified`() throws {
        try play { scene in
            _ = try scene.subscribe("signup.approved")
            let ann = try scene.join("ann")
            let admitted = try scene.scene.ask(
                "POST", "waitlists/\(scene.list)/admit", ["count": 1])
            #expect(admitted.status == 200, "\(admitted)")
            let body = try #require(try scene.bodies(1).first)
            #expect(body["event_type"] as? String == "signup.approved")
            #expect((body["data"] as? [String: Any])?["id"] as? String == ann.text("id"))
        }
    }

    @Test func `a deleted person's other waiting notifications are cancelled`() throws {
        let sink: [String: Any] = [
            "name": "sink", "url": "https://sink.example/hook", "status": "paused",
            "events": ["signup.created", "signup.deleted", "affiliate.created"],
        ]
        try APIScene.play(WaitlistTests.declared([sink])) { scene in
            let made = try scene.ask(
                "POST", "signups", ["campaign_id": 1, "email": "ann@example.com"])
            try #require(made.status == 201, "\(made)")
            let id = try #require(made.text("id"))
            try #require(try scene.ask("DELETE", "signups/\(id)").status == 204)
            try scene.gateway.runHousekeeping()
            let database = scene.gateway.database
            #expect(
                try database.rows("SELECT type, status FROM deliveries ORDER BY id", columns: 2)
                    == [
                        "affiliate.created|cancelled", "signup.created|cancelled",
                        "signup.deleted|pending",
                    ])
            let kept = "SELECT email FROM signup_notices WHERE email IS NOT NULL"
            #expect(try database.rows(kept) == ["ann@example.com"])
        }
    }

    @Test(
        arguments: [
            (
                ["target_url": "https://a.example", "waitlist_id": "x"],
                ["/event_type", "/waitlist_id"]
            ),
            (["event_type": "signup.moved"], ["/event_type", "/target_url", "/waitlist_id"]),
        ] as [([String: any Sendable], [String])])
    func `a body that cannot be a subscription is refused with its places`(
        _ body: [String: any Sendable], _ pointers: [String]
    ) throws {
        try APIScene.play(WaitlistTests.declared()) { scene in
            let response = try scene.ask("POST", "webhooks/subscribe", body)
            #expect(response.status == 422, "\(response)")
            #expect(Set(response.pointers) == Set(pointers))
        }
    }
}
