import Referrals
import Storage
import TestSupport
import Testing

@Suite struct CouponTableTests {
    @Test(arguments: Engines.available)
    func `a code is in a pool once, and is given in the order of the pool`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        let coupons = scene.store.coupons
        try scene.store.write { (_) throws in
            for code in ["C-9", "C-1", "C-5"] { #expect(try coupons.add(code, to: scene.campaign)) }
            #expect(try !coupons.add("C-1", to: scene.campaign))
            #expect(try coupons.add("SPENT", to: scene.campaign, isSpent: true))
        }
        #expect(try coupons.contains("C-1", in: scene.campaign))
        #expect(try coupons.contains("SPENT", in: scene.campaign))
        #expect(try !coupons.contains("c-1", in: scene.campaign))
        let ids = try coupons.available(in: scene.campaign, limit: 10)
        #expect(ids.count == 3)
        #expect(try coupons.available(in: scene.campaign, limit: 2) == Array(ids.prefix(2)))
        #expect(try coupons.availableCount(in: scene.campaign, atMost: 10) == 3)
        #expect(try coupons.availableCount(in: scene.campaign, atMost: 2) == 2)
        try scene.store.write { (_) throws in
            for (index, id) in ids.enumerated() {
                #expect(
                    try coupons.claim(
                        id, in: scene.campaign, as: .assigned, for: ID(Int64(index + 16))))
            }
        }
        let codes = try (16...18).map { try coupons.find(ofReward: ID($0))?.code }
        #expect(codes == ["C-9", "C-1", "C-5"])
    }

    @Test(arguments: Engines.available)
    func `a coupon is one reward's, and comes back only by a rollback`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        let coupons = scene.store.coupons
        try scene.store.write { (_) throws in _ = try coupons.add("C-1", to: scene.campaign) }
        let id = try #require(try coupons.available(in: scene.campaign, limit: 1).first)
        try scene.undone { () throws in
            #expect(try coupons.claim(id, in: scene.campaign, as: .reserved, for: ID(16)))
        }
        #expect(try coupons.available(in: scene.campaign, limit: 1) == [id])
        try scene.store.write { (_) throws in
            #expect(try coupons.claim(id, in: scene.campaign, as: .reserved, for: ID(16)))
            #expect(try !coupons.claim(id, in: scene.campaign, as: .reserved, for: ID(32)))
        }
        #expect(try coupons.available(in: scene.campaign, limit: 1).isEmpty)
        try scene.store.write { (_) throws in
            #expect(try !coupons.set(.redeemed, ofReward: ID(16), was: .assigned))
            #expect(try coupons.set(.assigned, ofReward: ID(16), was: .reserved))
            #expect(try !coupons.set(.assigned, ofReward: ID(32), was: .reserved))
        }
        #expect(try coupons.find(ofReward: ID(16))?.state == .assigned)
        #expect(try coupons.find(ofReward: ID(32)) == nil)
    }

    @Test(arguments: Engines.available)
    func `an exhausted pool is noted once until it is filled`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let coupons = scene.store.coupons
        try scene.undone { () throws in #expect(try coupons.noteExhaustion(of: scene.campaign)) }
        try scene.store.write { (_) throws in
            #expect(try coupons.noteExhaustion(of: scene.campaign))
            #expect(try !coupons.noteExhaustion(of: scene.campaign))
            try coupons.endExhaustion(of: scene.campaign)
            #expect(try coupons.noteExhaustion(of: scene.campaign))
        }
    }
}
