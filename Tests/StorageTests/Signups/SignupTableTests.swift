import Database
import Foundation
import Referrals
import TestSupport
import Testing
import Time

@testable import Storage

@Suite struct SignupTableTests {
    /// The number of random operations; all 20,000 take longer than the suite should.
    private static let operations =
        ProcessInfo.processInfo.environment["REFGATE_WAITLIST_OPERATIONS"].flatMap { Int($0) }
        ?? 4_000

    /// A store with a waitlist, and its model.
    private final class Scene {
        let scene: StorageScene
        var model = WaitlistModel()
        var ids: [ID<Participant>] = []
        var random: Seeded
        private var made = 0

        var table: SignupTable { scene.store.signups }

        init(_ engine: Engines.Engine, seed: UInt64, blocks: Int) throws {
            scene = try StorageScene(engine)
            random = Seeded(seed)
            try scene.store.write { (_) throws in
                _ = try scene.store.catalog.put(
                    campaign: ID(1), account: scene.account, document: #"{"kind":"waitlist"}"#,
                    rewardCount: 0, at: scene.noon)
            }
            table.blocks.most = blocks
        }

        func add(joinedAt: Instant, referrer: ID<Participant>?) throws {
            made += 1
            var row = scene.person("C\(made)", email: "p\(made)@a.example", referredBy: referrer)
            row.participant.joinedAt = joinedAt
            let id = try scene.store.participants.enrol(row)
            try table.add(
                SignupRow(
                    participant: id, campaign: ID(1),
                    uid: UID(of: (0..<16).map { _ in UInt8(random.below(256)) }, version: 4),
                    joinedAt: joinedAt), referredBy: referrer)
            model.add(.init(id: id, joinedAt: joinedAt, referrer: referrer))
            ids.append(id)
        }

        func operate() throws {
            let some = ids.isEmpty ? nil : ids[random.below(ids.count)]
            // Few referrers have most of the referrals, so that they jump far.
            let few = ids.isEmpty ? nil : ids[random.below(min(ids.count, 20))]
            switch random.below(10) {
            case 0..<5:
                // Many join in the same second.
                let joined = scene.noon + .seconds(Int64(random.below(300)))
                let referrer = random.below(3) == 0 ? nil : random.below(2) == 0 ? few : some
                try add(joinedAt: joined, referrer: referrer)
            case 5, 6:
                guard let some else { return }
                let status = SignupStatus.allCases[random.below(3)]
                #expect(try table.set(status, of: some) != nil)
                model.set(status, of: some)
            case 7:
                guard let some, ids.count > 50 else { return }
                try scene.store.erase(some, at: scene.noon)
                model.remove(some)
                ids.removeAll { $0 == some }
            default:
                guard let some, let few, some != few else { return }
                guard model.people[some]?.referrer == nil, var row = try participant(some) else {
                    return
                }
                row.participant.referredBy = few
                try scene.store.participants.update(row)
                try table.noteReferrer(few, of: some)
                model.refer(some, by: few)
            }
        }

        private func participant(_ id: ID<Participant>) throws -> ParticipantRow? {
            try scene.store.participants.find(id)
        }

        /// Compares one signup with the model.
        func check(_ id: ID<Participant>) throws {
            let row = try #require(try table.find(id))
            #expect(row.referralCount == model.count(of: id))
            #expect(row.status == model.people[id]?.status)
            #expect(try table.position(of: row) == model.position(of: id))
            #expect(try table.find(row.uid) == row)
        }

        /// Compares the whole list with the model.
        func check() throws {
            let waiting = try table.page(of: ID(1), .waiting, offset: 0, limit: .max)
            #expect(waiting.map(\.participant) == model.waiting)
            for status in SignupStatus.allCases {
                let count = model.people.values.count { $0.status == status }
                #expect(try table.count(of: ID(1), status) == count)
            }
            let all = try table.page(of: ID(1), offset: 0, limit: .max)
            #expect(all.count == model.people.count)
            let offset = random.below(all.count + 1)
            let part = try table.page(of: ID(1), offset: offset, limit: 7)
            #expect(part == Array(all.dropFirst(offset).prefix(7)))
        }
    }

    @Test(.rows("S4-7"), arguments: [11, 12, 13] as [UInt64])
    func `positions agree with a sorted list after random operations`(_ seed: UInt64) throws {
        let scene = try Scene(.sqlite, seed: seed, blocks: 24)
        for round in 0..<(Self.operations / 100) {
            try scene.scene.store.write { (_) throws in
                for _ in 0..<100 {
                    try scene.operate()
                    if let id = scene.ids.last { try scene.check(id) }
                    if !scene.ids.isEmpty {
                        try scene.check(scene.ids[scene.random.below(scene.ids.count)])
                    }
                }
            }
            if round % 5 == 4 { try scene.check() }
        }
        try scene.check()
        let violations = try Self.violations(scene.scene.store)
        #expect(violations == [], "seed \(seed)")
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func `one transaction for many changes leaves the blocks of one for each`(
        _ seed: UInt64
    ) throws {
        let alone = try Scene(.sqlite, seed: seed, blocks: 24)
        let together = try Scene(.sqlite, seed: seed, blocks: 24)
        var sizes = Seeded(seed)
        var left = 2_000
        while left > 0 {
            let count = min(left, 1 + sizes.below(200))
            left -= count
            for _ in 0..<count {
                try alone.scene.store.write { (_) throws in try alone.operate() }
            }
            try together.scene.store.write { (_) throws in
                for _ in 0..<count { try together.operate() }
            }
            let expected = try Self.blocks(alone.scene.store)
            let blocks = try Self.blocks(together.scene.store)
            try #require(blocks == expected, "seed \(seed), \(left) left")
        }
        let count = try Self.blocks(together.scene.store).count
        #expect(count > 20, "seed \(seed)")
        #expect(try Self.violations(together.scene.store) == [], "seed \(seed)")
    }

    @Test func `sizes of a transaction that is rolled back are forgotten`() throws {
        let scene = try Scene(.sqlite, seed: 1, blocks: 100)
        func add(_ count: Int) throws {
            for _ in 0..<count { try scene.add(joinedAt: scene.scene.noon, referrer: nil) }
        }
        try scene.scene.store.write { (_) throws in try add(10) }
        let before = try Self.blocks(scene.scene.store)
        try scene.scene.undone { try add(5) }
        #expect(try Self.blocks(scene.scene.store) == before)
        try scene.scene.store.write { (_) throws in try add(1) }
        #expect(try scene.table.count(of: ID(1), .waiting) == 11)
        #expect(try Self.violations(scene.scene.store) == [])
    }

    /// The rows of the blocks, in their order.
    private static func blocks(_ store: Store) throws -> [String] {
        let rows = try store.session.prepare(
            """
            SELECT campaign_id, status, behind, joined_at, participant_id, size FROM signup_blocks
            ORDER BY campaign_id, status, behind, joined_at, participant_id
            """)
        var blocks: [String] = []
        while try rows.step() {
            let numbers = [0, 2, 3, 4, 5].map { String(rows.integer($0)) }
            blocks.append(numbers.joined(separator: " ") + " " + rows.text(1))
        }
        return blocks
    }

    private static func violations(_ store: Store) throws -> [String] {
        var found: [String] = []
        for invariant in Invariant.ofSignups {
            try store.audit.check(invariant) { found.append($0) }
        }
        return found
    }

    @Test func `a jump over the whole list writes a few rows`() throws {
        let scene = try Scene(.sqlite, seed: 1, blocks: 100)
        let store = scene.scene.store
        for start in stride(from: 0, to: 5_000, by: 500) {
            try store.write { (_) throws in
                for number in start..<(start + 500) {
                    try scene.add(
                        joinedAt: scene.scene.noon + .seconds(Int64(number)), referrer: nil)
                }
            }
        }
        let last = try #require(scene.ids.last)
        let before = try #require(try scene.table.find(last))
        #expect(try scene.table.position(of: before) == 5_000)
        let changed = store.changedRows
        try store.write { (_) throws in
            try scene.add(joinedAt: scene.scene.noon + .seconds(9_000), referrer: last)
        }
        let after = try #require(try scene.table.find(last))
        #expect(try scene.table.position(of: after) == 1)
        // The participant, two signups and the sizes of their blocks.
        #expect(store.changedRows - changed <= 8)
    }

    /// All signups of one import may have the same time.
    @Test func `a place among signups of one time is found by the whole index`() throws {
        let scene = try StorageScene(.sqlite)
        let plan = try scene.store.session.prepare(
            """
            EXPLAIN QUERY PLAN SELECT count(*) FROM signups
            WHERE campaign_id = 1 AND status = 'waiting'
                AND (behind, joined_at, participant_id) >= (1, 2, 3)
            """)
        try #require(try plan.step())
        #expect(plan.text(3).contains("(behind,joined_at,participant_id)>"), "\(plan.text(3))")
        plan.reset()
    }

    @Test func `people enrolled before their campaign is a waitlist become signups`() throws {
        let scene = try StorageScene(.sqlite)
        let store = scene.store
        store.signups.formerUID = { id, _ in UID(of: [0, UInt8(id.number)], version: 8) }
        var people: [ID<Participant>] = []
        for number in 0..<200 {
            // The referrer may have a higher number than the lead.
            people.append(try scene.enrol("C\(number)"))
        }
        try store.write { (_) throws in
            for (index, id) in people.enumerated() where index % 3 != 0 {
                let row = try #require(try store.participants.find(id))
                var referred = row
                referred.participant.referredBy = people[199 - index / 4]
                try store.participants.update(referred)
            }
            try store.erase(people[7], at: scene.noon)
            _ = try store.catalog.put(
                campaign: ID(1), account: scene.account, document: #"{"kind":"waitlist"}"#,
                rewardCount: 0, at: scene.noon)
        }
        #expect(try store.signups.firstUnfilled() == ID(1))
        try store.write { (_) throws in try store.signups.fillSome(of: ID(1)) }
        // Changes while the list is being filled count once.
        try store.write { (_) throws in
            let id = try store.participants.enrol(
                scene.person("NEW", referredBy: people[150]))
            try store.signups.add(
                SignupRow(
                    participant: id, campaign: ID(1), uid: UID(of: [1], version: 4),
                    joinedAt: scene.noon), referredBy: people[150])
            _ = try store.signups.set(.rejected, of: people[2])
            try store.erase(people[5], at: scene.noon)
            try store.erase(people[120], at: scene.noon)
        }
        while let list = try store.signups.firstUnfilled() {
            try store.write { (_) throws in try store.signups.fillSome(of: list) }
        }
        #expect(try store.signups.count(of: ID(1), .waiting) == 197)
        #expect(try Self.violations(store) == [])
    }
}
