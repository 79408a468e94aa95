import Foundation
import TestSupport
import Testing
import Time

/// The sample receiver for Swift in the documentation, compiled unchanged and run.
@Suite struct SwiftSampleTests {
    private struct Ask: Encodable {
        var headers: [String: String]
        var body: Data
        var secret: String
    }

    private static let driver = """
        import Foundation

        struct Ask: Decodable {
            var headers: [String: String]
            var body: Data
            var secret: String
        }

        while let line = readLine() {
            let ask = try JSONDecoder().decode(Ask.self, from: Data(line.utf8))
            print(
                isGenuine(ask.headers, ask.body, secret: ask.secret),
                isGenuineInShort(ask.headers, ask.body, secret: ask.secret))
        }
        """

    @Test func `it takes what was signed now, and nothing else`() throws {
        let folder = try TestFolder()
        try folder.write(ReceiverSample.text(in: "swift"), to: "Receiver.swift")
        try folder.write(Self.driver, to: "main.swift")
        let crypto = ReceiverSample.root.appending(path: "Tests/Foreign/SwiftCrypto/Crypto.swift")
        try run(
            [
                "swiftc", "-emit-module", "-emit-library", "-static", "-parse-as-library",
                "-module-name", "Crypto", crypto.path, "-o", "libCrypto.a",
            ], in: folder)
        try run(
            [
                "swiftc", "-swift-version", "6", "-warnings-as-errors", "Receiver.swift",
                "main.swift", "-I", ".", "-L", ".", "-lCrypto", "-lcrypto", "-o", "receiver",
            ], in: folder)
        var (asks, expected) = ("", "")
        for (ask, answer) in try cases() {
            asks += String(decoding: try JSONEncoder().encode(ask), as: UTF8.self) + "\n"
            expected += answer + "\n"
        }
        try folder.write(asks, to: "asks.jsonl")
        #expect(try run(["sh", "-c", "./receiver < asks.jsonl"], in: folder) == expected)
    }

    /// Requests with the expected result of each: by Standard Webhooks, and by the short signature.
    private func cases() throws -> [(Ask, String)] {
        let body = #"{"id":"evt_1","type":"reward.issued","data":{"first_name":"Zoë"}}"#
        let good = try ask(body)
        var tampered = good
        tampered.body.append(0x20)
        var otherSecret = good
        otherSecret.secret = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
        var rotated = good
        rotated.headers["webhook-signature"] =
            "v1,AAAA " + (good.headers["webhook-signature"] ?? "")
        var otherID = good
        otherID.headers["webhook-id"] = "evt_2"
        var unsigned = good
        unsigned.headers = [:]
        return [
            (good, "true true"), (tampered, "false false"), (otherSecret, "false false"),
            (rotated, "true true"), (otherID, "false true"), (unsigned, "false false"),
            (try ask(body, age: 600), "false true"), (try ask(body, age: -600), "false true"),
        ]
    }

    private func ask(_ body: String, age: Int = 0) throws -> Ask {
        let time = WallClock.system.now() - .seconds(age)
        var headers: [String: String] = [:]
        for scheme in ["standard-webhooks", "hmac"] {
            let sender = try Sender(source: "", scheme: scheme, clock: .system)
            for field in try sender.fields(id: "evt_1", body: Array(body.utf8), at: time) {
                headers[field.name.lowercased()] = field.value
            }
        }
        return Ask(headers: headers, body: Data(body.utf8), secret: Sender.secret)
    }

    @discardableResult
    private func run(_ words: [String], in folder: TestFolder) throws -> String {
        let run = try FinishedProcess(words, folder: folder.path, errors: .output)
        #expect(run.status == 0, "\(words.joined(separator: " ")): \(run.output)")
        return run.output
    }
}
