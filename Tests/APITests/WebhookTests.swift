import Foundation
import Gateway
import HTTP
import TestSupport
import Testing
import Time
import Transport
import Webhooks

@Suite struct APIWebhookTests {
    private static let good: [String: any Sendable] = [
        "name": "crm", "url": "https://crm.example.org/hook", "events": ["reward.updated"],
    ]

    @Test(
        .rows(
            "S0-14", "S0-16", "S0-27", "S1-3", "S1-11", "S1-18", "S1-23", "S3-2", "S3-4", "S3-5",
            "S3-10", "S3-16", "S3-17", "S3-18", "C8")) func `a webhook's life over the API`() throws
    {
        try APIScene.play { scene in
            let made = try scene.ask("POST", "webhooks", Self.good)
            #expect(made.status == 201, "\(made)")
            let id = try #require(made.number("id"))
            let secret = try #require(made.text("secret"))
            #expect(secret.hasPrefix("whsec_"))
            #expect(made.text("uid")?.count == 36)
            let read = try scene.get("webhooks/\(id)")
            #expect(!read.text.contains(secret))
            #expect(read.text("dialect") == "standard")
            #expect(try scene.ask("POST", "webhooks", Self.good).pointers == ["/name"])
            let renamed = try scene.ask(
                "PATCH", "webhooks/\(id)",
                [
                    "name": "crm-2", "status": "paused",
                    "credentials": ["X-Token": "very secret"],
                ])
            #expect(renamed.text("name") == "crm-2", "\(renamed)")
            #expect(renamed.json["credential_names"] as? [String] == ["X-Token"])
            #expect(!renamed.text.contains("very secret"))
            let hint = (renamed.json["secret_hints"] as? [[String: Any]])?.first
            #expect(hint?["last_four"] as? String == String(secret.suffix(4)))
            let rotated = try scene.ask("POST", "webhooks/\(id)/rotate-secret")
            #expect(rotated.text("secret")?.hasPrefix("whsec_") == true)
            #expect(rotated.text("secret") != secret)
            #expect((rotated.json["secret_hints"] as? [Any])?.count == 2)
            var whole = renamed.json
            whole["events"] = ["lead.created", "reward.updated"]
            let put = try scene.ask("PUT", "webhooks/\(id)", whole)
            #expect(put.json["events"] as? [String] == ["lead.created", "reward.updated"])
            #expect(put.json["credential_names"] as? [String] == ["X-Token"])
            #expect(try scene.ask("DELETE", "webhooks/\(id)").status == 204)
            #expect(try scene.get("webhooks/\(id)").status == 404)
            #expect(try scene.get("webhooks").data.count == 1)
            // The name is free again.
            #expect(try scene.ask("POST", "webhooks", Self.good).status == 201)
        }
    }

    /// A delivery number has 16 bits for the number of its webhook.
    @Test func `a webhook with a number beyond 65535 is refused, and nothing is stored`() throws {
        try APIScene.play { scene in
            let made = try scene.ask("POST", "webhooks", Self.good)
            try #require(made.status == 201, "\(made)")
            let id = try #require(made.number("id"))
            try scene.gateway.database.execute("UPDATE webhooks SET id = 65534 WHERE id = \(id)")
            func ask(_ name: String) throws -> ServerResponse {
                try scene.ask("POST", "webhooks", Self.good.merging(["name": name]) { $1 })
            }
            let last = try ask("last")
            try #require(last.status == 201, "\(last)")
            #expect(last.number("id") == 65535)
            let beyond = try ask("beyond")
            try #require(beyond.status == 409, "\(beyond)")
            #expect(beyond.code == "too_many_webhooks")
            #expect(try scene.get("webhooks").data.count == 3)
            // A deleted webhook keeps its number.
            try #require(try scene.ask("DELETE", "webhooks/65535").status == 204)
            #expect(try ask("beyond").status == 409)
            let changed = try scene.ask("PATCH", "webhooks/65534", ["status": "paused"])
            #expect(changed.status == 200, "\(changed)")
        }
    }

    @Test(
        .rows("S0-6", "S3-9", "S4-18", "C15"),
        arguments: [
            (["url": "http://crm.example.org/"], ["/url"]),
            (["url": "https://127.0.0.1/hook"], ["/url"]),
            (["url": "https://10.0.0.8/hook"], ["/url"]),
            (["url": "https://169.254.169.254/latest"], ["/url"]),
            (["url": "https://localhost/hook"], ["/url"]), (["url": "https://[::1]/"], ["/url"]),
            (["url": "ftp://crm.example.org/"], ["/url"]),
            (["headers": ["A": "1", "B": "2", "C": "3", "D": "4"]], ["/headers"]),
            (["headers": ["A": "1\r\nB: 2"]], ["/headers/A"]),
            (["headers": ["A\n": "1"]], ["/headers/A\n"]),
            (["secret": "whsec_c2hvcnQ="], ["/secret"]), (["secret": "plain"], ["/secret"]),
            (["events": ["reward.given"]], ["/events/0"]), (["events": [String]()], ["/events"]),
            (["campaign": 9], ["/campaign"]), (["dialect": "latin"], ["/dialect"]),
            (["retry": "often"], ["/retry"]), (["method": "GET"], ["/method"]),
            (["credentials": ["Content-Length": "1"]], ["/credentials/Content-Length"]),
        ] as [([String: any Sendable], [String])])
    func `bad input is refused with the field named`(
        _ change: [String: any Sendable], _ pointers: [String]
    ) throws {
        try APIScene.play { scene in
            var body = Self.good
            body.merge(change) { $1 }
            let response = try scene.ask("POST", "webhooks", body)
            #expect(response.status == 422, "\(response)")
            #expect(response.pointers == pointers, "\(response)")
            let id = try scene.get("webhooks").data[0]["id"] as? Int ?? 0
            let patched = try scene.ask("PATCH", "webhooks/\(id)", change)
            #expect(patched.pointers == pointers, "\(patched)")
            #expect(try scene.get("webhooks").data.count == 1)
        }
    }

    private func loopback(_ configuration: inout Configuration) {
        configuration.destinations = DeliveryScene.loopback
    }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let bad = "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno"

    private func wait(
        _ scene: APIScene, _ id: Int, for status: String, attempts: Int
    ) throws -> ServerResponse {
        try DeliveryScene.wait(
            for: """
                SELECT count(*) FROM deliveries WHERE id = \(id / 65_536) AND status = '\(status)'
                    AND attempts = \(attempts)
                """, in: scene.gateway.database)
        return try scene.get("deliveries/\(id)")
    }

    @Test(.rows("S1-19", "S1-22", "S3-1", "S3-15", "S4-24", "S4-25", "C21"))
    func `a test event is sent, its attempt recorded, and it can be sent again`() throws {
        let receiver = try ScriptedReceiver { _ in .answer(Self.ok) }
        defer { receiver.stop() }
        try APIScene.play(configure: loopback) { scene in
            let id = try scene.create(
                "webhooks",
                [
                    "name": "local", "url": "http://127.0.0.1:\(receiver.port)/hook",
                    "events": ["reward.issued"], "secret": Sender.secret,
                ])
            let response = try scene.ask("POST", "webhooks/\(id)/test")
            #expect(response.status == 202, "\(response)")
            #expect(response.json["test"] as? Bool == true)
            let delivery = try #require(response.number("id"))
            #expect(receiver.wait(for: 1))
            let sent = try wait(scene, delivery, for: "delivered", attempts: 1)
            let attempts = sent.json["attempt_log"] as? [[String: Any]]
            #expect(attempts?.count == 1)
            #expect(attempts?.first?["status"] as? Int == 200)
            #expect(attempts?.first?["answer"] as? String == "ok")
            let again = try scene.ask("POST", "deliveries/\(delivery)/resend")
            #expect(again.status == 202, "\(again)")
            #expect(receiver.wait(for: 2))
            _ = try wait(scene, delivery, for: "delivered", attempts: 2)
            let received = receiver.received
            #expect(received[0]["webhook-id"] == received[1]["webhook-id"])
            #expect(received[0].body == received[1].body)
            let body =
                try JSONSerialization.jsonObject(with: Data(received[0].body)) as? [String: Any]
            #expect(body?["type"] as? String == "reward.issued")
            #expect(body?["id"] as? String == received[0]["webhook-id"])
            #expect(try scene.get("webhooks/\(id)/deliveries").data.count == 1)
        }
    }

    @Test(.rows("S4-25", "C12")) func `all that failed since a time is sent again`() throws {
        let receiver = try ScriptedReceiver { .answer($0 < 2 ? Self.bad : Self.ok) }
        defer { receiver.stop() }
        try APIScene.play(configure: loopback) { scene in
            let id = try scene.create(
                "webhooks",
                [
                    "name": "local", "url": "http://127.0.0.1:\(receiver.port)/hook",
                    "events": ["reward.issued"], "retry": "none",
                ])
            let since = scene.gateway.time.now.rfc3339
            for _ in 0..<2 { try scene.ask("POST", "webhooks/\(id)/test") }
            try DeliveryScene.wait(
                for: "SELECT count(*) = 2 FROM deliveries WHERE status = 'failed'",
                in: scene.gateway.database)
            let failed = try scene.get("deliveries?status=failed")
            #expect(failed.data.count == 2)
            let late = try scene.ask(
                "POST", "webhooks/\(id)/resend", ["since": "2999-01-01T00:00:00Z"])
            #expect(late.number("resent") == 0)
            let response = try scene.ask("POST", "webhooks/\(id)/resend", ["since": since])
            #expect(response.number("resent") == 2, "\(response)")
            try DeliveryScene.wait(
                for: "SELECT count(*) = 2 FROM deliveries WHERE status = 'delivered'",
                in: scene.gateway.database)
            #expect(try scene.ask("POST", "webhooks/\(id)/resend", [:]).pointers == ["/since"])
            #expect(
                try scene.ask("POST", "webhooks/\(id)/resend", ["since": "now"]).pointers
                    == ["/since"])
            #expect(try scene.get("deliveries?status=lost").code == "invalid_parameter")
        }
    }

    @Test func `a rotated secret signs with the one before until that expires`() throws {
        let receiver = try ScriptedReceiver { _ in .answer(Self.ok) }
        defer { receiver.stop() }
        try APIScene.play(configure: loopback) { scene in
            let id = try scene.create(
                "webhooks",
                [
                    "name": "local", "url": "http://127.0.0.1:\(receiver.port)/hook",
                    "events": ["reward.issued"],
                ])
            let former = try #require(
                (try scene.ask("POST", "webhooks/\(id)/rotate-secret", ["overlap": 0])).text(
                    "secret"))
            let rotated = try scene.ask("POST", "webhooks/\(id)/rotate-secret", ["overlap": 60])
            #expect(rotated.status == 200, "\(rotated)")
            try scene.ask("POST", "webhooks/\(id)/test")
            #expect(receiver.wait(for: 1))
            #expect(receiver.received[0]["webhook-signature"]?.split(separator: " ").count == 2)
            #expect(try Self.isSigned(receiver.received[0], by: former))
            let disabled = try scene.ask("PATCH", "webhooks/\(id)", ["status": "disabled"])
            #expect(disabled.text("status") == "disabled")
            #expect(try scene.ask("POST", "webhooks/\(id)/test").code == "webhook_disabled")
        }
    }

    /// Whether `X-Webhook-Signature` is the one that a secret makes.
    private static func isSigned(
        _ request: ScriptedReceiver.Received, by secret: String
    ) throws -> Bool {
        let verifier = try Verifier(.hmac, secrets: [SecretSpec(secret)])
        var fields = Fields()
        for field in request.fields { fields.append(field.name, field.value) }
        let now = try #require(Instant(seconds: 1_700_000_000))
        if case .valid = try verifier.verify(fields: fields, body: request.body, now: now) {
            return true
        }
        return false
    }
}
