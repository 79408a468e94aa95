import Currencies
import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct RewardTableTests {
    private func row(
        _ conversion: ConversionRow, _ place: Int = 0, status: RewardStatus = .pending,
        value: GrantedValue? = .points(5), heldUntil: Instant? = nil
    ) -> RewardRow {
        RewardRow(
            id: ID(of: conversion.id, place: place), campaignReward: ID(Int64(place + 1)),
            beneficiary: conversion.referrer, status: status, value: value, heldUntil: heldUntil)
    }

    @Test(arguments: Engines.available)
    func `every kind of value and every column comes back`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let conversion = try scene.convert()
        let dollars = try #require(Currency("USD"))
        let values: [GrantedValue?] = [
            .money(Money(1_234, dollars)), .points(.max),
            .text("ein Bücher-Gutschein"),
            .nothingStated, nil,
        ]
        for (place, value) in values.enumerated() {
            var row = row(conversion, place, status: .issued, value: value)
            row.campaignReward = ID(1)
            row.reasons = [.poolEmpty]
            row.heldUntil = scene.noon
            row.issuedAt = scene.noon + .seconds(1)
            try scene.store.write { (_) throws in try scene.store.rewards.append(row) }
            #expect(try scene.store.rewards.find(row.id) == row)
        }
        #expect(try scene.store.rewards.of(conversion.id).map(\.value) == values)
        #expect(try scene.store.rewards.of(ID(2)).isEmpty)
        #expect(try scene.store.rewards.find(ID<Reward>(of: conversion.id, place: 15)) == nil)
    }

    @Test(arguments: Engines.available)
    func `a status is moved on only from what it was taken for`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let table = scene.store.rewards
        let reward = row(try scene.convert(), status: .inReview)
        try scene.store.write { (_) throws in try table.append(reward) }
        func set(_ status: RewardStatus, was: RewardStatus) throws -> Bool {
            try table.set(
                status, of: reward.id, was: was, reasons: [.poolEmpty], heldUntil: nil,
                at: scene.noon + .seconds(5))
        }
        try scene.undone { () throws in #expect(try set(.issued, was: .inReview)) }
        #expect(try table.find(reward.id)?.status == .inReview)
        try scene.store.write { (_) throws in
            #expect(try !set(.issued, was: .waitingStock))
            #expect(try set(.waitingStock, was: .inReview))
            #expect(try !set(.waitingStock, was: .inReview))
        }
        #expect(try table.find(reward.id)?.reasons == [.poolEmpty])
        #expect(try table.find(reward.id)?.issuedAt == nil)
        try scene.store.write { (_) throws in #expect(try set(.issued, was: .waitingStock)) }
        #expect(try table.find(reward.id)?.issuedAt == scene.noon + .seconds(5))
    }

    @Test(arguments: Engines.available)
    func `rewards that wait for a coupon are paged, the oldest first`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        let table = scene.store.rewards
        var ids: [ID<Reward>] = []
        for number in 1...5 as ClosedRange<Int64> {
            let conversion = try scene.convert(number)
            let isWaiting = number != 3
            let reward = row(
                conversion, status: isWaiting ? .waitingStock : .issued, value: .nothingStated)
            try scene.store.write { (_) throws in try table.append(reward) }
            if isWaiting { ids.append(reward.id) }
        }
        let first = try table.waiting(in: scene.campaign, after: ID(0), limit: 3)
        #expect(first.map(\.id) == Array(ids.prefix(3)))
        let rest = try table.waiting(
            in: scene.campaign, after: try #require(first.last).id, limit: 3)
        #expect(rest.map(\.id) == Array(ids.suffix(1)))
        #expect(try table.waiting(in: ID(2), after: ID(0), limit: 3).isEmpty)
        #expect(try table.campaignsWithWaiting() == [scene.campaign])
        #expect(try table.waitingCount(in: scene.campaign, atMost: 10) == 4)
        #expect(try table.waitingCount(in: scene.campaign, atMost: 2) == 2)
    }

    @Test(arguments: Engines.available)
    func `holds that are over are paged in the order of their ends`(_ engine: Engines.Engine) throws
    {
        let scene = try StorageScene(engine)
        let table = scene.store.rewards
        // The ends, in seconds after noon, by the number of the conversion.
        for (number, end) in [(1, 30), (2, 10), (3, 20), (4, 10), (5, 99)] as [(Int64, Int64)] {
            let reward = row(try scene.convert(number), heldUntil: scene.noon + .seconds(end))
            try scene.store.write { (_) throws in try table.append(reward) }
        }
        let now = scene.noon + .seconds(30)
        let first = try table.due(at: now, after: nil, limit: 2)
        #expect(first.map(\.id.conversion.number) == [2, 4])
        let last = try #require(first.last)
        let rest = try table.due(at: now, after: (try #require(last.heldUntil), last.id), limit: 9)
        #expect(rest.map(\.id.conversion.number) == [3, 1])
    }

    @Test(arguments: Engines.available)
    func `a ledger keeps its entries in order`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let table = scene.store.rewards
        let reward = row(try scene.convert(), status: .issued)
        let entries = [
            RewardTable.LedgerEntry(
                amount: -3, reason: .refundedPartial, event: ID(1), at: scene.noon),
            RewardTable.LedgerEntry(
                amount: 3, reason: .refundedPartial, event: nil, at: scene.noon),
        ]
        try scene.store.write { (_) throws in
            try table.append(reward)
            for entry in entries { try table.append(entry, to: reward) }
        }
        #expect(try table.ledger(of: reward.id) == entries)
        try scene.undone { () throws in try table.append(entries[0], to: reward) }
        #expect(try table.ledger(of: reward.id) == entries)
        #expect(try table.ledger(of: ID(99)) == [])
    }
}
