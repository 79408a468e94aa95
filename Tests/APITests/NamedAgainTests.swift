import Foundation
import Gateway
import Sockets
import Telemetry
import TestSupport
import Testing

/// People who were deleted and are named again: what counts once for each person counts once for them, too.
@Suite struct NamedAgainTests {
    private func declared(
        campaign: [String: Any] = [:], source: [String: Any] = ["code_of": "referrer"],
        rewards: [[String: Any]] = [
            ["kind": "points", "value": ["points": 5], "cap": ["count": 9, "per": "referrer"]]
        ]
    ) -> DeclaredWorkspace {
        DeclaredWorkspace(
            campaign: campaign, rewards: rewards, leads: 0, referrers: 3, source: source)
    }

    private func post(_ scene: APIScene, _ message: Message, _ id: String) throws
        -> ServerResponse
    {
        let response = try scene.gateway.post(message, id: id)
        #expect(response.status == 200, "\(response)")
        return response
    }

    /// Deletes a participant, and has the gateway erase what is left of them where it `isErased`.
    private func delete(_ scene: APIScene, id: Int, isErased: Bool = true) throws {
        #expect(try scene.ask("DELETE", "participants/\(id)").status == 204)
        guard isErased else { return }
        for _ in 0..<20 {
            try scene.gateway.runHousekeeping()
            if try scene.gateway.database.count("SELECT count(*) FROM erasures") == 0 { return }
        }
        Issue.record("the erasure does not come to its end")
    }

    private func lead(_ scene: APIScene) throws -> Int {
        let id = try scene.gateway.database.count("SELECT max(lead_id) FROM conversions")
        return Int(id)
    }

    @Test(
        arguments: [
            (
                Message(code: "REF-0", email: "ann@example.com"),
                Message(code: "REF-1", email: "ANN@Example.com ")
            ),
            (Message(code: "REF-0", customer: "c-1"), Message(code: "REF-1", customer: "c-1")),
            (
                Message(code: "REF-0", customer: "c-1", email: "ann@example.com"),
                Message(code: "REF-0", customer: "c-1")
            ),
            (
                Message(code: "REF-0", customer: "c-1", email: "ann@example.com"),
                Message(code: "REF-0", customer: "c-2", email: "ann@example.com")
            ),
        ], [true, false])
    func `a lead who was deleted converts once`(
        _ messages: (first: Message, again: Message), _ isErased: Bool
    ) throws {
        try APIScene.play(declared()) { scene in
            #expect(try post(scene, messages.first, "m-1").outcome == "rewarded")
            try delete(scene, id: try lead(scene), isErased: isErased)
            for number in 2...3 {
                let again = try post(scene, messages.again, "m-\(number)")
                #expect(again.outcome == "ignored", "\(again)")
                #expect(again.reasons == ["conversion_duplicate"])
            }
            // Another person is nobody's successor.
            let other = Message(code: "REF-1", customer: "c-9", email: "bob@example.com")
            #expect(try post(scene, other, "m-9").outcome == "rewarded")
            #expect(try scene.gateway.database.count("SELECT count(*) FROM rewards") == 2)
            #expect(
                try scene.gateway.database.count(
                    "SELECT count(*) FROM tombstones WHERE instr(digest, 'ann') > 0") == 0)
        }
    }

    @Test func `who was deleted without a conversion may still convert, and once`() throws {
        try APIScene.play(declared()) { scene in
            let response = try scene.ask(
                "POST", "participants",
                ["campaign": 1, "email": "ann@example.com", "referred_by": "REF-0"])
            try delete(scene, id: try #require(response.number("id")))
            let message = Message(code: "REF-1", email: "ann@example.com")
            #expect(try post(scene, message, "m-1").outcome == "rewarded")
            // Deleted and named a second and a third time.
            for number in 2...3 {
                try delete(scene, id: try scene.gateway.newest())
                #expect(try post(scene, message, "m-\(number)").outcome == "ignored")
            }
        }
    }

    @Test func `a cap counts what a deleted lead had, where every purchase converts`() throws {
        let rewards: [[String: Any]] = [
            [
                "kind": "points", "beneficiary": "lead", "value": ["points": 5],
                "cap": ["count": 2, "per": "lead"],
            ]
        ]
        try APIScene.play(declared(campaign: ["conversions": "every"], rewards: rewards)) { scene in
            func buy(_ order: String, _ code: String) throws -> ServerResponse {
                try post(
                    scene, Message(code: code, order: order, customer: "c-1"), order)
            }
            #expect(try buy("o-1", "REF-0").outcome == "rewarded")
            try delete(scene, id: try lead(scene))
            #expect(try buy("o-2", "REF-1").outcome == "rewarded")
            let third = try buy("o-3", "REF-1")
            #expect(third.outcome == "qualified", "\(third)")
            #expect(third.reasons == ["cap_reached"])
        }
    }

    private static let ways = ["api", "import", "apply", "external"]

    @Test(arguments: ways, [true, false])
    func `a referrer who was deleted has used up their cap`(_ way: String, _ isErased: Bool) throws
    {
        var declared = declared(
            source: [:], rewards: [["kind": "points", "value": ["points": 5]]])
        declared.participants.append([
            "campaign": 1, "email": "rae@example.com", "referral_code": "RAE",
        ])
        try APIScene.play(declared) { scene in
            if way == "external" {
                let id = try scene.gateway.newest()
                let response = try scene.ask(
                    "PATCH", "participants/\(id)", ["external_id": "x-1", "email": NSNull()])
                #expect(response.status == 200, "\(response)")
            }
            func enrol(_ name: String, _ code: String) throws {
                let response = try scene.ask(
                    "POST", "participants",
                    [
                        "campaign": 1, "email": "\(name)@example.com", "referred_by": code,
                        "referral_code": name,
                    ])
                #expect(response.status == 201, "\(response)")
            }
            let rae = try scene.gateway.newest()
            try enrol("ann", "RAE")
            #expect(try post(scene, Message(code: "ANN"), "m-1").outcome == "rewarded")
            try delete(scene, id: rae, isErased: isErased)
            let again: [String: Any] = [
                "campaign": 1, "email": "Rae@Example.com", "referral_code": "RAE-2",
            ]
            switch way {
            case "import":
                let csv = "campaign,email,referral_code\r\n1,rae@example.com,RAE-2\r\n"
                let response = try scene.client.request(
                    "POST", "/api/v1/participants/import",
                    [("X-API-Key", scene.key), ("Content-Type", "text/csv")],
                    body: Array(csv.utf8))
                #expect(response.status == 200, "\(response)")
            case "apply":
                declared.participants = [again]
                try scene.gateway.apply(declared)
            case "external":
                let response = try scene.ask(
                    "POST", "participants",
                    ["campaign": 1, "external_id": "x-1", "referral_code": "RAE-2"])
                #expect(response.status == 201, "\(response)")
            default:
                let response = try scene.ask("POST", "participants", again)
                #expect(response.status == 201, "\(response)")
            }
            try enrol("bob", "RAE-2")
            let response = try post(scene, Message(code: "BOB"), "m-2")
            #expect(response.outcome == "qualified", "\(response)")
            #expect(response.reasons == ["already_rewarded"])
            let explained = try scene.get("explain?code=BOB")
            #expect(explained.status == 200, "\(explained)")
            let events = try #require(explained.json["events"] as? [[String: Any]])
            #expect(events.first?["outcome"] as? String == "qualified")
        }
    }

    @Test func `a sign-up of who was deleted earns nothing again`() throws {
        try APIScene.play(declared(campaign: ["goal_type": "signup"])) { scene in
            let ann: [String: Any] = [
                "campaign": 1, "email": "ann@example.com", "referred_by": "REF-0",
            ]
            for outcome in ["rewarded", "ignored", "ignored"] {
                let response = try scene.ask("POST", "participants", ann)
                #expect(response.status == 201, "\(response)")
                #expect(
                    try scene.gateway.database.rows(
                        "SELECT outcome FROM events ORDER BY id DESC LIMIT 1") == [outcome])
                try delete(scene, id: try #require(response.number("id")))
            }
        }
    }

    @Test func `an address that was changed before the deletion is recognized, too`() throws {
        try APIScene.play(declared()) { scene in
            let first = Message(code: "REF-0", email: "ann@example.com")
            #expect(try post(scene, first, "m-1").outcome == "rewarded")
            let id = try lead(scene)
            let response = try scene.ask(
                "PATCH", "participants/\(id)", ["email": "new@example.com"])
            #expect(response.status == 200, "\(response)")
            try delete(scene, id: id)
            #expect(try post(scene, first, "m-2").outcome == "ignored")
            let new = Message(code: "REF-0", email: "new@example.com")
            #expect(try post(scene, new, "m-3").outcome == "ignored")
        }
    }

    @Test func `a restart recognizes who was deleted before it`() throws {
        let scene = try ScratchGateway(declared())
        let message = Message(code: "REF-0", customer: "c-1", email: "ann@example.com")
        #expect(try scene.post(message, id: "m-1").outcome == "rewarded")
        let key = try scene.makeKey()
        let deleted = try scene.connect().request(
            "DELETE", "/api/v1/participants/4", [("X-API-Key", key)])
        #expect(deleted.status == 204, "\(deleted)")
        scene.stop()
        let again = try Gateway(
            Configuration(
                database: scene.database.path, address: Address(ipv4: 0x7F00_0001, port: 0)),
            clock: scene.time.clock, log: .silent)
        let port = try again.start()
        defer { again.stop() }
        again.runHousekeeping()
        for (number, message) in [
            message, Message(code: "REF-0", customer: "c-1"),
            Message(code: "REF-0", email: "ann@example.com"),
        ].enumerated() {
            let response = try Client(port: port).post(
                message, id: "again-\(number)", from: scene.sender)
            #expect(response.status == 200, "\(response)")
            #expect(response.outcome == "ignored", "\(response)")
        }
    }
}

extension ScratchGateway {
    /// The number of the participant who was enrolled last.
    fileprivate func newest() throws -> Int {
        Int(try database.count("SELECT max(id) FROM participants"))
    }
}
