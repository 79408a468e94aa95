import Foundation
import TestSupport
import Testing
import Time

/// A machine's clock that is ahead for a while, and is set back.
@Suite struct ClockTests {
    private static let day = Duration.seconds(86_400)
    private static let tenYears = day * 4000

    private static var credit: [[String: Any]] {
        [
            [
                "kind": "credit", "value": ["amount": 500, "currency": "EUR"],
                "cap": ["count": 10, "per": "referrer"],
            ]
        ]
    }

    private func held() -> DeclaredWorkspace {
        DeclaredWorkspace(campaign: ["hold_days": 14], rewards: Self.credit, leads: 2)
    }

    private func statuses(_ scene: ScratchGateway) throws -> [String] {
        try scene.database.rows("SELECT status FROM rewards ORDER BY id")
    }

    /// When the last of some rows is due, from now on.
    private func due(_ sql: String, _ scene: ScratchGateway) throws -> Duration {
        let last = Instant(clampingMicroseconds: Int64(try scene.database.count(sql)))
        return last - scene.time.now
    }

    @Test func `parked events outlive a clock that is ahead for a while, and are decided after it`()
        throws
    {
        var declared = DeclaredWorkspace(coupons: 1)
        try ScratchGateway.play(declared) { scene in
            #expect(try scene.post(Message(code: "LATE-1"), id: "msg_1").outcome == "parked")
            try scene.runHousekeeping()
            scene.time.jump(by: Self.tenYears)
            try scene.runHousekeeping()
            #expect(try scene.database.count("SELECT count(*) FROM parked") == 1)
            scene.time.jump(by: .zero - Self.tenYears)
            declared.participants.append([
                "campaign": 1, "email": "late@example.com", "referral_code": "LATE-1",
                "referred_by": "REF-0",
            ])
            try scene.apply(declared)
            try scene.runHousekeeping()
            #expect(try scene.database.rows("SELECT outcome FROM events") == ["rewarded"])
        }
    }

    @Test func `what was parked while the clock was ahead waits thirty days and no more`() throws {
        try ScratchGateway.play { scene in
            scene.time.jump(by: Self.tenYears)
            #expect(try scene.post(Message(code: "LATE-1"), id: "msg_1").outcome == "parked")
            #expect(try due("SELECT expires_at FROM parked", scene) > Self.day * 29)
            scene.time.jump(by: .zero - Self.tenYears)
            try scene.runHousekeeping()
            let left = try due("SELECT expires_at FROM parked", scene)
            #expect(left <= Self.day * 30)
            #expect(left > Self.day * 29)
        }
    }

    @Test func `a hold outlives a clock that is ahead for a while`() throws {
        try ScratchGateway.play(held()) { scene in
            #expect(try scene.post(Message(code: "LEAD-0"), id: "msg_1").outcome == "held")
            try scene.runHousekeeping()
            scene.time.jump(by: Self.day * 15)
            try scene.runHousekeeping()
            #expect(try statuses(scene) == ["pending"])
            scene.time.jump(by: .zero - Self.day * 15)
            try scene.runHousekeeping()
            #expect(try statuses(scene) == ["pending"])
            scene.time.advance(by: Self.day * 15)
            try scene.runHousekeeping()
            #expect(try statuses(scene) == ["issued"])
        }
    }

    @Test(arguments: [day * 4000, day * 5])
    func `a hold that began while the clock was ahead ends in its days`(
        _ jump: Duration
    ) throws {
        try ScratchGateway.play(held()) { scene in
            #expect(try scene.post(Message(code: "LEAD-0"), id: "msg_1").outcome == "held")
            try scene.runHousekeeping()
            scene.time.jump(by: jump)
            #expect(try scene.post(Message(code: "LEAD-1"), id: "msg_2").outcome == "held")
            try scene.runHousekeeping()
            scene.time.jump(by: .zero - jump)
            try scene.runHousekeeping()
            let left = try due("SELECT max(held_until) FROM rewards", scene)
            #expect(left <= Self.day * 14)
            #expect(left > Self.day * 13)
            scene.time.advance(by: Self.day * 13)
            try scene.runHousekeeping()
            #expect(try statuses(scene) == ["pending", "pending"])
            scene.time.advance(by: Self.day * 1)
            try scene.runHousekeeping()
            #expect(try statuses(scene) == ["issued", "issued"])
        }
    }

    @Test func `kept answers outlive a clock that is ahead, and none is kept for ever`() throws {
        try APIScene.play { scene in
            func enrol(_ key: String) throws -> ServerResponse {
                let response = try scene.ask(
                    "POST", "participants",
                    ["campaign": 1, "email": "\(key)@example.com"] as [String: Any],
                    [(name: "Idempotency-Key", value: key)])
                #expect(response.status == 201, "\(response)")
                return response
            }
            _ = try enrol("before")
            try scene.gateway.runHousekeeping()
            scene.gateway.time.jump(by: Self.day * 30)
            _ = try enrol("meanwhile")
            scene.gateway.time.jump(by: .zero - Self.day * 30)
            #expect(try enrol("before")[field: "idempotent-replayed"] == "true")
            try scene.gateway.runHousekeeping()
            let newest = try due("SELECT max(created_at) FROM answers", scene.gateway)
            #expect(newest <= .zero)
        }
    }

    @Test func `a secret that is exchanged while the clock is ahead does not serve for years`()
        throws
    {
        try APIScene.play { scene in
            try scene.gateway.runHousekeeping()
            scene.gateway.time.jump(by: Self.tenYears)
            let response = try scene.ask("POST", "webhooks/1/rotate-secret", ["overlap": 3600])
            #expect(response.status == 200, "\(response)")
            scene.gateway.time.jump(by: .zero - Self.tenYears)
            let hints = try #require(response.json["secret_hints"] as? [[String: Any]])
            let expiry = try #require(
                hints.compactMap { $0["expires_at"] as? String }.first
                    .flatMap { Instant(rfc3339: $0) })
            #expect(expiry - scene.gateway.time.now <= .seconds(3600))
        }
    }

    @Test func `conversions of the future do not count against a referrer for ever`() throws {
        let declared = DeclaredWorkspace(
            campaign: ["risk": ["velocity": ["count": 1, "window": 3600]]],
            rewards: Self.credit, leads: 4)
        try ScratchGateway.play(declared) { scene in
            scene.time.jump(by: Self.tenYears)
            #expect(try scene.post(Message(code: "LEAD-0"), id: "msg_0").outcome == "rewarded")
            #expect(try scene.post(Message(code: "LEAD-1"), id: "msg_1").outcome == "held")
            scene.time.jump(by: .zero - Self.tenYears)
            try scene.runHousekeeping()
            #expect(try scene.post(Message(code: "LEAD-2"), id: "msg_2").outcome == "rewarded")
            #expect(try scene.post(Message(code: "LEAD-3"), id: "msg_3").outcome == "held")
        }
    }
}
