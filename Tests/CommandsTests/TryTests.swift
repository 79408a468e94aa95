import Foundation
import Invocation
import TestSupport
import Testing

/// `refgate try`.
@Suite struct TryTests {
    private func scene() throws -> (TestFolder, ScratchDatabase) {
        let (folder, database) = (try TestFolder(), try ScratchDatabase())
        try database.apply(DeclaredWorkspace(coupons: 1))
        try folder.write(Message(code: "LEAD-0", order: "o-1").text, to: "one.json")
        try folder.write("webhook-id: msg_7\n", to: "one.headers")
        return (folder, database)
    }

    @Test func `a payload is tried on the database, and no row changes`() throws {
        let (folder, database) = try scene()
        let before = try database.content()
        let words = ["try", "shop", "\(folder.path)/one.json", "--db", database.path, "--unsigned"]
        let run = CommandRun(words + ["--json"])
        #expect(run.code == .ok, "\(run.errors)")
        let event = try #require((run.json["events"] as? [[String: Any]])?.first)
        #expect(event["event_id"] as? String == "msg_7")
        #expect((event["decision"] as? [String: Any])?["outcome"] as? String == "rewarded")
        let text = CommandRun(words)
        #expect(text.code == .ok)
        #expect(text.output.contains("payload.data.referral_code"), "\(text.output)")
        #expect(text.output.contains("decision   rewarded"), "\(text.output)")
        #expect(text.output.contains("notifies   sink: reward.issued"), "\(text.output)")
        #expect(try database.content() == before)
    }

    @Test func `an unsigned payload fails the check of the signature`() throws {
        let (folder, database) = try scene()
        let run = CommandRun(
            "try", "src_shop", "\(folder.path)/one.json", "--db", database.path, "--header",
            "webhook-timestamp: 1")
        #expect(run.code == .failed, "\(run.errors)")
        #expect(run.output.contains("signature  "), "\(run.output)")
        #expect(run.output.contains("401"), "\(run.output)")
    }

    @Test func `an unknown source is named with the known ones`() throws {
        let (folder, database) = try scene()
        let run = CommandRun(
            "try", "src_none", "\(folder.path)/one.json", "--db", database.path)
        #expect(run.code == .failed)
        #expect(run.errors.contains("known sources: src_shop"), "\(run.errors)")
    }
}
