import Foundation
import Insight
import Ledger
import Referrals
import TestSupport
import Testing
import Time

@testable import Storage

@Suite struct PositionNoticeTests {
    @Test(.rows("S4-3")) func `a mover is notified of one net change, a minute after the first`()
        throws
    {
        let scene = try WaitlistScene(sendsAllShifts: false)
        for _ in 0..<5 { try scene.join() }
        let (third, last) = (scene.ids[2], scene.ids[4])
        try scene.join(referredBy: last)
        try scene.advance(30)
        try scene.join(referredBy: third)
        try scene.join(referredBy: third)
        try scene.advance(29)
        #expect(try scene.changes() == [])
        try scene.advance(1)
        // Its own referral took it to 1, and those of the third one to 2.
        let first = try scene.changes()
        #expect(first.map(\.participant) == [last])
        #expect(first.map(\.former) == [5])
        #expect(first.map(\.position) == [2])
        try scene.advance(30)
        let second = try scene.changes().dropFirst()
        #expect(second.map(\.participant) == [third])
        // The last one had passed it before.
        #expect(second.map(\.former) == [4])
        #expect(second.map(\.position) == [1])
        try scene.advance(600)
        #expect(try scene.changes().count == 2)
    }

    @Test func `a change that is undone within a minute is not notified`() throws {
        for sendsAll in [true, false] {
            let scene = try WaitlistScene(sendsAllShifts: sendsAll)
            for _ in 0..<4 { try scene.join() }
            let lead = try scene.join(referredBy: scene.ids[3])
            try scene.advance(20)
            try scene.set(.rejected, of: lead)
            try scene.advance(100)
            #expect(try scene.changes() == [])
        }
    }

    @Test func `every shift is notified a minute after the signup's own first shift`() throws {
        let scene = try WaitlistScene(sendsAllShifts: true)
        for _ in 0..<6 { try scene.join() }
        let start = scene.scratch.now
        // 3 passes 2, then 6 passes 5 and 4, at another time.
        try scene.join(referredBy: scene.ids[0])
        try scene.join(referredBy: scene.ids[2])
        try scene.advance(20)
        try scene.join(referredBy: scene.ids[5])
        try scene.advance(39)
        #expect(try scene.changes() == [])
        try scene.advance(1)
        let first = try scene.changes()
        #expect(Set(first.map(\.participant)) == [scene.ids[1], scene.ids[2]])
        #expect(first.allSatisfy { $0.at == start + .seconds(60) })
        try scene.advance(20)
        let second = try scene.changes().dropFirst(2)
        #expect(Set(second.map(\.participant)) == [scene.ids[3], scene.ids[4], scene.ids[5]])
    }

    @Test(.rows("S4-7", "S4-8"), arguments: [21, 22, 23] as [UInt64])
    func `the changes of a signup add up to where it is less where it began`(
        _ seed: UInt64
    ) throws {
        var random = Seeded(seed)
        let scene = try WaitlistScene(sendsAllShifts: true)
        scene.store.signups.blocks.most = 16
        for _ in 0..<600 {
            let some = scene.ids.isEmpty ? nil : scene.ids[random.below(scene.ids.count)]
            switch random.below(8) {
            case 0..<4: try scene.join(referredBy: random.below(3) == 0 ? nil : some)
            case 4:
                if let some, scene.ids.count > 30 { try scene.leave(some) }
            case 5:
                // Whoever waits again has another position without a notification.
                if let some, scene.ids.count > 30 {
                    try scene.set(random.below(2) == 0 ? .approved : .rejected, of: some)
                    scene.ids.removeAll { $0 == some }
                }
            default: break
            }
            // Most changes come within a minute of others.
            try scene.advance(Int64(random.below(20)))
        }
        for _ in 0..<4 { try scene.advance(61) }
        var sums: [ID<Participant>: Int] = [:]
        var times: [ID<Participant>: Instant] = [:]
        for change in try scene.changes() {
            #expect(change.former != change.position)
            sums[change.participant, default: 0] += change.position - change.former
            if let before = times[change.participant] {
                #expect(change.at - before >= .seconds(60), "seed \(seed)")
            }
            times[change.participant] = change.at
        }
        for id in scene.ids {
            let began = try #require(try scene.firstPosition(of: id))
            let position = try #require(try scene.position(of: id))
            #expect(sums[id] ?? 0 == position - began, "seed \(seed), participant \(id.number)")
        }
        #expect(try scene.scratch.audit().findings == [])
    }

    @Test func `pending changes survive a restart`() throws {
        let scene = try WaitlistScene(sendsAllShifts: true)
        for _ in 0..<3 { try scene.join() }
        try scene.join(referredBy: scene.ids[2])
        let now = scene.scratch.now + .seconds(61)
        let declarations = scene.scratch.processor.declarations
        let store = try Store.open(scene.scratch.path, for: .existing)
        let processor = EventProcessor(store, declarations: declarations) {
            Array(repeating: 7, count: $0)
        }
        processor.noteTime(now)
        var isMore = true
        while isMore {
            try processor.transaction({ _ in }) {
                isMore = try processor.release(now: now, turn: .unlimited)
            }
        }
        let changes = try scene.changes()
        #expect(Set(changes.map(\.participant)) == Set(scene.ids[0...2]))
        #expect(changes.first { $0.participant == scene.ids[2] }?.position == 1)
    }

    @Test func `beyond ten thousand waiting signups only movers are notified`() throws {
        let scene = try WaitlistScene(sendsAllShifts: true)
        let now = scene.scratch.now
        // Made in SQL: what the table does for each of them is tested elsewhere.
        try scene.scratch.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10050)
            INSERT INTO participants(id, campaign_id, account_id, referral_code, joined_at)
                SELECT i, 1, \(scene.scratch.account.number), 'B' || i, \(now.microseconds) + i FROM n;
            UPDATE waitlists SET fill_from = 0, fill_end = 10050;
            """)
        try scene.advance(1)
        #expect(try scene.store.signups.count(of: ID(1), .waiting) == 10_050)
        try scene.join(referredBy: ID(10_000))
        try scene.advance(61)
        let changes = try scene.changes()
        #expect(changes.map(\.participant) == [ID(10_000)])
        #expect(changes.map(\.former) == [10_000])
        #expect(changes.map(\.position) == [1])
    }
}
