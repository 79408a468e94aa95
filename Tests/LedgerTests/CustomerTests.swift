import Database
import Referrals
import SQLite
import TestSupport
import Testing

@testable import Storage

/// What events teach of partners' names for their customers.
@Suite struct CustomerTests {
    /// A lead who converted under a customer id, before anything was entered into the table.
    private func learnt() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.enrol(referrer: "ANNA", leads: ["LEA", "LEO"])
        try scratch.addCoupons(3)
        try scratch.post(PartnerMessage(id: "1", code: "LEA", customer: "cus-1"))
        return scratch
    }

    private func find(_ customer: String, in store: Store) throws -> Int64? {
        try store.customers.find(customer, in: ID(1))?.number
    }

    private func entered(_ scratch: Scratch) throws -> Int64 {
        try #require(try scratch.store.session.integer("SELECT count(*) FROM customers"))
    }

    @Test func `a customer a conversion named is known at once, and to who opens the file later`()
        throws
    {
        let scratch = try learnt()
        #expect(try find("cus-1", in: scratch.store) == 2)
        #expect(try scratch.store.customers.find("cus-1", account: scratch.account)?.number == 2)
        #expect(try entered(scratch) == 0)
        let later = try Store.open(scratch.path, for: .writer)
        #expect(try find("cus-1", in: later) == 2)
    }

    @Test func `the first to bear a customer id keeps it`() throws {
        let scratch = try learnt()
        try scratch.post(PartnerMessage(id: "2", code: "LEO", customer: "cus-1"))
        #expect(try find("cus-1", in: scratch.store) == 2)
        try scratch.store.customers.remember("cus-1", as: ID(3), in: ID(1))
        #expect(try find("cus-1", in: scratch.store) == 2)
        #expect(try entered(scratch) == 0)
    }

    @Test func `a conversion that was rolled back has taught nothing`() throws {
        let scratch = try learnt()
        struct Undone: Error {}
        #expect(throws: Undone.self) {
            try scratch.store.write { _ in
                try scratch.store.customers.remember(conversion(50, customer: "cus-50"))
                #expect(try find("cus-50", in: scratch.store) == 2)
                throw Undone()
            }
        }
        #expect(try find("cus-50", in: scratch.store) == nil)
        #expect(try find("cus-1", in: scratch.store) == 2)
    }

    @Test func `an event decided after later ones teaches too`() throws {
        let scratch = try learnt()
        try scratch.store.customers.remember(conversion(9, customer: "cus-9"))
        try scratch.store.customers.remember(conversion(5, customer: "cus-5"))
        #expect(try find("cus-5", in: scratch.store) == 2)
        #expect(try entered(scratch) == 1)
    }

    @Test func `once many have gathered they are entered, and none is ever unknown`() throws {
        let scratch = try learnt()
        let store = scratch.store
        let count = CustomerTable.runLength + 500
        var last: Int64 = 100
        while last < 100 + Int64(count) {
            try store.write { _ in
                for _ in 0..<250 {
                    last += 1
                    let row = conversion(last, customer: "cus-\(last * 7919 % 100_003)")
                    try store.conversions.append(row)
                    try store.customers.remember(row)
                }
            }
            #expect(try find("cus-\(101 * 7919 % 100_003)", in: store) == 2)
            #expect(try find("cus-\(last * 7919 % 100_003)", in: store) == 2)
        }
        // The rest of the run is entered with the transactions that follow.
        while try store.catalog.meta("customers_entered") == nil {
            try store.write { _ in }
        }
        let mark = try #require(Int64(try store.catalog.meta("customers_entered") ?? ""))
        let behind = try #require(
            try store.session.integer("SELECT count(*) FROM conversions WHERE id > \(mark)"))
        #expect(try entered(scratch) + behind == last - 100 + 1)
        for connection in [store, try Store.open(scratch.path, for: .writer)] {
            for id in stride(from: Int64(101), through: last, by: 97) {
                #expect(try find("cus-\(id * 7919 % 100_003)", in: connection) == 2)
            }
        }
    }

    private func conversion(_ number: Int64, customer: String) -> ConversionRow {
        ConversionRow(
            id: ID(number), campaign: ID(1), lead: ID(2), referrer: ID(1), status: .approved,
            amount: nil, currency: nil, customer: customer, occurredAt: Scratch.noon,
            createdAt: Scratch.noon, wasApproved: true)
    }
}
