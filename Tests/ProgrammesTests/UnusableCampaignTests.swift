import Foundation
import Gateway
import Sockets
import Telemetry
import TestSupport
import Testing

/// A campaign whose stored declaration cannot be read is named, and blocks nothing else.
@Suite struct UnusableCampaignTests {
    private func declared() -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(coupons: 5, leads: 2)
        declared.campaigns.append([
            "id": 2, "name": "Autumn", "goal_type": "signup",
            "rewards": [["kind": "points", "value": ["points": 1]]],
        ])
        declared.participants += [
            ["campaign": 2, "email": "a@example.com", "referral_code": "AUTUMN"],
            [
                "campaign": 2, "email": "b@example.com", "referral_code": "LEAF",
                "referred_by": "AUTUMN",
            ],
        ]
        return declared
    }

    @Test func `a start names it, and the rest is served`() throws {
        let scene = try ScratchGateway(declared())
        let first = try scene.post(Message("signup", code: "LEAF", order: "o-1"), id: "e-1")
        #expect(first.outcome == "rewarded", "\(first)")
        let key = try scene.makeKey()
        scene.stop()
        let document = try scene.database.rows(
            "SELECT hex(document) FROM campaign_versions WHERE campaign_id = 2")
        try scene.database.execute(
            "UPDATE campaign_versions SET document = '{\"name\": 7}' WHERE campaign_id = 2")
        let again = try Gateway(
            Configuration(
                database: scene.database.path, address: Address(ipv4: 0x7F00_0001, port: 0)),
            clock: scene.time.clock, log: .silent)
        let port = try again.start()
        defer { again.stop() }
        let client = try Client(port: port)
        let other = try client.post(Message(code: "LEAD-0"), id: "e-2", from: scene.sender)
        #expect(other.outcome == "rewarded", "\(other)")
        // Neither a purchase nor a refund of the campaign is decided without its rules.
        for (number, message) in [
            Message("signup", code: "AUTUMN"),
            Message("refund", order: "o-1", amount: 5, reversal: "refund"),
        ].enumerated() {
            let refused = try client.post(message, id: "u-\(number)", from: scene.sender)
            #expect(refused.status == 503, "\(refused)")
            #expect(refused.code == "campaign_unusable")
            #expect(refused[field: "retry-after"] == "5")
        }
        let fields = [
            (name: "X-API-Key", value: key), (name: "Content-Type", value: "application/json"),
        ]
        let person = #"{"campaign": 2, "email": "c@example.com", "referred_by": "AUTUMN"}"#
        func enrol() throws -> ServerResponse {
            try client.request("POST", "/api/v1/participants", fields, body: Array(person.utf8))
        }
        #expect(try enrol().code == "campaign_unusable")
        #expect(try scene.database.count("SELECT count(*) FROM events") == 2)
        // Mended, the same gateway takes what is sent again.
        try scene.database.execute(
            "UPDATE campaign_versions SET document = CAST(x'\(document[0])' AS TEXT) "
                + "WHERE campaign_id = 2")
        again.runHousekeeping()
        let mended = try client.post(
            Message("signup", code: "AUTUMN"), id: "u-0", from: scene.sender)
        #expect(mended.status == 200, "\(mended)")
        #expect(try enrol().status == 201)
        #expect(try scene.database.contradictions(at: scene.time.now) == [])
    }
}
