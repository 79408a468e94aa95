import Foundation
import Gateway
import HTTP
import Outbound
import TestSupport
import Testing
import Time
import Webhooks

/// Notifications of people, conversions and rewards as a subscriber gets them.
@Suite struct SubscriberTests {
    private static let answer = "HTTP/1.1 204 No Content\r\n\r\n"

    /// A gateway with two campaigns and a webhook that was created over the API.
    private struct Subscriber {
        let scene: APIScene
        let receiver: ScriptedReceiver

        func subscribe(_ events: [String], _ members: [String: Any] = [:]) throws -> Int {
            let body: [String: Any] = [
                "name": "crm", "url": "http://127.0.0.1:\(receiver.port)/hook", "events": events,
            ]
            return try scene.create("webhooks", body.merging(members) { $1 })
        }

        func join(
            _ name: String, campaign: Int = 1, referredBy code: String? = nil, source: String? = nil
        ) throws -> ServerResponse {
            var body: [String: Any] = [
                "campaign": campaign, "email": "\(name)@example.com", "first_name": name,
                "referral_code": "\(name.uppercased())-1",
            ]
            body["referred_by"] = code
            body["source"] = source
            let response = try scene.ask("POST", "participants", body)
            try #require(response.status == 201, "\(response)")
            return response
        }

        /// The bodies that have arrived, once their number is this one.
        func bodies(_ count: Int) throws -> [[String: Any]] {
            try #require(receiver.wait(for: count))
            let received = receiver.received
            try #require(received.count == count)
            return try received.map { request in
                try #require(request.line.hasPrefix("POST /hook "))
                try #require(request["content-type"] == "application/json")
                return try #require(
                    try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
            }
        }
    }

    private func play(
        campaign: [String: Any] = [:], _ test: (Subscriber) throws -> Void
    ) throws {
        let receiver = try ScriptedReceiver { _ in .answer(Self.answer) }
        defer { receiver.stop() }
        var declared = DeclaredWorkspace(
            campaign: ["link_base": "https://example.com/join"].merging(campaign) { $1 },
            rewards: [["kind": "points", "value": ["points": 5]]])
        declared.campaigns.append(["id": 2, "name": "Other", "goal_type": "purchase"])
        declared.webhooks = []
        try APIScene.play(declared) {
            $0.destinations = DeliveryScene.loopback
        } _: { scene in
            try test(Subscriber(scene: scene, receiver: receiver))
        }
    }

    @Test(.rows("S0-17", "S3-2", "S3-7", "S3-12", "S3-13", "S3-14", "S3-15"))
    func `a webhook of one campaign is sent those who join it, with their referrer`() throws {
        try play { subscriber in
            let before = try subscriber.join("early", referredBy: "REF-0")
            let id = try subscriber.subscribe(["lead.created"], ["campaign": 1])
            let listed = try subscriber.scene.get("webhooks")
            #expect(listed.status == 200)
            #expect(listed.data.map { $0["id"] as? Int } == [id])
            let elsewhere = try subscriber.join("zoe", campaign: 2)
            _ = try subscriber.join("yan", campaign: 2, referredBy: elsewhere.text("referral_code"))
            let ann = try subscriber.join("ann", referredBy: "REF-0", source: "app")
            let body = try #require(try subscriber.bodies(1).first)
            #expect(body["type"] as? String == "lead.created")
            let data = try #require(body["data"] as? [String: Any])
            let recipient = try #require(data["recipient"] as? [String: Any])
            #expect(
                Set(recipient.keys) == [
                    "id", "first_name", "referral_code", "email", "source", "referral_link",
                    "joined_at",
                ])
            #expect(recipient["id"] as? Int == ann.number("id"))
            #expect(recipient["id"] as? Int != before.number("id"))
            for (name, value) in [
                ("first_name", "ann"), ("referral_code", "ANN-1"), ("email", "ann@example.com"),
                ("source", "app"), ("referral_link", "https://example.com/join?ref=ANN-1"),
            ] { #expect(recipient[name] as? String == value) }
            let campaign = try #require(data["campaign"] as? [String: Any])
            #expect(campaign["id"] as? Int == 1)
            #expect(campaign["name"] as? String == "Spring")
            let referrer = try #require(data["referrer"] as? [String: Any])
            #expect(referrer["referral_code"] as? String == "REF-0")
            #expect(referrer["email"] as? String == "ref0@example.com")
        }
    }

    @Test(.rows("S1-12", "S1-14", "S2-3", "S3-3"))
    func `joining, qualifying and rewarding are notified one by one`() throws {
        try play { subscriber in
            let types = [
                "affiliate.created", "lead.created", "lead.qualified", "conversion.created",
                "reward.issued",
            ]
            _ = try subscriber.subscribe(types)
            _ = try subscriber.join("ann")
            #expect(try subscriber.bodies(1).map { $0["type"] as? String } == [types[0]])
            _ = try subscriber.join("bob", referredBy: "ANN-1")
            #expect(try subscriber.bodies(2).map { $0["type"] as? String } == Array(types[..<2]))
            let response = try subscriber.scene.gateway.post(Message(code: "BOB-1"), id: "1")
            #expect(response.outcome == "rewarded", "\(response)")
            let bodies = try subscriber.bodies(5)
            #expect(Set(bodies.compactMap { $0["type"] as? String }) == Set(types))
            let issued = try #require(bodies.first { $0["type"] as? String == "reward.issued" })
            let data = try #require(issued["data"] as? [String: Any])
            #expect((data["recipient"] as? [String: Any])?["referral_code"] as? String == "ANN-1")
            #expect((data["reward"] as? [String: Any])?["status"] as? String == "issued")
        }
    }

    @Test(.rows("S3-8"))
    func `only people from the chosen sources are notified`() throws {
        try play { subscriber in
            _ = try subscriber.subscribe(["affiliate.created"], ["user_sources": ["app", "shop"]])
            _ = try subscriber.join("ann", source: "web")
            _ = try subscriber.join("bob")
            _ = try subscriber.join("eve", source: "app")
            let body = try #require(try subscriber.bodies(1).first)
            let data = try #require(body["data"] as? [String: Any])
            #expect((data["recipient"] as? [String: Any])?["referral_code"] as? String == "EVE-1")
        }
    }

    @Test(.rows("S3-6", "S3-9", "S3-10", "S3-16", "C13", "C14"))
    func `method, headers and credentials are those that the list shows`() throws {
        try play { subscriber in
            let id = try subscriber.subscribe(
                ["affiliate.created"],
                [
                    "method": "PATCH", "headers": ["X-A": "1", "X-B": "2", "X-C": "3"],
                    "credentials": ["X-Token": "s3cret"], "user_sources": ["app"],
                    "secret": Sender.secret,
                ])
            let listed = try subscriber.scene.get("webhooks")
            try #require(listed.status == 200, "\(listed)")
            let row = try #require(listed.data.first { $0["id"] as? Int == id })
            #expect(row["name"] as? String == "crm")
            #expect(row["url"] as? String == "http://127.0.0.1:\(subscriber.receiver.port)/hook")
            #expect(row["method"] as? String == "PATCH")
            #expect(row["events"] as? [String] == ["affiliate.created"])
            #expect(row["user_sources"] as? [String] == ["app"])
            #expect(!listed.text.contains("s3cret"))
            _ = try subscriber.join("ann", source: "app")
            try #require(subscriber.receiver.wait(for: 1))
            let request = try #require(subscriber.receiver.received.first)
            #expect(request.line.hasPrefix("PATCH /hook "))
            for (name, value) in [("x-a", "1"), ("x-b", "2"), ("x-c", "3"), ("x-token", "s3cret")] {
                #expect(request[name] == value)
            }
            // Headers and credentials replace no signature.
            let time = try #require(request["webhook-timestamp"].flatMap { Int64($0) })
            var fields = Fields()
            for field in request.fields { fields.append(field.name, field.value) }
            for scheme in [Scheme.standardWebhooks, .hmac] {
                let verifier = try Verifier(scheme, secrets: [SecretSpec(Sender.secret)])
                let verdict = try verifier.verify(
                    fields: fields, body: request.body,
                    now: try #require(Instant(seconds: time)))
                guard case .valid = verdict else {
                    Issue.record("\(scheme): \(verdict)")
                    continue
                }
            }
        }
    }

    @Test(.rows("S1-20", "C11")) func `a receiver has ten seconds by default`() throws {
        #expect(OutboxSender.Limits().patience == .seconds(10))
    }

    @Test(.rows("S1-26", "S2-6"))
    func `a table kept from notifications alone agrees with the API`() throws {
        try play(campaign: ["review": "always"]) { subscriber in
            _ = try subscriber.subscribe([
                "affiliate.created", "affiliate.updated", "conversion.created",
                "conversion.updated",
            ])
            let ann = try subscriber.join("ann")
            _ = try subscriber.bodies(1)
            let id = try #require(ann.number("id"))
            try subscriber.scene.ask("PATCH", "participants/\(id)", ["first_name": "Anna"])
            _ = try subscriber.bodies(2)
            let posted = try subscriber.scene.gateway.post(
                Message(code: "LEAD-0", amount: 4900), id: "1")
            #expect(posted.outcome == "held", "\(posted)")
            _ = try subscriber.bodies(3)
            let approved = try subscriber.scene.ask("POST", "conversions/1/approve")
            #expect(approved.status == 200, "\(approved)")
            var people: [Int: String] = [:]
            var conversions: [Int: String] = [:]
            for body in try subscriber.bodies(4) {
                let data = try #require(body["data"] as? [String: Any])
                if let person = data["recipient"] as? [String: Any],
                    (body["type"] as? String)?.hasPrefix("affiliate") == true
                {
                    let number = try #require(person["id"] as? Int)
                    people[number] = person["first_name"] as? String
                }
                if let conversion = data["conversion"] as? [String: Any] {
                    let number = try #require(conversion["id"] as? Int)
                    conversions[number] = conversion["status"] as? String
                }
            }
            let person = try subscriber.scene.get("participants/\(id)")
            #expect(person.status == 200)
            #expect(people == [id: try #require(person.text("first_name"))])
            let listed = try subscriber.scene.get("conversions")
            #expect(listed.status == 200)
            var known: [Int: String] = [:]
            for row in listed.data {
                known[try #require(row["id"] as? Int)] = row["status"] as? String
            }
            #expect(conversions == known)
        }
    }

    @Test(.rows("S2-5", "S2-7", "S2-14", "C16"))
    func `a campaign's goal may be any event that the business trusts`() throws {
        try play(campaign: ["goal_type": "account_funded"]) { subscriber in
            let gateway = subscriber.scene.gateway
            let early = try gateway.post(Message("account_opened", code: "LEAD-0"), id: "1")
            #expect(early.outcome == "rejected", "\(early)")
            #expect(early.reasons == ["goal_type_mismatch"])
            let funded = try gateway.post(Message("account_funded", code: "LEAD-0"), id: "2")
            #expect(funded.outcome == "rewarded", "\(funded)")
        }
    }

    @Test(.rows("S0-12", "S0-13", "C5"))
    func `each new key leaves all others valid`() throws {
        try play { subscriber in
            let keys =
                try [subscriber.scene.key]
                + (0..<5).map { number in
                    let made = try subscriber.scene.ask(
                        "POST", "members/api-key", ["name": "integration \(number)"])
                    try #require(made.status == 201, "\(made)")
                    return try #require(made.text("key"))
                }
            for key in keys {
                let client = try subscriber.scene.gateway.connect()
                let response = try client.request("GET", "/api/v1/keys", [("X-API-Key", key)])
                #expect(response.status == 200)
                #expect(response.data.count == keys.count)
            }
            #expect(Set(keys).count == 6)
        }
    }
}
