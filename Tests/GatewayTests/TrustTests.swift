import Foundation
import TestSupport
import Testing
import Time

/// A machine that trusts nobody cannot judge a receiver's certificate, and charges the receiver with nothing.
@Suite(.serialized) struct TrustTests {
    @Test(arguments: [
        ("none", "no trust anchors"), ("missing", "SSL_CERT_FILE"), ("empty", "SSL_CERT_FILE"),
    ])
    func `a machine without trust anchors postpones deliveries, and says what it lacks`(
        _ lack: String, _ words: String
    ) throws {
        let material = try Certificates.shared.get()
        let receiver = try SecureReceiver(material, certificate: "good")
        defer { receiver.stop() }
        let database = try ScratchDatabase()
        try database.apply(
            DeliveryScene.declared([
                DeliveryScene.webhook(
                    "secure", "https://127.0.0.1:\(receiver.port)/", ["events": ["reward.issued"]])
            ]))
        let folder = database.folder.appending(path: "no-anchors")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "anchors.pem")
        if lack == "empty" { try Data("nothing\n".utf8).write(to: file) }
        let server = try ServeProcess(
            database, flags: ["--allow-targets", "127.0.0.0/8"],
            wrapper: [
                // An empty name is no file, and the usual one is not looked for.
                "env", "SSL_CERT_DIR=\(folder.path)",
                "SSL_CERT_FILE=" + (lack == "none" ? "" : file.path),
            ])
        let sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        let response = try server.connect().post(
            Message(code: "LEAD-0", order: "o-1"), id: "m1", from: sender)
        try #require(response.outcome == "rewarded", "\(response)")
        let deadline = ContinuousClock.now + .seconds(20)
        while !server.said.contains(words), ContinuousClock.now < deadline {
            try #require(try server.connect().request("GET", "/healthz").status == 200)
        }
        #expect(server.said.contains(words), "\(server.said)")
        #expect(try database.count("SELECT count(*) FROM attempts") == 0)
        let states = try database.rows("SELECT status, attempts FROM deliveries", columns: 2)
        #expect(states == ["pending|0"])
    }
}
