import Foundation
import Gateway
import Sockets
import Telemetry
import TestSupport
import Testing

@testable import Monitoring

/// What the log says of requests and deliveries, and how an answer names its line.
@Suite struct RequestLogTests {
    /// A request and what its line is to say.
    struct Refused: Sendable {
        var method = "GET"
        var path: String
        var body: String?
        var isSigned = false
        var hasKey = false
        var type = "application/json"
        let status: Int
        let code: String
        let label: String
    }

    static let refused = [
        Refused(
            path: "/jane@example.com?email=jane@example.com", status: 404, code: "not_found",
            label: "GET /*"),
        Refused(
            path: "/api/v1/jane@example.com", hasKey: true, status: 404, code: "not_found",
            label: "GET /api/v1/*"),
        Refused(
            path: "/api/v1/campaigns?email=jane@example.com", status: 401, code: "invalid_api_key",
            label: "GET /api/v1/campaigns"),
        Refused(
            path: "/api/v1/participants/jane@example.com", hasKey: true, status: 400,
            code: "invalid_id", label: "GET /api/v1/*"),
        Refused(
            path: "/api/v1/campaigns/999", hasKey: true, status: 404, code: "not_found",
            label: "GET /api/v1/campaigns/#"),
        Refused(
            method: "DELETE", path: "/api/v1/campaigns", hasKey: true, status: 405,
            code: "method_not_allowed", label: "DELETE /api/v1/campaigns"),
        Refused(
            method: "POST", path: "/api/v1/participants", body: #"{"email": "jane@example.com"}"#,
            hasKey: true, status: 422, code: "invalid_body", label: "POST /api/v1/participants"),
        Refused(
            method: "POST", path: "/api/v1/participants", body: "jane@example.com",
            hasKey: true, status: 400, code: "invalid_json", label: "POST /api/v1/participants"),
        Refused(
            method: "POST", path: "/hooks/jane@example.com", body: "{}", status: 404,
            code: "unknown_source", label: "POST /hooks/*"),
        Refused(
            path: "/hooks/src_shop", status: 405, code: "method_not_allowed",
            label: "GET /hooks/src_shop"),
        Refused(
            method: "POST", path: "/hooks/src_shop", body: #"{"jane@example.com": 1}"#, status: 401,
            code: "signature_missing", label: "POST /hooks/src_shop"),
        Refused(
            method: "POST", path: "/hooks/src_shop", body: "jane@example.com", isSigned: true,
            status: 400, code: "invalid_json", label: "POST /hooks/src_shop"),
        Refused(
            method: "POST", path: "/hooks/src_shop", body: #"{"type": "jane@example.com"}"#,
            isSigned: true, status: 422, code: "mapping_missing_field",
            label: "POST /hooks/src_shop"),
        Refused(
            method: "POST", path: "/hooks/src_shop", body: "a=b", type: "text/plain", status: 415,
            code: "unsupported_media_type", label: "POST /hooks/src_shop"),
    ]

    private func fields(_ request: Refused, _ scene: ScratchGateway) throws -> [(String, String)] {
        var fields: [(String, String)] = []
        if request.hasKey { fields.append(("X-API-Key", try scene.makeKey())) }
        if request.isSigned {
            return try scene.sender.fields(id: "m1", body: Array((request.body ?? "").utf8))
        }
        if request.body != nil { fields.append(("Content-Type", request.type)) }
        return fields
    }

    @Test(arguments: refused)
    func `each error bears the id of its line, which names nobody`(_ request: Refused) throws {
        let record = LogRecord()
        try ScratchGateway.play(log: record.log(.warning)) { scene in
            let response = try scene.connect().request(
                request.method, request.path, try fields(request, scene),
                body: request.body.map { Array($0.utf8) })
            #expect(response.status == request.status, "\(response)")
            #expect(response.code == request.code)
            let id = try #require(response[field: "x-request-id"])
            #expect(id.hasPrefix("req_"))
            #expect(response.json["request_id"] as? String == id)
            let line = try #require(record.wait { $0["request_id"] == id })
            #expect(line["level"] == "warning")
            #expect(line.number("status") == request.status)
            #expect(line["code"] == request.code)
            #expect(line["request"] == request.label)
            #expect(!line.text.contains("jane"), "\(line.text)")
        }
    }

    @Test func `what the server refuses by itself has a line too`() throws {
        let record = LogRecord()
        try ScratchGateway.play(log: record.log(.warning)) { scene in
            let malformed = try scene.connect()
            try malformed.write(Array("GET /jane@example.com\r\n\r\n".utf8))
            let large = try scene.connect()
            let fields = try scene.sender.fields(id: "m1", body: [])
            try large.write(
                Client.bytes(
                    "POST", scene.sender.path, fields + [("Content-Length", "99999999")]))
            for (client, status, label) in [
                (malformed, 400, nil), (large, 413, "POST /hooks/src_shop"),
            ] as [(Client, Int, String?)] {
                let response = try client.read()
                #expect(response.status == status, "\(response)")
                let id = try #require(response.json["request_id"] as? String)
                let line = try #require(record.wait { $0["request_id"] == id })
                #expect(line["code"] == response.code)
                #expect(line["request"] == label)
                #expect(!line.text.contains("jane"))
            }
        }
    }

    @Test func `a fault of the database has a line, and ids differ`() throws {
        let record = LogRecord()
        try ScratchGateway.play(log: record.log(.warning)) { scene in
            let response = try scene.whileLocked { () throws -> [ServerResponse] in
                try ["m1", "m2"].map { try scene.post(Message(code: "LEAD-0", order: $0), id: $0) }
            }
            #expect(response.map(\.status) == [503, 503], "\(response)")
            let ids = try response.map { try #require($0.json["request_id"] as? String) }
            #expect(Set(ids).count == 2)
            for id in ids {
                let line = try #require(record.wait { $0["request_id"] == id })
                #expect(line["message"] == "a request failed")
                #expect(line["request"] == "POST /hooks/src_shop")
            }
        }
    }

    @Test func `changes have a line at info, and what reads or is accepted has none`() throws {
        let record = LogRecord()
        try ScratchGateway.play(log: record.log(.info)) { scene in
            let key = ("X-API-Key", try scene.makeKey())
            let client = try scene.connect()
            let accepted = try scene.post(Message(code: "LEAD-0", order: "o1", amount: 5), id: "m1")
            #expect(accepted.status == 200)
            let listed = try client.request("GET", "/api/v1/campaigns", [key])
            #expect(listed.status == 200)
            for response in [accepted, listed] { #expect(response[field: "x-request-id"] == nil) }
            let made = try client.request(
                "POST", "/api/v1/participants", [key, ("Content-Type", "application/json")],
                body: Array(#"{"campaign": 1, "email": "jane@example.com"}"#.utf8))
            #expect(made.status == 201, "\(made)")
            let id = try #require(made[field: "x-request-id"])
            let line = try #require(record.wait { $0["request_id"] == id })
            #expect(line["level"] == "info")
            #expect(line["request"] == "POST /api/v1/participants")
            #expect(record.lines.filter { $0["request"] != nil }.count == 1)
            #expect(!record.lines.contains { $0.text.contains("jane") })
        }
    }

    @Test func `at debug each request has a line`() throws {
        let record = LogRecord()
        try ScratchGateway.play(log: record.log(.debug)) { scene in
            for number in 1...30 {
                let response = try scene.post(
                    Message(code: "LEAD-0", order: "o\(number)", amount: 5), id: "m\(number)")
                #expect(response.status == 200)
                let id = try #require(response[field: "x-request-id"])
                let line = try #require(record.wait { $0["request_id"] == id })
                #expect(line["level"] == "debug")
                #expect(line["request"] == "POST /hooks/src_shop")
                #expect(line.number("status") == 200)
            }
        }
    }

    @Test func `an attempt that failed has a line with the notification's id`() throws {
        let receiver = try ScriptedReceiver { _ in
            .answer("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
        }
        defer { receiver.stop() }
        let declared = DeliveryScene.declared([
            DeliveryScene.webhook(
                "bad", "http://127.0.0.1:\(receiver.port)/jane@example.com",
                ["events": ["conversion.created"]])
        ])
        let record = LogRecord()
        try ScratchGateway.play(
            declared, log: record.log(.warning),
            configure: { $0.destinations = DeliveryScene.loopback }
        ) { scene in
            let response = try scene.post(Message(code: "LEAD-0", order: "o1"), id: "m1")
            #expect(response.outcome == "rewarded", "\(response)")
            let line = try #require(record.wait { $0.number("webhook") == 1 })
            #expect(line["level"] == "warning")
            #expect(line["code"] == "500")
            #expect(line["request_id"]?.hasPrefix("evt_") == true, "\(line.text)")
            #expect(line.number("delivery") != nil)
            #expect(!line.text.contains("jane"))
        }
    }

    @Test func `a flood leaves a few lines, and all answers have ids`() throws {
        let record = LogRecord()
        try ScratchGateway.play(log: record.log(.warning)) { scene in
            let client = try scene.connect()
            var ids: Set<String> = []
            for _ in 0..<500 {
                let response = try client.request("GET", "/nothing")
                #expect(response.status == 404)
                ids.insert(try #require(response[field: "x-request-id"]))
            }
            #expect(ids.count == 500)
            #expect(record.lines.count >= LogSampler.burst)
            // One more for each second that the flood lasts.
            #expect(record.lines.count < 100)
        }
    }
}

@Suite struct LogSamplerTests {
    private let start = MonotonicTime.now()

    @Test func `a burst is let through, then one each second, which counts the others`() {
        let sampler = LogSampler()
        for _ in 0..<LogSampler.burst { #expect(sampler.take("a", at: start) == 0) }
        for _ in 0..<5 { #expect(sampler.take("a", at: start) == nil) }
        #expect(sampler.take("b", at: start) == 0)
        #expect(sampler.take("a", at: start + .milliseconds(500)) == nil)
        #expect(sampler.take("a", at: start + .milliseconds(1001)) == 6)
        #expect(sampler.take("a", at: start + .milliseconds(1002)) == nil)
        let later = start + .seconds(100)
        #expect(sampler.take("a", at: later) == 1)
        for _ in 1..<LogSampler.burst { #expect(sampler.take("a", at: later) == 0) }
        #expect(sampler.take("a", at: later) == nil)
    }

    @Test func `kinds without end share one allowance`() {
        let sampler = LogSampler()
        let taken = (0..<5_000).count { sampler.take("kind \($0)", at: start) != nil }
        #expect(taken == 1024 + LogSampler.burst)
        #expect(sampler.take("another", at: start + .seconds(60)) == 0)
    }
}
