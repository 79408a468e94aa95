import Foundation
import Invocation
import TestSupport
import Testing

@Suite struct ApplyTests {
    @Test func `a secret that is made for a webhook is shown once`() throws {
        let folder = try TestFolder()
        let file = try folder.write(DeclaredWorkspace().text, to: "workspace.json")
        let words = ["apply", file, "--db", "\(folder.path)/refgate.db"]
        #expect(!CommandRun(words + ["--dry-run"]).output.contains("whsec_"))
        let first = CommandRun(words)
        #expect(first.code == .ok, "\(first.errors)")
        let secret = try #require(
            first.output.firstMatch(of: /secret of sink, shown this once: (whsec_[\w+\/]+=*)\n/))
        #expect(Data(base64Encoded: String(secret.output.1.dropFirst(6)))?.count == 32)
        #expect(!CommandRun(words).output.contains("whsec_"))
    }

    @Test func `programs find it in the JSON`() throws {
        let folder = try TestFolder()
        let file = try folder.write(DeclaredWorkspace().text, to: "workspace.json")
        let words = ["apply", file, "--db", "\(folder.path)/refgate.db", "--json"]
        let made = CommandRun(words).json["made_secrets"] as? [String: String]
        #expect(made?["sink"]?.hasPrefix("whsec_") == true)
        #expect(CommandRun(words).json["made_secrets"] == nil)
    }
}
