import Foundation
import Invocation
import TestSupport
import Testing

@Suite struct DemoTests {
    @Test(.rows("S2-8", "S2-20"))
    func `everything is answered as it should be, and every notification is verified`() throws {
        let run = CommandRun("demo", "--once", "--fixtures", fixtures)
        #expect(run.code == .ok, "\(run.output)\(run.errors)")
        let sum = try #require(
            run.output.firstMatch(of: /(\d+) queued, (\d+) received and verified\n/))
        #expect(sum.output.1 == sum.output.2)
        #expect(run.output.matches(of: /← [a-z.]+, verified/).count == Int(sum.output.1))
        #expect(run.output.contains("← reward.issued, verified: coupon THANKS-1001 issued for Ada"))
        // The first purchase is printed check by check, and the items of a list one by one.
        #expect(run.output.contains("why, check by check"))
        #expect(run.output.contains("property-changes.json [5]: "))
        // Every preset appears.
        for preset in [
            "refgate", "generic", "stripe", "shopify", "hubspot", "revenuecat", "referral-factory",
        ] { #expect(run.output.contains("preset \(preset), ")) }
    }

    @Test func `then it serves, and what is pasted from it is decided and shown`() throws {
        let run = CommandRun(
            ["demo", "--listen", "127.0.0.1:0", "--fixtures", fixtures]
        ) { said in
            guard let start = said.text.range(of: "curl -sS -X POST"),
                let end = said.text.range(
                    of: "\n\n", range: start.upperBound..<said.text.endIndex)
            else {
                Issue.record("no curl line: \(said.text)")
                return
            }
            let script = String(said.text[start.lowerBound..<end.lowerBound])
            let before = said.text
            #expect(shell(script).contains(#""outcome":"rewarded""#))
            #expect(
                said.wait(for: before + "      ← lead.qualified, verified"), "\(said.text)")
            #expect(shell(script).contains(#""duplicate":true"#))
            let events = said.text.split(separator: "\n").first { $0.hasSuffix("/events") }
            #expect(shell(String(events ?? "")).contains(#""outcome":"rewarded""#))
        }
        #expect(run.code == .ok, "\(run.output)\(run.errors)")
        #expect(run.output.hasSuffix("stopped; the temporary database was removed\n"))
        let database = try #require(run.output.firstMatch(of: /database (\/\S+)\n/)).output.1
        #expect(!FileManager.default.fileExists(atPath: String(database)))
    }

    @Test func `a folder without fixtures is named, and how to name another`() throws {
        let folder = try TestFolder()
        let nowhere = CommandRun("demo", "--once", "--fixtures", "\(folder.path)/none")
        #expect(nowhere.code == .environment)
        #expect(nowhere.errors.contains("none/workspace.json"))
        #expect(nowhere.errors.contains("--fixtures"))
        try folder.write(DeclaredWorkspace().text, to: "workspace.json")
        let noPayloads = CommandRun("demo", "--once", "--fixtures", folder.path)
        #expect(noPayloads.code == .environment)
        #expect(noPayloads.errors.contains("/payloads does not exist"))
        try folder.write("{}", to: "payloads/nobody/one.json")
        let strange = CommandRun("demo", "--once", "--fixtures", folder.path)
        #expect(strange.code == .failed)
        #expect(strange.errors.contains("no source of the workspace is called nobody"))
        try folder.write(#"{"campaigns": 7}"#, to: "workspace.json")
        let mistaken = CommandRun("demo", "--once", "--fixtures", folder.path)
        #expect(mistaken.code == .failed)
        #expect(mistaken.errors.contains("workspace.json:1:"), "\(mistaken.errors)")
    }

    @Test func `without a notification there is nothing to be content with`() throws {
        let folder = try TestFolder()
        var declared = DeclaredWorkspace()
        declared.webhooks = []
        try folder.write(declared.text, to: "workspace.json")
        try folder.write(
            #"{"type":"purchase","data":{"referral_code":"LEAD-0"}}"#,
            to: "payloads/\(DeclaredWorkspace.source)/one.json")
        let run = CommandRun("demo", "--once", "--fixtures", folder.path)
        #expect(run.code == .failed)
        #expect(run.output.contains("0 queued, 0 received"))
    }

    private func shell(_ script: String) -> String {
        (try? FinishedProcess(["sh", "-c", script], errors: .output).output) ?? ""
    }
}
