import Foundation
import Invocation
import SQLite
import TestSupport
import Testing

@Suite struct ReplayTests {
    @Test func `every payload is answered as its partner should be`() throws {
        let run = CommandRun(
            "replay", "\(fixtures)/payloads", "--workspace", "\(fixtures)/workspace.json", "--json")
        #expect(run.code == .ok, "\(run.errors)")
        #expect(run.json["sent"] as? Int == 64)
        // HubSpot's list has six items.
        #expect(run.json["events"] as? Int == 69)
        let outcomes = try #require(run.json["outcomes"] as? [String: Int])
        #expect(
            outcomes == [
                "rewarded": 21, "held": 5, "rejected": 8, "parked": 7, "unmapped": 5,
                "ignored": 18, "reversed": 3, "mapping_type_error": 1, "mapping_missing_field": 1,
            ])
    }

    @Test func `many at once lose nothing`() throws {
        let run = CommandRun(
            "replay", "\(fixtures)/payloads", "--workspace", "\(fixtures)/workspace.json",
            "--concurrency", "8")
        #expect(run.code == .ok, "\(run.output)")
        #expect(run.output.hasSuffix("64 payloads, 69 events\n"))
    }

    @Test func `a running gateway takes them too, and knows them when they come again`() throws {
        let scene = try ScratchGateway()
        defer { scene.stop() }
        let folder = try TestFolder()
        let workspace = try folder.write(DeclaredWorkspace().text, to: "workspace.json")
        let body = #"{"type":"purchase","data":{"referral_code":"LEAD-0","order_id":"o1"}}"#
        let file = try folder.write(body, to: "payloads/\(DeclaredWorkspace.source)/one.json")
        let words = [
            "replay", file, "--workspace", workspace, "--to", "http://127.0.0.1:\(scene.port)/",
            "--json",
        ]
        let first = CommandRun(words)
        #expect(first.code == .ok, "\(first.output)\(first.errors)")
        #expect(first.json["outcomes"] as? [String: Int] == ["qualified": 1])
        let again = CommandRun(words)
        let answers = try #require(again.json["answers"] as? [[String: Any]])
        #expect(answers.first?["event"] as? Int == 1)
        #expect(try scene.database.count("SELECT count(*) FROM events") == 1)
    }

    @Test func `a payload of no source is named, and so is a gateway that is not there`() throws {
        let folder = try TestFolder()
        let file = try folder.write("{}", to: "payloads/strip/one.json")
        let workspace = "\(fixtures)/workspace.json"
        let run = CommandRun("replay", file, "--workspace", workspace)
        #expect(run.code == .failed)
        #expect(run.errors.contains("no source of the workspace is called strip"))
        #expect(run.errors.contains("did you mean stripe?"))
        let payload = "\(fixtures)/payloads/generic/flat.json"
        let nobody = CommandRun(
            "replay", payload, "--workspace", workspace, "--to", "http://127.0.0.1:1")
        #expect(nobody.code == .environment)
        #expect(nobody.errors.contains("127.0.0.1:1: connect: Connection refused"))
        #expect(nobody.errors.contains("start one with refgate serve, or correct --to"))
        let strange = CommandRun(
            "replay", payload, "--workspace", workspace, "--to", "https://127.0.0.1:1")
        #expect(strange.code == .usage)
    }

    @Test func `a gateway with other sources, and one that is none, are reported with the remedy`()
        throws
    {
        let scene = try ScratchGateway()
        defer { scene.stop() }
        let folder = try TestFolder()
        var declared = DeclaredWorkspace()
        declared.sources = [
            DeclaredWorkspace.shop([
                "secrets": ["whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="]
            ]),
            DeclaredWorkspace.shop(["id": "src_other", "name": "other"]),
        ]
        let workspace = try folder.write(declared.text, to: "workspace.json")
        for source in [DeclaredWorkspace.source, "src_other"] {
            try folder.write("{}", to: "payloads/\(source)/one.json")
        }
        let words = ["replay", "\(folder.path)/payloads", "--workspace", workspace, "--to"]
        let run = CommandRun(words + ["http://127.0.0.1:\(scene.port)"])
        #expect(run.code == .failed)
        #expect(run.output.contains("401 signature_mismatch"))
        #expect(run.output.contains("404 unknown_source"))
        #expect(run.output.contains("declare them with refgate apply WORKSPACE"))
        #expect(run.output.contains("give the gateway's workspace with --workspace"))
        let stranger = try ScriptedReceiver { _ in .answer("SSH-2.0-OpenSSH\r\n\r\n") }
        defer { stranger.stop() }
        let strange = CommandRun(words + ["http://127.0.0.1:\(stranger.port)"])
        #expect(strange.code == .environment)
        #expect(
            strange.errors.contains("the server is not a gateway; correct --to"),
            "\(strange.errors)")
        let absent = CommandRun("replay", "payloads", "--workspace", "\(folder.path)/none.json")
        #expect(absent.code == .environment)
        #expect(absent.errors.contains("with --workspace"))
    }
}
