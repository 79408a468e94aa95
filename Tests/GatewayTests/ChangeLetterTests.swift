import Foundation
import Gateway
import TestSupport
import Testing

/// The text of `affiliate.updated`.
@Suite(.serialized) struct ChangeLetterTests {
    private static let answer = "HTTP/1.1 204 No Content\r\n\r\n"

    @Test(
        .rows("S1-15", "C9", "C10", "C24"),
        arguments: [
            ("standard", ["data", "recipient", "status"]),
            ("referralloop", ["data", "recipient", "status"]), ("referral-factory", ["status"]),
            ("referrals-com", ["participant", "status"]),
        ])
    func `a change of a person tells their status`(_ dialect: String, _ path: [String]) throws {
        let receiver = try ScriptedReceiver { _ in .answer(Self.answer) }
        defer { receiver.stop() }
        let declared = DeliveryScene.declared([
            DeliveryScene.webhook(
                "sink", "http://127.0.0.1:\(receiver.port)/",
                ["dialect": dialect, "events": ["affiliate.updated", "affiliate.created"]])
        ])
        try APIScene.play(
            declared, configure: { $0.destinations = DeliveryScene.loopback }
        ) { scene in
            let id = try scene.create("participants", ["campaign": 1, "email": "a@example.com"])
            try #require(receiver.wait(for: 1))
            let created = receiver.received[0]
            #expect(!String(decoding: created.body, as: UTF8.self).contains("\"status\""))
            for (place, status) in ["disabled", "active"].enumerated() {
                let response = try scene.ask("PATCH", "participants/\(id)", ["status": status])
                #expect(response.status == 200)
                try #require(receiver.wait(for: place + 2))
                let received = receiver.received[place + 1]
                var part: Any? = try JSONSerialization.jsonObject(with: Data(received.body))
                for name in path { part = (part as? [String: Any])?[name] }
                #expect(
                    part as? String == status,
                    "\(String(decoding: received.body, as: UTF8.self))")
            }
        }
    }
}
