import Database
import Gateway
import Ledger
import Sockets
import Telemetry
import TestSupport
import Testing
import Transport

/// What an operator has asked for and what takes several transactions is finished where it was interrupted.
@Suite struct UnfinishedWorkTests {
    /// Each piece of work has a transaction of its own.
    private static var limits: WriteQueue.Limits {
        var limits = WriteQueue.Limits()
        limits.turn = .zero
        return limits
    }

    private func ask(
        _ client: Client, _ key: String, idempotency: String? = nil, count: Int = 40
    ) throws -> ServerResponse {
        var fields = [("X-API-Key", key), ("Content-Type", "application/json")]
        if let idempotency { fields.append(("Idempotency-Key", idempotency)) }
        return try client.request(
            "POST", "/api/v1/campaigns/1/coupons", fields,
            body: Array(#"{"pattern": "SPRING-########", "count": \#(count)}"#.utf8))
    }

    private static let stop = """
        CREATE TRIGGER stop BEFORE INSERT ON coupons
        WHEN (SELECT count(*) FROM coupons) = 15 BEGIN SELECT RAISE(ABORT, 'stopped'); END
        """

    @Test func `codes of a pattern that were interrupted are made after a restart`() throws {
        let scene = try ScratchGateway(queue: Self.limits)
        let key = try scene.makeKey()
        try scene.database.execute(Self.stop)
        #expect(try ask(scene.connect(), key).status >= 500)
        scene.stop()
        try scene.database.execute("DROP TRIGGER stop")
        let gateway = try ScratchGateway.serving(scene.database)
        defer { gateway.stop() }
        gateway.runHousekeeping()
        #expect(try scene.database.count("SELECT count(*) FROM coupons") == 40)
    }

    @Test(arguments: [false, true])
    func `a request that is repeated with its key makes no further codes`(
        _ isFinished: Bool
    ) throws {
        let scene = try ScratchGateway(queue: Self.limits)
        let key = try scene.makeKey()
        try scene.database.execute(Self.stop)
        #expect(try ask(scene.connect(), key, idempotency: "once").status >= 500)
        var client = try scene.connect()
        var gateway: Gateway?
        defer { gateway?.stop() }
        if isFinished { scene.stop() }
        try scene.database.execute("DROP TRIGGER stop")
        if isFinished {
            let next = try Gateway(
                Configuration(
                    database: scene.database.path, address: Address(ipv4: 0x7F00_0001, port: 0)),
                log: .silent)
            gateway = next
            client = try Client(port: next.start())
            next.runHousekeeping()
            #expect(try scene.database.count("SELECT count(*) FROM coupons") == 40)
        }
        #expect(try ask(client, key, idempotency: "once", count: 41).status == 422)
        let again = try ask(client, key, idempotency: "once")
        #expect(again.status == 201, "\(again)")
        #expect(again.json["added"] as? Int == 40)
        let third = try ask(client, key, idempotency: "once")
        #expect(third.status == 201)
        #expect(third[field: "idempotent-replayed"] == "true")
        #expect(try scene.database.count("SELECT count(*) FROM coupons") == 40)
        #expect(try scene.database.count("SELECT count(*) FROM coupon_orders") == 0)
        if !isFinished { scene.stop() }
    }

    @Test func `a pattern with too few codes is not tried for ever`() throws {
        try ScratchGateway.play(queue: Self.limits) { scene in
            let key = try scene.makeKey()
            let response = try scene.connect().request(
                "POST", "/api/v1/campaigns/1/coupons",
                [("X-API-Key", key), ("Content-Type", "application/json")],
                body: Array(#"{"pattern": "S-#", "count": 33}"#.utf8))
            #expect(response.status == 422, "\(response)")
            try scene.runHousekeeping()
            #expect(try scene.database.count("SELECT count(*) FROM coupon_orders") == 0)
        }
    }

    @Test func `the deliveries of a deleted webhook are cancelled after an interruption`() throws {
        let scene = try ScratchGateway(queue: Self.limits)
        let key = try scene.makeKey()
        try scene.database.execute(
            """
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500)
            INSERT INTO deliveries(webhook_id, id, type, subject, created_at, status, next_attempt_at)
            SELECT 1, n, 'reward.issued', 0, 1700000000000000 + n, 'pending', 0 FROM numbers;
            CREATE TRIGGER stop BEFORE UPDATE ON deliveries WHEN NEW.id = 2400
            BEGIN SELECT RAISE(ABORT, 'stopped'); END
            """)
        let response = try scene.connect().request(
            "DELETE", "/api/v1/webhooks/1", [("X-API-Key", key)])
        #expect(response.status >= 500)
        let left = "SELECT count(*) FROM deliveries WHERE status <> 'cancelled'"
        #expect((1..<2500).contains(try scene.database.count(left)))
        scene.stop()
        try scene.database.execute("DROP TRIGGER stop")
        let gateway = try ScratchGateway.serving(scene.database)
        defer { gateway.stop() }
        gateway.runHousekeeping()
        #expect(try scene.database.count(left) == 0)
        #expect(try scene.database.count("SELECT count(*) FROM cancellations") == 0)
    }
}
