import Foundation
import Gateway
import TestSupport
import Testing
import Time

/// Receivers that were written for ReferralLoop, called by a running gateway. Their handlers are unchanged.
@Suite struct ReferralLoopReceiverTests {
    static let runtimes = SampleProcess.Runtime.allCases.filter {
        $0.isInstalled || ReceiverSample.mustRun
    }
    private static let path = "/webhooks/referralloop"
    private static let file: [SampleProcess.Runtime: String] = [
        .flask: "receiver_flask.py", .express: "receiver_express.js",
    ]

    private struct Scene {
        let scene: APIScene
        let receiver: SampleProcess
        let list: String
        var url: String { "http://127.0.0.1:\(receiver.port)\(path)" }

        /// Subscribes in ReferralLoop's form, and gives the subscription the receiver's secret.
        func subscribe(_ event: String) throws {
            let response = try scene.ask(
                "POST", "webhooks/subscribe",
                ["event_type": event, "target_url": url, "waitlist_id": list])
            try #require(response.status == 201, "\(response)")
            let made = try #require(response.json["subscription"] as? [String: Any])
            let id = try #require(made["id"] as? String).dropFirst("sub_".count)
            let rotated = try scene.ask(
                "POST", "webhooks/\(id)/rotate-secret", ["secret": Sender.secret, "overlap": 0])
            try #require(rotated.status == 200, "\(rotated)")
        }

        func join(_ name: String, referredBy code: String? = nil) throws -> ServerResponse {
            var body: [String: Any] = [
                "waitlist_id": list, "email": "\(name)@example.com", "name": name,
            ]
            body["referred_by"] = code
            let response = try scene.ask("POST", "signups", body)
            try #require(response.status == 201, "\(response)")
            return response
        }

        /// The line that the handler of a new signup writes.
        func line(of signup: ServerResponse, at position: Int) throws -> String {
            let texts = try ["name", "email", "id", "referral_code", "created_at"].map {
                try #require(signup.text($0))
            }
            return "New signup in \(list): \(texts[0]) <\(texts[1])> \(texts[2])"
                + " at \(position) with \(texts[3]) since \(texts[4])"
        }

        /// The next deliveries' lines, each of which was answered 200.
        func lines(_ count: Int) throws -> Set<String> {
            for _ in 0..<count {
                let request = try receiver.next()
                try #require(
                    request.status == 200, "\(String(decoding: request.body, as: UTF8.self))")
            }
            return Set(try (0..<count).map { _ in try receiver.written() })
        }
    }

    private func play(_ runtime: SampleProcess.Runtime, _ test: (Scene) throws -> Void) throws {
        let sample = ReceiverSample.root.appending(path: "Tests/Foreign/ReferralLoop")
            .appending(path: try #require(Self.file[runtime]))
        let receiver = try SampleProcess(runtime, file: sample.path, secret: Sender.secret)
        defer { receiver.stop() }
        var declared = DeclaredWorkspace(
            campaign: [
                "kind": "waitlist", "goal_type": "signup", "link_base": "https://acme.example/join",
            ],
            rewards: [["kind": "cash", "value": ["amount": 500, "currency": "USD"]]], leads: 0,
            referrers: 0)
        declared.webhooks = []
        try APIScene.play(declared) {
            $0.destinations = DeliveryScene.loopback
        } _: { scene in
            let lists = try scene.get("waitlists")
            try #require(lists.status == 200, "\(lists)")
            let list = try #require(lists.data.first?["uid"] as? String)
            try test(Scene(scene: scene, receiver: receiver, list: list))
        }
    }

    @Test(
        .rows(
            "S1-16", "S4-1", "S4-2", "S4-3", "S4-4", "S4-5", "S4-6", "S4-7", "S4-8", "S4-9",
            "S4-10",
            "S4-16", "S4-26", "C9"),
        arguments: runtimes)
    func `its handlers act on every notification of a waitlist, and of a payout`(
        _ runtime: SampleProcess.Runtime
    ) throws {
        try play(runtime) { scene in
            for event in ["signup.created", "signup.position_changed", "signup.deleted"] {
                try scene.subscribe(event)
            }
            _ = try scene.scene.create(
                "webhooks",
                [
                    "name": "payouts", "url": scene.url, "dialect": "referralloop",
                    "events": ["payout.created"], "secret": Sender.secret,
                ])
            let ann = try scene.join("ann")
            #expect(try scene.lines(1) == [try scene.line(of: ann, at: 1)])
            let bob = try scene.join("bob")
            #expect(try scene.lines(1) == [try scene.line(of: bob, at: 2)])
            let eve = try scene.join("eve", referredBy: bob.text("referral_code"))
            #expect(try scene.lines(1) == [try scene.line(of: eve, at: 3)])
            scene.scene.gateway.time.advance(by: .seconds(61))
            try scene.scene.gateway.runHousekeeping()
            #expect(
                try scene.lines(2) == [
                    "bob@example.com moved up by 1: 2 to 1",
                    "ann@example.com moved down by 1: 1 to 2",
                ])
            let payout = try scene.scene.ask(
                "POST", "payouts",
                ["campaign": 1, "currency": "USD", "until": "2100-01-01T00:00:00Z"])
            try #require(payout.status == 201, "\(payout)")
            #expect(payout.number("total") == 500)
            #expect(try scene.lines(1) == ["Unhandled event type: payout.created"])
            let id = try #require(ann.text("id"))
            try #require(try scene.scene.ask("DELETE", "signups/\(id)").status == 204)
            #expect(try scene.lines(1) == ["Signup deleted: ann@example.com \(id)"])
        }
    }

    @Test(.rows("S4-16"), arguments: runtimes)
    func `its verifier refuses a body that was changed`(_ runtime: SampleProcess.Runtime) throws {
        try play(runtime) { scene in
            let body = Array(#"{"event_type":"signup.other","waitlist_id":"w","data":{}}"#.utf8)
            let sender = try Sender(source: "", scheme: "hmac", clock: .system)
            let fields = try sender.fields(id: "evt_1", body: body)
            for (sent, status) in [(body, 200), (body + [0x20], 401), ([], 401)] {
                let client = try Client(port: scene.receiver.port)
                let response = try client.request("POST", Self.path, fields, body: sent)
                #expect(response.status == status)
                #expect(try scene.receiver.next().status == status)
            }
            #expect(try scene.receiver.written() == "Unhandled event type: signup.other")
        }
    }

    @Test(
        .rows("S4-26"),
        .enabled(if: SampleProcess.Runtime.express.isInstalled || ReceiverSample.mustRun))
    func `the guide's sample for Express takes every notification`() throws {
        let folder = try TestFolder()
        // The sample listens by itself; here the port is the kernel's choice.
        let sample = try ReceiverSample.text(in: "js").replacingOccurrences(
            of: "app.listen(process.env.PORT ?? 3000);", with: "module.exports = app;")
        try #require(sample.contains("module.exports"))
        let receiver = try SampleProcess(
            .express, file: try folder.write(sample, to: "receiver.js"), secret: Sender.secret)
        defer { receiver.stop() }
        let paths = ["/hooks/refgate", "/hooks/refgate-in-short"]
        let sender = try Sender(source: "", clock: .system)
        let short = try Sender(source: "", scheme: "hmac", clock: .system)
        let body = Array(#"{"id":"evt_1","type":"reward.issued"}"#.utf8)
        let fields =
            try sender.fields(id: "evt_1", body: body)
            + short.fields(id: "evt_1", body: body).filter { $0.name != "Content-Type" }
        for path in paths {
            for (sent, status) in [(body, 204), (body + [0x20], 401), ([], 401)] {
                let client = try Client(port: receiver.port)
                let response = try client.request("POST", path, fields, body: sent)
                #expect(response.status == status, "\(path)")
                #expect(try receiver.next().status == status)
            }
            #expect(try receiver.written() == "reward.issued evt_1")
        }
    }
}
