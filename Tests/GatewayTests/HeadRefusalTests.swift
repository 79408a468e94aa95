import Foundation
import Gateway
import TestSupport
import Testing
import Time
import Transport

/// What is answered from the head of a request, while nothing of its body was sent: whoever may not ask
/// takes no memory.
@Suite struct HeadRefusalTests {
    private static let announced = [("Content-Length", "1000000")]
    private static let chunked = [("Transfer-Encoding", "chunked")]

    /// Sends a head alone, or with the first bytes of its body; the answer comes although the rest does not.
    private func response(
        _ scene: ScratchGateway, _ method: String, _ path: String,
        _ fields: [(name: String, value: String)], begun: String = ""
    ) throws -> ServerResponse {
        let client = try scene.connect()
        try client.write(Client.bytes(method, path, fields) + Array(begun.utf8))
        return try client.read(hasBody: method != "HEAD")
    }

    @Test(arguments: [
        ("POST", "/api/v1/campaigns"), ("PATCH", "/api/v1/campaigns/1"),
        ("PUT", "/api/v1/sources/x"),
        ("DELETE", "/api/v1/webhooks/1"), ("POST", "/api/v1/participants/import"),
        ("POST", "/api/v1/members/api-key"), ("POST", "/api/v1/events/1/replay"),
        ("PATCH", "/api/v1/campaigns/abc"), ("GET", "/api/v1/events"),
    ])
    func `without a valid key no body is read`(_ method: String, _ path: String) throws {
        try ScratchGateway.play { scene in
            for framing in [Self.announced, Self.chunked] {
                for key in [[], [("X-API-Key", "ref_live_wrong")], [("Authorization", "Bearer x")]]
                {
                    let response = try response(scene, method, path, framing + key)
                    #expect(response.status == 401)
                    #expect(response.json["error"] as? String == "Invalid or missing API key")
                    #expect(response[field: "access-control-allow-origin"] == "*")
                }
                let both = try response(
                    scene, method, path,
                    framing + [("X-API-Key", "a"), ("Authorization", "Bearer b")])
                #expect(both.status == 400)
                #expect(both.code == "ambiguous_credentials")
            }
        }
    }

    @Test func `with a key a body is still refused by path, method, media type and length`() throws
    {
        try ScratchGateway.play { scene in
            let key = [("X-API-Key", try scene.makeKey())]
            let refusals: [(String, String, [(String, String)], Int)] = [
                ("POST", "/api/v1/nowhere", Self.announced, 404),
                ("POST", "/nowhere", Self.chunked, 404),
                ("POST", "/healthz", Self.announced, 405),
                ("DELETE", "/api/v1/events", Self.announced, 405),
                (
                    "POST", "/api/v1/campaigns", Self.announced + [("Content-Type", "text/plain")],
                    415
                ),
                ("POST", "/api/v1/participants/import", Self.chunked, 415),
                ("PATCH", "/api/v1/campaigns/abc", Self.announced, 400),
                ("POST", "/api/v1/campaigns", [("Content-Length", "1048577")], 413),
            ]
            for (method, path, fields, status) in refusals {
                let response = try response(scene, method, path, fields + key)
                #expect(response.status == status, "\(method) \(path)")
            }
        }
    }

    @Test(.rows("S1-7"))
    func `a key of another process counts at once, and no longer when it is revoked`() throws {
        try ScratchGateway.play { scene in
            let client = try scene.connect()
            for _ in 0..<3 {
                let key = try scene.makeKey()
                let body = Array(#"{"name": "renamed"}"#.utf8)
                let number = try scene.database.count("SELECT max(id) FROM api_keys")
                let path = "/api/v1/keys/\(number)"
                let fields = [("X-API-Key", key), ("Content-Type", "application/json")]
                for _ in 0..<2 {
                    #expect(try client.request("PATCH", path, fields, body: body).status == 200)
                }
                #expect(try scene.database.revokeKey(number))
                #expect(try client.request("PATCH", path, fields, body: body).status == 401)
                // It is forgotten by now, so that not even its body is read.
                #expect(
                    try response(scene, "PATCH", path, fields + Self.announced).status == 401)
            }
        }
    }

    @Test func `invented keys do not keep a known one waiting`() throws {
        try ScratchGateway.play { scene in
            let key = try scene.makeKey()
            #expect(
                try scene.connect().request("GET", "/api/v1/events", [("X-API-Key", key)]).status
                    == 200)
            let flood = try (0..<300).map { number in
                let client = try scene.connect()
                try client.write(
                    Client.bytes(
                        "POST", "/api/v1/campaigns",
                        Self.announced + [("X-API-Key", "ref_live_\(number)")]))
                return client
            }
            #expect(
                try scene.connect().request("GET", "/api/v1/events", [("X-API-Key", key)]).status
                    == 200)
            for client in flood {
                let response = try client.read()
                #expect([401, 503].contains(response.status))
                #expect(response.status == 401 || response[field: "retry-after"] != nil)
            }
        }
    }

    @Test func `a delivery is refused by its head where no body could make it right`() throws {
        try ScratchGateway.play { scene in
            let signed = try scene.sender.fields(id: "msg_1", body: [])
            let late = try scene.sender.fields(
                id: "msg_1", body: [], at: scene.time.now - .seconds(3600))
            let cases: [(String, [(name: String, value: String)], Int, String)] = [
                ("/hooks/nobody", signed, 404, "unknown_source"),
                (scene.sender.path, [("Content-Type", "text/html")], 415, "unsupported_media_type"),
                (
                    scene.sender.path, [("Content-Type", "application/json")], 401,
                    "signature_missing"
                ),
                (scene.sender.path, late, 401, "timestamp_out_of_window"),
                (
                    scene.sender.path, signed.filter { $0.name.lowercased() != "webhook-id" }, 401,
                    "signature_missing"
                ),
            ]
            for (path, fields, status, code) in cases {
                for (framing, begun) in [
                    (Self.announced, ""), (Self.announced, "{"), (Self.chunked, ""),
                    (Self.chunked, "1\r\n{\r\n"),
                ] {
                    let response = try response(scene, "POST", path, fields + framing, begun: begun)
                    #expect(response.status == status)
                    #expect(response.code == code)
                }
            }
            // Too large comes before the signature.
            let large = try response(
                scene, "POST", scene.sender.path,
                [("Content-Type", "application/json"), ("Content-Length", "1048577")])
            #expect(large.status == 413)
            #expect(try scene.database.count("SELECT count(*) FROM events") == 0)
        }
    }

    @Test func `no body is read of a GET`() throws {
        try ScratchGateway.play { scene in
            let key = try scene.makeKey()
            for path in [
                "/healthz", "/readyz", "/metrics", "/status", "/api/v1/status", "/api/v1/events",
            ] {
                for method in ["GET", "HEAD"] {
                    for framing in [[("Content-Length", "100")], Self.announced, Self.chunked] {
                        let response = try response(
                            scene, method, path, framing + [("X-API-Key", key)])
                        #expect(response.status == 200, "\(method) \(path)")
                    }
                }
                // One that is short is dropped, and the connection stays.
                let client = try scene.connect()
                for _ in 0..<2 {
                    let response = try client.request(
                        "GET", path, [("X-API-Key", key)], body: Array("GET / HTTP/1.1".utf8))
                    #expect(response.status == 200)
                    #expect(!response.closes)
                }
            }
        }
    }
}
