import Foundation
import Gateway
import Sockets
import Telemetry
import TestSupport
import Testing

/// What operators are told of pools and of parked events: each occasion once.
@Suite struct OperatorNoticeTests {
    private func declared(
        coupons: Int, onEmpty: String = "wait", leads: Int = 6, source: [String: Any] = [:]
    ) -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(
            rewards: [
                [
                    "kind": "coupon", "on_empty_pool": onEmpty,
                    "cap": ["count": 99, "per": "referrer"],
                ]
            ], coupons: coupons, leads: leads, source: source)
        declared.webhooks[0]["events"] = [
            "coupon_pool.low", "coupon_pool.exhausted", "event.parked",
        ]
        return declared
    }

    private func types(_ scene: ScratchGateway) throws -> [String] {
        try scene.database.rows("SELECT type FROM deliveries ORDER BY id")
    }

    private func post(_ scene: ScratchGateway, lead: Int) throws {
        let response = try scene.post(
            Message(code: "LEAD-\(lead)", order: "o-\(lead)"), id: "e-\(lead)")
        #expect(response.status == 200, "\(response)")
    }

    @Test(arguments: ["wait", "skip"], [0, 1, 2])
    func `operators are notified once that a pool is exhausted`(_ onEmpty: String, _ coupons: Int)
        throws
    {
        try ScratchGateway.play(declared(coupons: coupons, onEmpty: onEmpty)) { scene in
            for lead in 0..<5 { try post(scene, lead: lead) }
            #expect(try types(scene) == ["coupon_pool.exhausted"])
        }
    }

    @Test func `a pool that was filled and emptied again is exhausted again`() throws {
        try APIScene.play(declared(coupons: 1)) { scene in
            for lead in 0..<3 { try post(scene.gateway, lead: lead) }
            #expect(try types(scene.gateway) == ["coupon_pool.exhausted"])
            let response = try scene.ask(
                "POST", "campaigns/1/coupons", ["coupons": ["A", "B", "C"]])
            #expect(response.status == 201, "\(response)")
            try scene.gateway.runHousekeeping()
            #expect(try types(scene.gateway) == ["coupon_pool.exhausted"])
            for lead in 3..<6 { try post(scene.gateway, lead: lead) }
            #expect(try types(scene.gateway) == ["coupon_pool.exhausted", "coupon_pool.exhausted"])
        }
    }

    @Test func `a coupon that comes back and is given to who waits ends no exhaustion`() throws {
        var declared = declared(coupons: 2, leads: 4)
        declared.campaigns[0]["review"] = "always"
        try APIScene.play(declared) { scene in
            // Two are reserved; the third waits for one when it is approved.
            for lead in 0..<3 { try post(scene.gateway, lead: lead) }
            #expect(try scene.ask("POST", "conversions/3/approve").status == 200)
            #expect(try scene.ask("POST", "conversions/2/reject").status == 200)
            try scene.gateway.runHousekeeping()
            #expect(
                try scene.gateway.database.rows("SELECT status FROM rewards ORDER BY id")
                    == ["in_review", "rejected", "issued"])
            #expect(try types(scene.gateway) == ["coupon_pool.exhausted"])
            // Nobody waits for the next one that comes back: the pool holds one until it is taken.
            #expect(try scene.ask("POST", "conversions/1/reject").status == 200)
            #expect(try types(scene.gateway) == ["coupon_pool.exhausted"])
            try post(scene.gateway, lead: 3)
            #expect(try types(scene.gateway) == ["coupon_pool.exhausted", "coupon_pool.exhausted"])
        }
    }

    @Test func `voiding the last coupon exhausts a pool`() throws {
        try APIScene.play(declared(coupons: 1)) { scene in
            #expect(try scene.ask("DELETE", "campaigns/1/coupons/1").status == 204)
            #expect(try types(scene.gateway) == ["coupon_pool.exhausted"])
            try post(scene.gateway, lead: 0)
            #expect(try types(scene.gateway) == ["coupon_pool.exhausted"])
        }
    }

    @Test func `a refill that is too small for those who wait exhausts a pool again`() throws {
        try APIScene.play(declared(coupons: 1)) { scene in
            for lead in 0..<5 { try post(scene.gateway, lead: lead) }
            let response = try scene.ask("POST", "campaigns/1/coupons", ["coupons": ["A", "B"]])
            #expect(response.status == 201, "\(response)")
            try scene.gateway.runHousekeeping()
            #expect(try types(scene.gateway) == ["coupon_pool.exhausted", "coupon_pool.exhausted"])
        }
    }

    @Test func `voiding makes a pool low once`() throws {
        try APIScene.play(declared(coupons: 12)) { scene throws in
            for id in 1...4 {
                #expect(try scene.ask("DELETE", "campaigns/1/coupons/\(id)").status == 204)
            }
            #expect(try types(scene.gateway) == ["coupon_pool.low"])
        }
    }

    @Test(arguments: [0, 1])
    func `a restart and another process's refill tell of nothing twice`(_ coupons: Int) throws {
        var declared = declared(coupons: coupons, onEmpty: "skip", leads: 9)
        let scene = try ScratchGateway(declared)
        for lead in 0..<2 { try post(scene, lead: lead) }
        #expect(try types(scene) == ["coupon_pool.exhausted"])
        scene.stop()
        let again = try Gateway(
            Configuration(
                database: scene.database.path, address: Address(ipv4: 0x7F00_0001, port: 0)),
            clock: scene.time.clock, log: .silent)
        let port = try again.start()
        defer { again.stop() }
        func repost(_ lead: Int) throws {
            let response = try Client(port: port).post(
                Message(code: "LEAD-\(lead)", order: "o-\(lead)"), id: "e-\(lead)",
                from: scene.sender)
            #expect(response.status == 200, "\(response)")
        }
        for lead in 2..<4 { try repost(lead) }
        #expect(try types(scene) == ["coupon_pool.exhausted"])
        declared.campaigns[0]["coupons"] = (0..<(coupons + 1)).map { "C-\($0)" }
        try scene.apply(declared)
        for lead in 4..<7 { try repost(lead) }
        #expect(try types(scene) == ["coupon_pool.exhausted", "coupon_pool.exhausted"])
        #expect(try scene.database.contradictions(at: scene.time.now) == [])
    }

    // MARK: Parked events

    private func parked(_ scene: ScratchGateway) throws -> [String] {
        try scene.database.rows(
            "SELECT subject FROM deliveries WHERE type = 'event.parked' ORDER BY id")
    }

    @Test func `operators are notified of every parked event, whatever it lacks`() throws {
        try ScratchGateway.play(declared(coupons: 9)) { scene in
            for (number, message) in [
                Message(code: "NOBODY"), Message(code: "LEAD-0", order: "o-1"),
                Message("refund", order: "o-2", amount: 5, reversal: "refund"),
                Message("link", orders: ["o-3", "o-4"], reversal: "link"),
                Message("refund", order: "o-1", amount: 5, reversal: "refund"),
            ].enumerated() {
                let response = try scene.post(message, id: "msg_\(number)")
                #expect(response.status == 200, "\(response)")
            }
            #expect(try parked(scene) == ["1", "3", "4"])
            // A resend finds it parked still.
            #expect(try scene.post(Message(code: "NOBODY"), id: "msg_0").outcome == "parked")
            #expect(try parked(scene) == ["1", "3", "4"])
        }
    }

    @Test func `operators are notified of a paused source's events, and not again on resume`()
        throws
    {
        let paused = declared(coupons: 9, source: ["status": "paused"])
        try ScratchGateway.play(paused) { scene in
            for (number, message) in [
                Message(code: "NOBODY"), Message(code: "LEAD-0", order: "o-1"),
                Message("refund", order: "o-2", amount: 5, reversal: "refund"),
            ].enumerated() {
                let response = try scene.post(message, id: "msg_\(number)")
                #expect(response.outcome == "parked", "\(response)")
            }
            #expect(try parked(scene) == ["1", "2", "3"])
            try scene.apply(declared(coupons: 9, source: ["status": "active"]))
            try scene.runHousekeeping()
            #expect(
                try scene.database.rows("SELECT outcome FROM events ORDER BY id")
                    == ["parked", "rewarded", "parked"])
            #expect(try parked(scene) == ["1", "2", "3"])
        }
    }

    @Test func `a webhook of one campaign is notified of the parked events of its sources`() throws
    {
        var declared = declared(coupons: 9, source: ["campaign": 1])
        declared.sources.append(
            DeclaredWorkspace.shop(["id": "src_other", "name": "other", "status": "paused"]))
        declared.webhooks[0]["campaign"] = 1
        try ScratchGateway.play(declared) { scene in
            #expect(try scene.post(Message(code: "NOBODY"), id: "msg_0").outcome == "parked")
            let other = try Sender(source: "src_other", clock: scene.time.clock)
            for (number, code) in ["NOBODY", "LEAD-0"].enumerated() {
                let response = try scene.connect().post(
                    Message(code: code), id: "other_\(number)", from: other)
                #expect(response.outcome == "parked", "\(response)")
            }
            #expect(try parked(scene) == ["1", "3"])
        }
    }
}
