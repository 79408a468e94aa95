import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct ClaimTableTests {
    @Test(arguments: Engines.available)
    func `a lead has one conversion, or as many as there are purchases`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        let claims = scene.store.claims
        let (referrer, one, many) = (ID<Participant>(1), ID<Participant>(2), ID<Participant>(3))
        try scene.undone { () throws in
            #expect(try claims.takeConversion(ID(5), of: one, holder: referrer, isOneOfMany: false))
        }
        #expect(try claims.conversion(of: one, holder: referrer) == nil)
        try scene.store.write { (_) throws in
            #expect(try claims.takeConversion(ID(5), of: one, holder: referrer, isOneOfMany: false))
            #expect(
                try !claims.takeConversion(ID(6), of: one, holder: referrer, isOneOfMany: false))
            #expect(try claims.takeConversion(ID(7), of: many, holder: referrer, isOneOfMany: true))
            #expect(try claims.takeConversion(ID(8), of: many, holder: referrer, isOneOfMany: true))
            #expect(
                try !claims.takeConversion(ID(8), of: many, holder: referrer, isOneOfMany: true))
        }
        #expect(try claims.conversion(of: one, holder: referrer) == ID(5))
        #expect(
            Set(try claims.claims(of: referrer, limit: 10).map { "\($0)" }).count == 3)
        #expect(try claims.claims(of: referrer, limit: 2).count == 2)
    }

    @Test(arguments: Engines.available)
    func `a cap gives as many slots as it has, and a freed one again`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        let claims = scene.store.claims
        let (referrer, lead) = (ID<Participant>(1), ID<Participant>(2))
        func scope(_ per: Cap.Subject) -> ClaimTable.Scope {
            ClaimTable.Scope(
                Cap(count: 3, per: per), of: ID(1), window: 0, lead: lead, referrer: referrer)
        }
        for per in Cap.Subject.allCases {
            let scope = scope(per)
            func take(_ reward: Int64) throws -> Int64? {
                try scene.store.write { (_) throws in
                    try claims.takeSlot(
                        in: scope, below: 3, given: try claims.usage(in: scope), for: ID(reward))
                }
            }
            #expect(try (1...3).map { try take($0) } == [0, 1, 2])
            #expect(try take(4) == nil)
            #expect(try claims.usage(in: scope) == ClaimTable.Usage(used: 3, next: 3))
            try scene.undone { () throws in #expect(try claims.releaseSlot(of: ID(2), in: [scope]))
            }
            #expect(try take(4) == nil)
            try scene.store.write { (_) throws in
                #expect(try claims.releaseSlot(of: ID(2), in: [scope]))
                #expect(try !claims.releaseSlot(of: ID(2), in: [scope]))
            }
            #expect(try take(4) == 1)
            #expect(try claims.usage(in: scope).used == 3)
        }
    }
}
