import Foundation
import Glibc
import Invocation
import TestSupport
import Testing
import Time

@Suite struct ListenTests {
    private static let body = #"{"id":"evt_1","type":"reward.issued","data":{}}"#

    /// A notification with both signatures, in the form that refgate sends.
    private static func fields(
        _ body: String, _ secret: String = Sender.secret
    ) throws -> [(name: String, value: String)] {
        let standard = try Sender(source: "", secret: secret, clock: .system)
        let simple = try Sender(source: "", scheme: "hmac", secret: secret, clock: .system)
        return try standard.fields(id: "evt_1", body: Array(body.utf8))
            + simple.fields(id: "", body: Array(body.utf8)).dropFirst()
    }

    /// Posts to a listener on a free port; returns the responses and the result of the command.
    private func post(
        _ messages: [(body: String, fields: [(name: String, value: String)])],
        to words: [String] = []
    ) -> (answers: [ServerResponse], run: CommandRun) {
        let answers = Answers()
        let run = CommandRun(
            ["listen", "--port", "0", "--secret", Sender.secret] + words
        ) { said in
            guard let port = UInt16(said.word(after: "http://127.0.0.1:")),
                let client = try? Client(port: port)
            else { return }
            for message in messages {
                let response = try? client.request(
                    "POST", "/hook", message.fields, body: Array(message.body.utf8))
                if let response { answers.add(response) }
            }
        }
        return (answers.all, run)
    }

    @Test func `a delivery with both signatures is valid and answered 200`() throws {
        let (answers, run) = post([(Self.body, try Self.fields(Self.body))])
        #expect(answers.map(\.status) == [200])
        #expect(run.code == .ok, "\(run.errors)")
        #expect(run.output.contains("  evt_1  reward.issued  valid  → 200\n    \(Self.body)\n"))
        #expect(run.errors == "1 received, 1 distinct, 1 valid, 0 not valid\n")
    }

    @Test func `one that was changed, or signed with another secret, is refused and named`() throws
    {
        let other = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
        let good = try Self.fields(Self.body)
        let simple = good.map { field in
            field.name.lowercased() == "x-webhook-signature"
                ? (field.name, "sha256=" + String(repeating: "0", count: 64)) : field
        }
        let (answers, run) = post([
            (Self.body + " ", good), (Self.body, try Self.fields(Self.body, other)),
            (Self.body, simple), (Self.body, []),
        ])
        #expect(answers.map(\.status) == [401, 401, 401, 401])
        #expect(run.code == .failed)
        #expect(
            run.output.components(separatedBy: "  webhook-signature: signature_mismatch  ").count
                == 3)
        #expect(run.output.contains("  x-webhook-signature: signature_mismatch  → 401"))
        #expect(run.output.contains("(no id)  reward.issued  webhook-signature: header_missing"))
        #expect(run.errors == "4 received, 1 distinct, 0 valid, 4 not valid\n")
    }

    @Test func `answers follow the list, and the last one stays`() throws {
        let message = (Self.body, try Self.fields(Self.body))
        let (answers, run) = post(
            [message, message, message, message],
            to: ["--status", "500,503,200", "--retry-after", "7", "--quiet"])
        #expect(answers.map(\.status) == [500, 503, 200, 200])
        #expect(answers.allSatisfy { $0[field: "retry-after"] == "7" })
        #expect(!run.output.contains("evt_1"))
        #expect(run.errors == "4 received, 1 distinct, 4 valid, 0 not valid\n")
    }

    @Test func `what a stranger sends does nothing to the terminal`() {
        let body = "{\"type\":\u{1B}[2J\r\n\u{9B}31m\"}"
        let (_, run) = post([(body, [])])
        #expect(!run.output.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{9B}" })
        #expect(
            run.output.contains(#"    {"type":\u{1b}[2J\u{d}\u{a}\u{9b}31m"}"# + "\n"),
            "\(run.output)")
    }

    @Test(arguments: [
        (["listen", "--port", "PORT"], "--port"),
        (["serve", "--listen", "127.0.0.1:PORT", "--db", "FOLDER/one.db"], "--listen"),
        (["demo", "--listen", "127.0.0.1:PORT", "--fixtures", fixtures], "--listen"),
    ])
    func `a port that is taken is named, and how to name another`(
        _ words: [String], _ option: String
    ) throws {
        let taken = try ScriptedReceiver { _ in .close }
        defer { taken.stop() }
        let folder = try TestFolder()
        let run = CommandRun(
            words.map {
                $0.replacing("PORT", with: "\(taken.port)").replacing("FOLDER", with: folder.path)
            })
        #expect(run.code == .environment)
        let said = "cannot listen on 127.0.0.1:\(taken.port) (bind: Address already in use)"
        #expect(run.errors.contains(said), "\(run.errors)")
        #expect(run.errors.contains("choose another with \(option)"))
    }

    @Test(arguments: [
        (["--secret", "whsec_c2hvcnQ="], "--secret: the secret has 5 bytes"),
        (["--secret", "é"], "whsec_ and"), (["--status", "99"], "--status"),
        (["--status", "200,"], "--status"), (["--port", "65536"], "--port"),
        (["--delay", "soon"], "--delay"),
    ])
    func `what cannot be meant is a mistake of usage`(_ words: [String], _ said: String) {
        let run = CommandRun(["listen", "--port", "0"] + words)
        #expect(run.code == .usage)
        #expect(run.errors.contains(said), "\(run.errors)")
    }
}

/// A value that the posting thread stores for the thread that started it.
private final class Answers: @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [ServerResponse] = []

    func add(_ response: ServerResponse) { lock.withLock { kept.append(response) } }
    var all: [ServerResponse] { lock.withLock { kept } }
}
