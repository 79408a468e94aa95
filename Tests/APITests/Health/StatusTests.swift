import Foundation
import Gateway
import Outbound
import Referrals
import Storage
import Synchronization
import TestSupport
import Testing
import Time
import Transport

@testable import API

/// What operators see of a gateway that does not fare well, over real sockets.
@Suite struct StatusTests {
    private func component(_ name: String, _ response: ServerResponse) -> String? {
        (response.json["components"] as? [[String: Any]])?
            .first { $0["name"] as? String == name }?["status"] as? String
    }

    /// Asks both routes, and sees that they agree.
    private func look(
        _ client: Client, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (ready: ServerResponse, status: ServerResponse) {
        let ready = try client.request("GET", "/readyz")
        let status = try client.request("GET", "/status")
        #expect(status.status == 200, sourceLocation: sourceLocation)
        let isDown = component("API v1", status) == "Down"
        #expect(
            (ready.status == 503) == isDown, "\(ready) \(status)", sourceLocation: sourceLocation)
        return (ready, status)
    }

    /// Asks until what is told is so; what other threads find out tells itself by nothing else.
    private func wait(
        _ client: Client, sourceLocation: SourceLocation = #_sourceLocation,
        until isSo: (ServerResponse) throws -> Bool
    ) throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try !isSo(client.request("GET", "/status")) {
            guard ContinuousClock.now < deadline else {
                let response = try client.request("GET", "/status")
                Issue.record("\(response)", sourceLocation: sourceLocation)
                return
            }
            poll(nil, 0, 5)
        }
    }

    @Test(.rows("S0-1")) func `a gateway that is well says so on every route`() throws {
        try ScratchGateway.play { scene in
            let client = try scene.connect()
            let (ready, status) = try look(client)
            #expect(ready.status == 200)
            #expect(status.text.contains(#""status":"Operational","components""#), "\(status)")
            #expect(
                try client.request("GET", "/api/v1/status").json as NSDictionary
                    == status.json as NSDictionary)
        }
    }

    @Test
    func `a locked database is reported at once, on all routes, and is forgotten when it is free`()
        throws
    {
        try ScratchGateway.play { scene in
            let client = try scene.connect()
            #expect(try client.request("GET", "/readyz").status == 200)
            try scene.whileLocked {
                try wait(client) { component("API v1", $0) == "Down" }
                for _ in 0..<5 {
                    let began = ContinuousClock.now
                    let (ready, status) = try look(client)
                    // Neither the writer nor the lock is waited for: twice half a second at most.
                    #expect(ContinuousClock.now - began < .seconds(4))
                    #expect(ready.status == 503, "\(ready)")
                    #expect(["storage_locked", "writer_busy"].contains(ready.code ?? ""))
                    #expect(Int(ready[field: "retry-after"] ?? "") ?? 0 > 0)
                    #expect(component("Webhooks", status) == "Down")
                    #expect(component("Widget API", status) == "Down")
                    #expect(status.json["status"] as? String == "Degraded")
                    #expect(!status.text.contains("Nothing is overdue"))
                }
            }
            try wait(client) { component("API v1", $0) == "Operational" }
            #expect(try look(client).ready.status == 200)
        }
    }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let bad = "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno"

    private func loopback(_ configuration: inout Configuration) {
        configuration.destinations = DeliveryScene.loopback
    }

    private func breaker(_ scene: APIScene, _ webhook: Int) throws -> [String: Any] {
        let response = try scene.get("webhooks/\(webhook)")
        #expect(response.status == 200)
        return try #require(response.json["breaker"] as? [String: Any], "\(response)")
    }

    /// A webhook whose breaker is open, with one delivery that waits.
    private func play(
        _ receiver: ScriptedReceiver, _ test: (APIScene, Int, ServerResponse) throws -> Void
    ) throws {
        try APIScene.play(configure: loopback) { scene in
            let id = try scene.create(
                "webhooks",
                [
                    "name": "local", "url": "http://127.0.0.1:\(receiver.port)/hook",
                    "events": ["reward.issued"], "retry": "none",
                ])
            #expect(try breaker(scene, id)["state"] as? String == "closed")
            func fail(_ count: Int) throws {
                try scene.ask("POST", "webhooks/\(id)/test")
                try DeliveryScene.wait(
                    for: "SELECT failures = \(count) FROM webhook_queues WHERE webhook_id = \(id)",
                    in: scene.gateway.database)
            }
            try fail(1)
            try wait(scene.client) { component("Webhooks", $0) == "Degraded" }
            for count in 2...9 { try fail(count) }
            #expect(try breaker(scene, id)["failures"] as? Int == 9)
            scene.gateway.time.advance(by: .seconds(70))
            try fail(10)
            // A delivery of the main path's kind waits for the breaker.
            try scene.gateway.database.queue("lead.created", about: 2, for: id)
            let waiting = try scene.get("webhooks/\(id)/deliveries?status=pending")
            #expect(waiting.status == 200)
            try test(scene, id, waiting)
        }
    }

    private func time(_ text: Any?) throws -> Date {
        let text = try #require(text as? String)
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return try #require(format.date(from: text) ?? ISO8601DateFormatter().date(from: text))
    }

    @Test(.rows("S4-23"))
    func `an open breaker is seen: since when, and when the next attempt is made`() throws {
        let receiver = try ScriptedReceiver { _ in .answer(Self.bad) }
        defer { receiver.stop() }
        try play(receiver) { scene, id, waiting in
            let now = try time(scene.gateway.time.now.rfc3339)
            let breaker = try breaker(scene, id)
            #expect(breaker["state"] as? String == "open")
            #expect(try time(breaker["since"]) <= now)
            let next = try time(breaker["next_attempt_at"])
            #expect(next > now)
            #expect(next <= now + 61)
            #expect(waiting.data.count == 1)
            #expect(try time(waiting.data.first?["next_attempt_at"]) == next)
            try wait(scene.client) { $0.text.contains("open breaker: 1") }
            #expect(try look(scene.client).ready.status == 200)
            // When the wait is over and no attempt has been made yet, the next one is not in the past.
            scene.gateway.time.stand()
            scene.gateway.time.advance(by: .seconds(30))
            let listed = try scene.get("deliveries?webhook=\(id)")
            #expect(listed.status == 200, "\(listed)")
            let rows = listed.data
            #expect(!rows.isEmpty)
            for row in rows where !(row["next_attempt_at"] is NSNull) {
                #expect(
                    try time(row["next_attempt_at"])
                        >= time(scene.gateway.time.now.rfc3339) - 0.01)
            }
            #expect(try exported(scene) == rows.map { $0["next_attempt_at"] as? String }.reversed())
            try scene.ask("PATCH", "webhooks/\(id)", ["status": "paused"])
            #expect(try exported(scene).allSatisfy { $0 == nil })
            let paused = try scene.get("webhooks/\(id)/deliveries?status=pending")
            #expect(paused.data.first?["next_attempt_at"] is NSNull, "\(paused)")
        }
    }

    /// When an export says that deliveries are attempted next.
    private func exported(_ scene: APIScene) throws -> [String?] {
        let path = scene.gateway.database.path
        let store = try Store.open(path, for: .reader)
        let rule = try NextAttempts.forExport(of: store, at: scene.gateway.time.now)
        let place = try #require(
            ExportTable(.deliveries).columns.firstIndex { $0.name == "next_attempt_at" })
        var times: [String?] = []
        try ExportTable.forEach(
            of: .deliveries, account: .first, in: store, nextAttempt: rule
        ) { row in
            #expect(row.count == ExportTable(.deliveries).columns.count)
            if case .plain(let text) = row[place] { times.append(text) } else { times.append(nil) }
        }
        return times
    }

    @Test(arguments: ["test", "resend", "resend all", "address", "resume"])
    func `what an operator does about it probes at once`(_ deed: String) throws {
        let isMended = Mutex(false)
        let receiver = try ScriptedReceiver { _ in
            .answer(isMended.withLock { $0 } ? Self.ok : Self.bad)
        }
        defer { receiver.stop() }
        try play(receiver) { scene, id, _ in
            isMended.withLock { $0 = true }
            let now = try time(scene.gateway.time.now.rfc3339)
            // What the answer says of the next attempt is true already: it is made now, and not in a minute.
            func expectNow(_ text: Any?) throws {
                #expect(abs(try time(text).timeIntervalSince(now)) < 30)
            }
            switch deed {
            case "test":
                let response = try scene.ask("POST", "webhooks/\(id)/test")
                #expect(response.status == 202)
                try expectNow(response.json["next_attempt_at"])
            case "resend":
                let failed = try scene.get("deliveries?webhook=\(id)&status=failed").data
                let one = try #require(failed.first?["id"] as? Int)
                let response = try scene.ask("POST", "deliveries/\(one)/resend")
                #expect(response.status == 202)
                try expectNow(response.json["next_attempt_at"])
            case "resend all":
                let response = try scene.ask(
                    "POST", "webhooks/\(id)/resend", ["since": "2000-01-01T00:00:00Z"])
                #expect(response.status == 202)
            case "address":
                let response = try scene.ask(
                    "PATCH", "webhooks/\(id)",
                    ["url": "http://127.0.0.1:\(receiver.port)/other"])
                #expect(response.status == 200)
                let breaker = try #require(response.json["breaker"] as? [String: Any])
                #expect(breaker["state"] as? String == "half_open")
                try expectNow(breaker["next_attempt_at"])
            default:
                #expect(
                    try scene.ask("PATCH", "webhooks/\(id)", ["status": "paused"]).status == 200)
                let response = try scene.ask("PATCH", "webhooks/\(id)", ["status": "active"])
                #expect(response.status == 200)
                let breaker = try #require(response.json["breaker"] as? [String: Any])
                #expect(breaker["state"] as? String == "half_open")
                try expectNow(breaker["next_attempt_at"])
            }
            // By itself it would be a minute until the next attempt.
            try DeliveryScene.wait(
                for: """
                    SELECT opened_at IS NULL AND failures = 0 FROM webhook_queues
                    WHERE webhook_id = \(id)
                    """, in: scene.gateway.database)
            #expect(try breaker(scene, id)["state"] as? String == "closed")
            try wait(scene.client) { component("Webhooks", $0) == "Operational" }
        }
    }

    @Test func `a flood of questions without a key shuts no operator out`() throws {
        try APIScene.play { scene in
            let flood = try (0..<8).map { _ in try scene.gateway.connect() }
            let requests = (0..<80).flatMap { _ in Client.bytes("GET", "/status", []) }
            for client in flood { try client.write(requests) }
            for _ in 0..<50 { #expect(try scene.get("campaigns").status == 200) }
            for client in flood {
                for _ in 0..<80 { #expect(try client.read().status == 200) }
            }
            #expect(try scene.client.request("GET", "/readyz").status == 200)
        }
    }
}

extension ScratchDatabase {
    /// Queues a notification as another process would.
    fileprivate func queue(_ type: String, about subject: Int, for webhook: Int) throws {
        _ = try rows(
            """
            INSERT INTO deliveries(webhook_id, id, type, subject, created_at, status, next_attempt_at)
            SELECT \(webhook), max(id) + 1, '\(type)', \(subject), max(created_at), 'pending',
                max(created_at) FROM deliveries RETURNING id
            """)
    }
}
