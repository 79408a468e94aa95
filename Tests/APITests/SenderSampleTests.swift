import Foundation
import TestSupport
import Testing

@testable import API

/// The programs for senders in `GET sources/{id}/setup`, run as they are printed.
@Suite struct SenderSampleTests {
    /// A source that the tests create, and a secret that is not its own.
    struct Kind: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let source: [String: any Sendable]
        var wrongSecret = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
    }

    private static let flat = [
        "event_id": "payload.id", "goal": "payload.type",
        "referral_code": "payload.referral_code", "business_key": "payload.order_id",
        "amount": "payload.amount", "currency": "payload.currency",
    ]

    static let kinds = [
        Kind(testDescription: "standard-webhooks", source: ["preset": "refgate"]),
        Kind(testDescription: "hmac", source: ["preset": "generic"]),
        Kind(
            testDescription: "hmac, base64",
            source: [
                "name": "b", "scheme": "hmac", "mapping": flat,
                "signature": ["header": "X-Sign", "digest": "sha512", "encoding": "base64"],
            ]),
        Kind(
            testDescription: "bearer",
            source: ["name": "c", "scheme": "bearer", "mapping": flat]),
        Kind(
            testDescription: "bearer in a header of its own",
            source: [
                "name": "d", "scheme": "bearer", "mapping": flat,
                "signature": ["header": "X-Token"],
            ]),
    ]

    /// The languages whose programs run here without being built.
    static let scripts: [SenderSample.Language] = [.curl, .python, .node, .php, .go]
        .filter { language in
            let isThere = SampleProgram.tool(for: language).map(SampleProgram.isInstalled) ?? false
            if !isThere { print("skipped: no program runs \(language.rawValue)") }
            // Python and Node are demanded.
            return isThere || language == .python || language == .node
        }

    private func play(_ test: (APIScene) throws -> Void) throws {
        let declared = DeclaredWorkspace(
            rewards: [
                [
                    "kind": "points", "value": ["points": 5],
                    "cap": ["count": 100, "per": "referrer"],
                ]
            ], leads: 2)
        try APIScene.play(declared, test)
    }

    /// The id and secret of a new source, and its samples.
    private func samples(
        of source: [String: Any], _ scene: APIScene
    ) throws -> (id: String, secret: String?, texts: [String: String]) {
        let made = try scene.ask("POST", "sources", source)
        try #require(made.status == 201, "\(made)")
        let id = try #require(made.text("id"))
        let setup = try scene.get("sources/\(id)/setup")
        try #require(setup.status == 200, "\(setup)")
        let texts = try #require(setup.json["samples"] as? [String: String])
        return (id, made.text("secret"), texts)
    }

    @Test(.rows("S3-22", "S1-19"), arguments: kinds, scripts)
    func `a sample is accepted, then a repeat, and refused with another secret`(
        _ kind: Kind, _ language: SenderSample.Language
    ) throws {
        try play { scene in
            let (id, secret, texts) = try samples(of: kind.source, scene)
            let program = try SampleProgram(try #require(texts[language.rawValue]), language)
            let key = try #require(secret)
            let order = ["LEAD-0", "1001", "4900", "EUR"]
            let refused = try program.run(order, secret: kind.wrongSecret)
            #expect(refused.status != 0, "\(refused.output)")
            #expect(refused.output.contains("401"), "\(refused.output)")
            #expect(try scene.get("events?source=\(id)").data.isEmpty)
            let first = try program.run(order, secret: key)
            #expect(first.status == 0, "\(first.output)")
            #expect(first.output.contains("rewarded"), "\(first.output)")
            #expect(!SampleProgram.saysRepeat(first.output), "\(first.output)")
            let again = try program.run(order, secret: key)
            #expect(again.status == 0, "\(again.output)")
            #expect(SampleProgram.saysRepeat(again.output), "\(again.output)")
            for run in [refused, first, again] { #expect(!run.output.contains(key)) }
            let events = try scene.get("events?source=\(id)")
            #expect(events.status == 200)
            #expect(events.data.map { $0["outcome"] as? String } == ["rewarded"])
        }
    }

    @Test(.rows("S3-21", "S3-22"), arguments: scripts)
    func `a sample for a secret address posts the code as a form`(
        _ language: SenderSample.Language
    ) throws {
        try play { scene in
            let (id, _, texts) = try samples(of: ["preset": "referral-factory"], scene)
            let text = try #require(texts[language.rawValue])
            #expect(!text.contains("REFGATE_SECRET"))
            let program = try SampleProgram(text, language)
            let first = try program.run(["LEAD-1"], secret: "")
            #expect(first.status == 0, "\(first.output)")
            #expect(first.output.contains("rewarded"), "\(first.output)")
            let again = try program.run(["LEAD-1"], secret: "")
            #expect(SampleProgram.saysRepeat(again.output), "\(again.output)")
            #expect(try scene.get("events?source=\(id)").data.count == 1)
        }
    }

    @Test(arguments: scripts)
    func `a sample sends the same id again after 503`(_ language: SenderSample.Language) throws {
        let receiver = try ScriptedReceiver { count in
            .answer(count == 0 ? Self.busy : Self.taken)
        }
        defer { receiver.stop() }
        let sample = SenderSample(
            url: "http://127.0.0.1:\(receiver.port)/hooks/src_shop",
            proof: .standardWebhooks(prefix: "webhook"), form: .nested)
        let program = try SampleProgram(sample.text(in: language), language)
        let run = try program.run(["LEAD-0", "1001", "4900", "EUR"], secret: Sender.secret)
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("rewarded"), "\(run.output)")
        let received = receiver.received
        try #require(received.count == 2)
        #expect(received[0]["webhook-id"] == "purchase-1001")
        #expect(received[1]["webhook-id"] == "purchase-1001")
        #expect(received[0].body == received[1].body)
    }

    private static let busy =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
    private static let taken: String = {
        let body = #"{"received":true,"outcome":"rewarded"}"#
        return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }()

    /// Building takes long, so one program with a signature and one without are built.
    @Test(arguments: [0, 3]) func `a sample in Swift builds and is accepted`(_ kind: Int) throws {
        try play { scene in
            let (id, secret, texts) = try samples(of: Self.kinds[kind].source, scene)
            let program = try SampleProgram(try #require(texts["swift"]), .swift)
            let order = ["LEAD-0", "1001", "4900", "EUR"]
            let first = try program.run(order, secret: try #require(secret))
            #expect(first.status == 0, "\(first.output)")
            #expect(first.output.contains("outcome: rewarded"), "\(first.output)")
            let again = try program.run(order, secret: try #require(secret))
            #expect(SampleProgram.saysRepeat(again.output), "\(again.output)")
            let refused = try program.run(order, secret: Self.kinds[kind].wrongSecret)
            #expect(refused.status == 1, "\(refused.output)")
            #expect(refused.output.contains("401"), "\(refused.output)")
            #expect(try scene.get("events?source=\(id)").data.count == 1)
        }
    }

    @Test(arguments: ["stripe", "shopify", "hubspot", "revenuecat"])
    func `a source of another vendor's system has no samples`(_ preset: String) throws {
        try play { scene in
            var source: [String: Any] = ["preset": preset]
            if preset == "hubspot" { source["url"] = "https://gateway.example.org/hooks/hubspot" }
            if preset != "revenuecat" { source["secrets"] = ["an-example-of-a-secret-0001"] }
            let texts = try samples(of: source, scene).texts
            #expect(texts.isEmpty)
        }
    }

    @Test(.rows("S2-18")) func `setup shows the fields of the mapping with their types`() throws {
        try play { scene in
            let made = try scene.ask(
                "POST", "sources",
                ["preset": "refgate", "mapping": ["email": "payload.data.mail"]])
            try #require(made.status == 201, "\(made)")
            let setup = try scene.get("sources/\(try #require(made.text("id")))/setup")
            try #require(setup.status == 200, "\(setup)")
            let fields: [[String: Any]] = setup.list("fields")
            let email = try #require(fields.first { $0["name"] as? String == "email" })
            #expect(email["types"] as? [String] == ["string"])
            #expect(email["expressions"] as? [String] == ["payload.data.mail"])
            let key = try #require(fields.first { $0["name"] as? String == "business_key" })
            #expect(key["types"] as? [String] == ["string", "int", "list"])
        }
    }
}
