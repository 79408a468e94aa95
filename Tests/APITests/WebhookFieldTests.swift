import Foundation
import Gateway
import HTTP
import TestSupport
import Testing
import Webhooks

/// The fields that a webhook sends: all, or those it has chosen.
@Suite struct WebhookFieldTests {
    private static let ok = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"

    private func play(
        _ receiver: ScriptedReceiver, _ webhook: [String: Any],
        _ test: (APIScene) throws -> Void
    ) throws {
        let declared = DeliveryScene.declared(
            [
                DeliveryScene.webhook(
                    "sink", "http://127.0.0.1:\(receiver.port)/chosen", webhook)
            ], leads: 1)
        try APIScene.play(declared) { configuration in
            configuration.destinations = DeliveryScene.loopback
        } _: { scene in
            try test(scene)
        }
    }

    private func bodies(_ receiver: ScriptedReceiver, _ count: Int) throws -> [[String: Any]] {
        try #require(receiver.wait(for: count))
        return try receiver.received.map { request in
            try #require(
                try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        }
    }

    /// The dotted names of the members of an object, with those of its objects.
    private func names(_ object: [String: Any], _ prefix: String = "") -> Set<String> {
        var all: Set<String> = []
        for (name, value) in object {
            all.insert(prefix + name)
            if let inner = value as? [String: Any] {
                all.formUnion(names(inner, prefix + name + "."))
            }
        }
        return all
    }

    @Test(
        .rows("S3-11", "C10"),
        arguments: [
            (
                "standard", ["recipient.email", "campaign", "reward.value"],
                [
                    "id", "type", "timestamp", "data", "data.recipient", "data.recipient.email",
                    "data.campaign", "data.campaign.id", "data.campaign.name", "data.reward",
                    "data.reward.value", "data.reward.value.amount", "data.reward.value.currency",
                ]
            ),
            (
                "referralloop", ["recipient.referral_code"],
                [
                    "id", "event_type", "waitlist_id", "timestamp", "data", "data.recipient",
                    "data.recipient.referral_code",
                ]
            ),
            (
                "referral-factory", ["email", "referrer_email"],
                ["event", "email", "referrer_email"]
            ),
            (
                "referrals-com", ["participant.name", "reward.cash_value"],
                ["event", "participant", "participant.name", "reward", "reward.cash_value"]
            ),
        ])
    func `only the chosen fields are sent, signed as sent, in a test as well`(
        dialect: String, fields: [String], members: [String]
    ) throws {
        let sent = Set(members)
        let receiver = try ScriptedReceiver { _ in .answer(Self.ok) }
        defer { receiver.stop() }
        try play(
            receiver, ["dialect": dialect, "fields": fields, "events": ["reward.issued"]]
        ) { scene in
            let posted = try scene.gateway.post(Message(code: "LEAD-0", amount: 100), id: "1")
            try #require(posted.outcome == "rewarded", "\(posted)")
            try #require(receiver.wait(for: 1))
            let trial = try scene.ask("POST", "webhooks/1/test")
            try #require(trial.status == 202, "\(trial)")
            let bodies = try bodies(receiver, 2)
            #expect(names(bodies[0]) == sent)
            // The test notification has points in place of an amount.
            let own = names(bodies[1]).filter { !$0.contains("reward.value.") }
            #expect(own == sent.filter { !$0.contains("reward.value.") })
            for request in receiver.received {
                let verifier = try Verifier(.hmac, secrets: [SecretSpec(Sender.secret)])
                var fields = Fields()
                for field in request.fields { fields.append(field.name, field.value) }
                let verdict = try verifier.verify(
                    fields: fields, body: request.body, now: scene.gateway.time.now)
                guard case .valid = verdict else {
                    Issue.record("the signature is not that of the bytes sent: \(verdict)")
                    continue
                }
            }
        }
    }

    @Test(.rows("S3-11")) func `the fields of each type are shown, and its example has them`()
        throws
    {
        try APIScene.play { scene in
            let response = try scene.get("event-types")
            try #require(response.status == 200, "\(response)")
            for type in response.data {
                let dialects = type["dialects"] as? [String: [String: Any]] ?? [:]
                for (name, dialect) in dialects {
                    let fields = Set(try #require(dialect["fields"] as? [String]))
                    let example = try #require(dialect["example"] as? [String: Any])
                    let isFlat = name.hasPrefix("referral-") || name.hasPrefix("referrals-")
                    let data = isFlat ? example : example["data"] as? [String: Any] ?? [:]
                    let sent = names(data).subtracting(["event"])
                        .filter { !$0.contains("reward.value.") && !$0.hasPrefix("event.") }
                    #expect(
                        sent.subtracting(fields).isEmpty, "\(type["type"] ?? "") in \(name)")
                }
            }
        }
    }

    @Test(.rows("S3-11")) func `a test notification has the members of a real one`() throws {
        let receiver = try ScriptedReceiver { _ in .answer(Self.ok) }
        defer { receiver.stop() }
        let types = [
            "affiliate.created", "affiliate.updated", "lead.created", "lead.qualified",
            "conversion.created", "conversion.updated", "reward.issued", "event.parked",
        ]
        try play(receiver, ["events": types]) { scene in
            let ann = try scene.create(
                "participants",
                ["campaign": 1, "email": "ann@example.com", "referral_code": "ANN-1"])
            let changed = try scene.ask("PATCH", "participants/\(ann)", ["first_name": "Ann"])
            try #require(changed.status == 200, "\(changed)")
            _ = try scene.create(
                "participants",
                ["campaign": 1, "email": "bob@example.com", "referred_by": "ANN-1"])
            let posted = try scene.gateway.post(
                Message(code: "LEAD-0", order: "o-1", amount: 100), id: "1")
            try #require(posted.outcome == "rewarded", "\(posted)")
            let parked = try scene.gateway.post(Message(code: "NOBODY", amount: 100), id: "2")
            try #require(parked.outcome == "parked", "\(parked)")
            let refund = try scene.gateway.post(
                Message(code: nil, order: "o-1", amount: 100, reversal: "refund"), id: "3")
            try #require(refund.status == 200, "\(refund)")
            let real = try bodies(receiver, types.count)
            for type in types {
                let trial = try scene.ask("POST", "webhooks/1/test", ["type": type])
                try #require(trial.status == 202, "\(trial)")
            }
            let trials = try bodies(receiver, 2 * types.count).dropFirst(types.count)
            for type in types {
                let one = try #require(real.first { $0["type"] as? String == type })
                let trial = try #require(trials.first { $0["type"] as? String == type })
                func shape(_ body: [String: Any]) -> Set<String> {
                    names(body).filter { !$0.contains("reward.value.") }
                }
                #expect(shape(one) == shape(trial), "\(type)")
            }
        }
    }

    @Test(.rows("S3-11", "C10")) func `a field that is not sent is refused with the nearest name`()
        throws
    {
        try APIScene.play { scene in
            let webhook: [String: Any] = [
                "name": "w", "url": "https://sink.example/w", "events": ["reward.issued"],
                "fields": ["recipient.email", "reward.valeu", 7],
            ]
            let refused = try scene.ask("POST", "webhooks", webhook)
            #expect(refused.status == 422, "\(refused)")
            #expect(refused.pointers == ["/fields/1", "/fields/2"])
            #expect(refused.text.contains(#"Did you mean \"reward.value\"?"#), "\(refused)")
            var good = webhook
            good["fields"] = ["recipient.email"]
            let id = try scene.create("webhooks", good)
            let shown = try scene.get("webhooks/\(id)")
            #expect(shown.json["fields"] as? [String] == ["recipient.email"])
            // The fields must be those of the dialect.
            let moved = try scene.ask("PATCH", "webhooks/\(id)", ["dialect": "referral-factory"])
            #expect(moved.status == 422, "\(moved)")
            #expect(moved.pointers == ["/fields"])
            let all = try scene.ask(
                "PATCH", "webhooks/\(id)", ["dialect": "referral-factory", "fields": NSNull()])
            #expect(all.status == 200, "\(all)")
            #expect(all.json["fields"] is NSNull)
        }
    }
}
