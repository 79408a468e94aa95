import Declarations
import Foundation
import Gateway
import Programmes
import TestSupport
import Testing

/// What is stored of secrets: rotations that a file does not undo, and rows that cannot be opened.
@Suite struct StoredSecretTests {
    private func post(_ scene: APIScene, _ secret: String, _ id: String) throws -> ServerResponse {
        let sender = try Sender(
            source: DeclaredWorkspace.source, secret: secret, clock: scene.gateway.time.clock)
        return try scene.gateway.connect().post(Message(code: "LEAD-0"), id: id, from: sender)
    }

    @Test(arguments: [[:], ["overlap": 0]])
    func `applying an unchanged file leaves a rotated secret of a source`(
        _ overlap: [String: Int]
    ) throws {
        var declared = DeclaredWorkspace()
        try APIScene.play(declared) { scene in
            let path = "sources/\(DeclaredWorkspace.source)"
            var secret = ""
            // Twice, so that nothing of the declared one is left.
            for _ in 0..<2 {
                let rotated = try scene.ask("POST", path + "/rotate-secret", overlap)
                #expect(rotated.status == 200, "\(rotated)")
                secret = try #require(rotated.text("secret"))
            }
            declared.sources[0]["name"] = "Another name"
            let report = try scene.gateway.database.apply(declared, at: scene.gateway.time.now)
            #expect(report.keptSecrets == ["source src_shop"])
            #expect(report.sources.changed == 1)
            try scene.gateway.runHousekeeping()
            let read = try scene.get(path)
            #expect(read.status == 200)
            #expect(read.text("name") == "Another name")
            #expect(try post(scene, secret, "1").status == 200)
            let old = overlap.isEmpty ? 200 : 401
            #expect(try post(scene, Sender.secret, "1").status == old)
            let replaced = try scene.gateway.database.apply(
                declared, at: scene.gateway.time.now, .replacingFile)
            #expect(replaced.keptSecrets == [])
            try scene.gateway.runHousekeeping()
            #expect(try post(scene, secret, "2").status == 401)
            #expect(try post(scene, Sender.secret, "2").status == 200)
        }
    }

    @Test func `applying an unchanged file leaves a rotated secret of a webhook`() throws {
        var declared = DeclaredWorkspace()
        declared.webhooks[0]["secret"] = Sender.secret
        declared.webhooks[0]["credentials"] = ["Authorization": "Bearer abc"]
        try APIScene.play(declared) { scene in
            for _ in 0..<2 {
                let rotated = try scene.ask("POST", "webhooks/1/rotate-secret", ["overlap": 0])
                #expect(rotated.status == 200, "\(rotated)")
            }
            let rotated = try scene.get("webhooks/1")
            #expect(rotated.status == 200)
            func hints(_ response: ServerResponse) -> [String] {
                response.list("secret_hints").compactMap { (hint: [String: Any]) in
                    hint["last_four"] as? String
                }
            }
            declared.webhooks[0]["headers"] = ["X-Team": "a"]
            let report = try scene.gateway.database.apply(declared, at: scene.gateway.time.now)
            #expect(report.keptSecrets == ["webhook sink"])
            #expect(report.webhooks.changed == 1)
            let after = try scene.get("webhooks/1")
            #expect(after.status == 200)
            #expect(hints(after) == hints(rotated))
            #expect(after.json["headers"] as? [String: String] == ["X-Team": "a"])
            _ = try scene.gateway.database.apply(
                declared, at: scene.gateway.time.now, .replacingFile)
            let replaced = try scene.get("webhooks/1")
            #expect(replaced.status == 200)
            #expect(hints(replaced) == [String(Sender.secret.suffix(4))])
            #expect(replaced.json["credential_names"] as? [String] == ["Authorization"])
        }
    }

    @Test func `a source whose secrets cannot be opened is answered 503 and holds up nothing else`()
        throws
    {
        var declared = DeclaredWorkspace(leads: 2)
        declared.sources.append([
            "id": "src_other", "name": "other", "preset": "refgate", "secrets": [Sender.secret],
        ])
        try APIScene.play(
            declared,
            configure: { configuration in
                breakSecrets("sources WHERE id = 'src_other'", configuration.database)
                breakSecrets("webhooks", configuration.database)
            }
        ) { scene in
            let other = try Sender(source: "src_other", clock: scene.gateway.time.clock)
            func post() throws -> ServerResponse {
                try scene.gateway.connect().post(Message(code: "LEAD-1"), id: "o1", from: other)
            }
            let refused = try post()
            #expect(refused.status == 503)
            #expect(refused.code == "source_unusable")
            #expect(refused[field: "retry-after"] == "60")
            #expect(try scene.gateway.post(Message(code: "LEAD-0"), id: "1").status == 200)
            let list = try scene.get("sources")
            #expect(list.status == 200)
            #expect(list.data.count == 2)
            #expect(list.data[0]["secret_hints"] is NSNull)
            let hooks = try scene.get("webhooks")
            #expect(hooks.status == 200)
            #expect(hooks.data.count == 1)
            let kept = try scene.ask("PATCH", "sources/src_other", ["name": "renamed"])
            #expect(kept.status == 422, "\(kept)")
            // A file that says no secrets leaves the row, and the report names it.
            var silent = DeclaredWorkspace(leads: 2)
            silent.sources = [["id": "src_other", "status": "active"]]
            silent.webhooks[0]["url"] = "https://sink.example/other"
            let path = scene.gateway.database.path
            #expect(try report(silent, path) == ["source src_other", "webhook sink"])
            let healed = try scene.ask(
                "PATCH", "sources/src_other", ["secrets": [Sender.secret]])
            #expect(healed.status == 200, "\(healed)")
            #expect(try post().status == 200)
            let rotated = try scene.ask("POST", "webhooks/1/rotate-secret", [:])
            #expect(rotated.status == 200, "\(rotated)")
            #expect((rotated.json["secret_hints"] as? [Any])?.count == 1)
        }
    }

    @Test func `credentials do not follow a webhook to another host`() throws {
        var declared = DeclaredWorkspace()
        declared.webhooks[0]["credentials"] = ["Authorization": "Bearer abc"]
        try APIScene.play(declared) { scene in
            for url in [
                "https://evil.example/hook", "https://sink.example:8443/hook",
                "https://sink.example.evil.example/hook",
            ] {
                let response = try scene.ask("PATCH", "webhooks/1", ["url": url])
                #expect(response.status == 422, "\(response)")
                #expect(response.pointers == ["/credentials"])
            }
            let whole = try scene.get("webhooks/1")
            #expect(whole.status == 200)
            var put = whole.json
            put["url"] = "https://evil.example/hook"
            #expect(try scene.ask("PUT", "webhooks/1", put).status == 422)
            let path = try scene.ask(
                "PATCH", "webhooks/1", ["url": "https://SINK.example:443/other"])
            #expect(path.status == 200, "\(path)")
            #expect(path.json["credential_names"] as? [String] == ["Authorization"])
            declared.webhooks[0]["credentials"] = nil
            declared.webhooks[0]["url"] = "https://evil.example/hook"
            #expect(throws: (any Error).self) {
                try scene.gateway.database.apply(declared, at: scene.gateway.time.now)
            }
            let said = try scene.ask(
                "PATCH", "webhooks/1",
                ["url": "https://new.example/hook", "credentials": ["Authorization": "Bearer new"]])
            #expect(said.status == 200, "\(said)")
            let none = try scene.ask(
                "PATCH", "webhooks/1",
                ["url": "https://newer.example/", "credentials": [String: String]()])
            #expect(none.status == 200, "\(none)")
            #expect(none.json["credential_names"] as? [String] == [])
        }
    }

    @Test(.rows("S1-24", "C20")) func `a deleted webhook's history can be read`() throws {
        try APIScene.play(DeclaredWorkspace(coupons: 1)) { scene in
            let response = try scene.gateway.post(Message(code: "LEAD-0"), id: "1")
            #expect(response.status == 200)
            let before = try scene.get("webhooks/1/deliveries")
            #expect(before.status == 200)
            let ids = before.data.compactMap { $0["id"] as? Int }
            #expect(ids.count == 2)
            #expect(try scene.ask("DELETE", "webhooks/1").status == 204)
            #expect(try scene.get("webhooks/1").status == 404)
            for path in ["webhooks/1/deliveries", "deliveries?webhook=1", "deliveries"] {
                let list = try scene.get(path)
                #expect(list.status == 200, "\(list)")
                #expect(list.data.compactMap { $0["id"] as? Int } == ids)
            }
            let one = try scene.get("deliveries/\(ids[0])")
            #expect(one.status == 200)
            #expect(one.text("status") == "cancelled")
            #expect(one.json["attempt_log"] is [Any])
            let again = try scene.ask("POST", "deliveries/\(ids[0])/resend")
            #expect(again.status == 409)
            #expect(again.code == "webhook_deleted")
            #expect(try scene.get("webhooks/2/deliveries").status == 404)
        }
    }

    private func report(_ declared: DeclaredWorkspace, _ path: String) throws -> [String] {
        try ScratchDatabase.apply(declared, to: path).unusable
    }
}

/// Puts bytes that no key opens in the place of sealed ones.
private func breakSecrets(_ rows: String, _ database: String) {
    let words = rows.split(separator: " ", maxSplits: 1).map(String.init)
    let rest = words.count > 1 ? " " + words[1] : ""
    do {
        try ScratchDatabase.execute(
            "UPDATE \(words[0]) SET secrets = randomblob(60)\(rest)", on: database)
    } catch {
        Issue.record("\(error)")
    }
}
