import Foundation
import Gateway
import HTTP
import TestSupport
import Testing
import Time
import Webhooks

/// `POST …/end-rotation`: the overlap of a rotation ends at once.
@Suite struct RotationEndTests {
    @Test func `a source's former secrets verify nothing once the rotation has ended`() throws {
        try APIScene.play { scene in
            let path = "sources/\(DeclaredWorkspace.source)"
            func status(_ secret: String, _ id: String) throws -> Int {
                let sender = try Sender(
                    source: DeclaredWorkspace.source, secret: secret,
                    clock: scene.gateway.time.clock)
                return try scene.gateway.connect().post(
                    Message(code: "LEAD-0"), id: id, from: sender
                ).status
            }
            let rotated = try scene.ask("POST", path + "/rotate-secret", [:])
            #expect(rotated.status == 200, "\(rotated)")
            let fresh = try #require(rotated.text("secret"))
            #expect(try status(Sender.secret, "1") == 200)
            let unread = try scene.ask("POST", path + "/end-rotation", ["overlap": 5])
            #expect(unread.status == 422, "\(unread)")
            #expect(unread.pointers == ["/overlap"])
            #expect(try status(Sender.secret, "1") == 200)
            // The second call finds nothing to end, and says the same.
            for _ in 0..<2 {
                let ended = try scene.ask("POST", path + "/end-rotation")
                #expect(ended.status == 200, "\(ended)")
                #expect((ended.json["secret_hints"] as? [Any])?.count == 1)
                #expect(ended.json["secret"] == nil)
            }
            #expect(try status(Sender.secret, "2") == 401)
            #expect(try status(fresh, "2") == 200)
        }
    }

    @Test func `the current secret alone signs once a webhook's rotation has ended`() throws {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
        let receiver = try ScriptedReceiver { _ in .answer(ok) }
        defer { receiver.stop() }
        try APIScene.play(configure: { $0.destinations = DeliveryScene.loopback }) { scene in
            let id = try scene.create(
                "webhooks",
                [
                    "name": "local", "url": "http://127.0.0.1:\(receiver.port)/hook",
                    "events": ["reward.issued"],
                ])
            let rotated = try scene.ask("POST", "webhooks/\(id)/rotate-secret", ["overlap": 600])
            #expect(rotated.status == 200, "\(rotated)")
            let fresh = try #require(rotated.text("secret"))
            let ended = try scene.ask("POST", "webhooks/\(id)/end-rotation")
            #expect(ended.status == 200, "\(ended)")
            #expect((ended.json["secret_hints"] as? [Any])?.count == 1)
            #expect(try scene.ask("POST", "webhooks/\(id)/test").status == 202)
            #expect(receiver.wait(for: 1))
            let received = receiver.received[0]
            #expect(received["webhook-signature"]?.split(separator: " ").count == 1)
            var fields = Fields()
            for field in received.fields { fields.append(field.name, field.value) }
            let seconds = received["webhook-timestamp"].flatMap { Int64($0) }
            let now = try #require(seconds.flatMap { Instant(seconds: $0) })
            for scheme in [Scheme.hmac, .standardWebhooks] {
                let verifier = try Verifier(scheme, secrets: [SecretSpec(fresh)])
                let verdict = try verifier.verify(fields: fields, body: received.body, now: now)
                guard case .valid = verdict else {
                    Issue.record("\(scheme): \(verdict)")
                    continue
                }
            }
        }
    }
}
