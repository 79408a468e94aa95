import Currencies
import Database
import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct ConversionTableTests {
    @Test(arguments: Engines.available)
    func `every column of a conversion comes back`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let first = try scene.convert(1)
        #expect(try scene.store.conversions.find(first.id) == first)
        var row = try scene.convert(2)
        row.id = ID(3)
        row.status = .approved
        row.amount = .max
        row.paid = .min
        row.currency = Currency("JPY")
        row.customer = "cus_1"
        row.occurredAt = scene.noon - .seconds(60)
        row.createdAt = scene.noon + .seconds(60)
        row.wasApproved = true
        try scene.store.write { (_) throws in
            try scene.store.events.append(scene.event(3))
            try scene.store.conversions.append(row)
        }
        #expect(try scene.store.conversions.find(row.id) == row)
        #expect(try scene.store.conversions.find(ID<Conversion>(4)) == nil)
    }

    @Test(arguments: Engines.available)
    func `a status is moved on only from what it was taken for`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let id = try scene.convert().id
        let table = scene.store.conversions
        try scene.undone { () throws in
            #expect(try table.set(.approved, of: id, was: .pending, at: scene.noon))
        }
        #expect(try table.find(id)?.status == .pending)
        try scene.store.write { (_) throws in
            #expect(try !table.set(.reversed, of: id, was: .approved, at: scene.noon))
            #expect(try table.set(.approved, of: id, was: .pending, at: scene.noon))
            #expect(try !table.set(.approved, of: id, was: .pending, at: scene.noon))
        }
        #expect(try table.find(id)?.status == .approved)
        #expect(try table.find(id)?.wasApproved == true)
        try scene.store.write { (_) throws in
            #expect(try table.set(.reversed, of: id, was: .approved, at: scene.noon))
        }
        #expect(try table.find(id)?.wasApproved == true)
    }

    @Test(arguments: Engines.available)
    func `a business key is one conversion's in a campaign and goal`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        let (one, other) = (try scene.convert(1).id, try scene.convert(2).id)
        let table = scene.store.conversions
        func take(_ key: String, goal: String = "purchase", _ id: ID<Conversion>) throws -> Bool {
            try scene.store.write { (_) throws in
                try table.take(
                    key: key, account: scene.account, campaign: scene.campaign, goal: goal, for: id)
            }
        }
        #expect(try take("order-1", one))
        #expect(try !take("order-1", other))
        #expect(try take("order-1", goal: "signup", other))
        #expect(try take("ORDER-1", other))
        #expect(
            try table.find(
                key: "order-1", account: scene.account, campaign: scene.campaign, goal: "purchase")
                == one)
        #expect(
            try table.find(
                key: "order-1", account: ID(scene.account.number + 1), campaign: scene.campaign,
                goal: "purchase") == nil)
        #expect(try table.holder(of: "ORDER-1", account: scene.account)?.conversion == other)
        #expect(try table.holder(of: "order-2", account: scene.account) == nil)
    }

    @Test(arguments: Engines.available)
    func `reversals come back whole, in the order of their receipt`(_ engine: Engines.Engine) throws
    {
        let scene = try StorageScene(engine)
        let id = try scene.convert().id
        let reversals = [
            Reversal(
                .refund, amount: 300, currency: Currency("USD"),
                occurredAt: scene.noon + .seconds(9)),
            Reversal(.refundTotal, amount: 500, occurredAt: scene.noon),
            Reversal(.reinstate, occurredAt: scene.noon - .seconds(5)),
        ]
        try scene.store.write { (_) throws in
            for (index, reversal) in reversals.enumerated() {
                let number = Int64(index + 2)
                try scene.store.events.append(scene.event(number))
                try scene.store.conversions.append(
                    reversal, to: id, from: ID(number), at: scene.noon + .seconds(number))
            }
        }
        #expect(try scene.store.conversions.reversals(of: id) == reversals)
        #expect(try scene.store.conversions.reversals(of: ID(99)) == [])
    }

    @Test(arguments: Engines.available)
    func `conversions of a referrer are counted up to a limit and between two instants`(
        _ engine: Engines.Engine
    ) throws {
        let scene = try StorageScene(engine)
        let table = scene.store.conversions
        let referrer = try scene.enrol("REF")
        try scene.store.write { (_) throws in
            for number in 1...6 as ClosedRange<Int64> {
                let lead = try scene.store.participants.enrol(
                    scene.person("L-\(number)", referredBy: referrer))
                try scene.store.events.append(scene.event(number))
                let at = scene.noon + .seconds(number * 60)
                try table.append(
                    ConversionRow(
                        id: ID(number), campaign: scene.campaign, lead: lead, referrer: referrer,
                        status: number == 6 ? .rejected : .approved, amount: nil, currency: nil,
                        occurredAt: at, createdAt: at, wasApproved: true))
                // Counts are of the conversions that hold a claim.
                #expect(
                    try scene.store.claims.takeConversion(
                        ID(number), of: lead, holder: referrer, isOneOfMany: false))
            }
        }
        #expect(try table.count(ofReferrer: referrer, atMost: 100) == 5)
        #expect(try table.count(ofReferrer: referrer, atMost: 3) <= 3)
        #expect(try table.count(ofReferrer: ID(99), atMost: 100) == 0)
        let (start, end) = (scene.noon + .seconds(60), scene.noon + .seconds(240))
        #expect(try table.count(ofReferrer: referrer, after: start, until: end, atMost: 100) == 3)
        #expect(try table.count(ofReferrer: referrer, after: start, until: end, atMost: 2) == 2)
        #expect(try table.count(ofReferrer: referrer, after: end, until: start, atMost: 100) == 0)
    }
}
