import Database
import Referrals
import SQLite
import Sockets
import Synchronization
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import Storage

/// What is left of people who were deleted: withheld at once, erased in as many transactions as it takes.
@Suite struct ErasureTests {
    /// A lead, number 2, who converted under a customer id and whose refunds and other events came later.
    private func history(of count: Int) throws -> Scratch {
        let scratch = try Scratch(campaigns: [.plain(conversions: .every)])
        try scratch.enrol(referrer: "ANNA", leads: ["LEA", "LEO"])
        try scratch.addCoupons(3)
        for number in 0..<3 {
            try scratch.post(message("conversion-\(number)", order: "o-\(number)"))
        }
        try scratch.post(
            PartnerMessage(
                id: "refund", orders: ["o-0"], amount: 5, currency: "EUR", email: "lea@lea.example",
                reversal: "refund"))
        try scratch.transaction {
            for number in 0..<count {
                try scratch.execute(
                    """
                    INSERT INTO events(id, source, event_id, fingerprint, received_at, outcome,
                        source_version, participant_id, fields, body)
                    VALUES (\(1_000 + number), 1, 'other-\(number)', 0, 0, 'rejected', 1, 2,
                        'x: lea@lea.example', CAST('{"email":"lea@lea.example"}' AS BLOB))
                    """)
            }
        }
        return scratch
    }

    private func message(_ id: String, order: String) -> PartnerMessage {
        PartnerMessage(
            id: id, code: "LEA", orders: [order], amount: 100, currency: "EUR",
            customer: "cus-lea", email: "lea@lea.example", firstName: "Lea")
    }

    private func delete(_ scratch: Scratch, _ id: Int64 = 2) throws {
        try scratch.transaction { try scratch.store.erase(ID(id), at: scratch.now) }
    }

    private func count(_ scratch: Scratch, _ sql: String) throws -> Int64 {
        try #require(try scratch.store.session.integer(sql))
    }

    private let bodiesOfLea = "SELECT count(*) FROM events WHERE instr(body, 'lea@') > 0"

    @Test func `what is not erased yet is withheld from every reader`() throws {
        let scratch = try history(of: 3)
        try delete(scratch)
        #expect(try count(scratch, bodiesOfLea) == 7)
        for id in [1, 4, 1_000, 1_002] as [Int64] {
            let row = try #require(try scratch.store.events.find(ID(id)))
            #expect(row.body == nil && row.fields == nil, "event \(id)")
        }
        let listed = try scratch.store.events.list(of: scratch.account, before: nil, limit: 50)
        #expect(listed.count == 7)
        #expect(listed.allSatisfy { $0.body == nil })
        #expect(try scratch.store.conversions.find(ID(1))?.customer == nil)
        #expect(try scratch.store.customers.find("cus-lea", in: ID(1)) == nil)
        #expect(try scratch.store.participants.find(ID(2))?.participant.email == nil)
        let replayed = try scratch.transaction {
            try scratch.processor.redecide(ID(1_000), now: scratch.now)
        }
        #expect(replayed == nil)
    }

    @Test func `a history is erased piece by piece, and what is left survives a restart`() throws {
        let scratch = try history(of: 300)
        try delete(scratch)
        var turns = 0
        var isMore = true
        while isMore {
            // Each turn is one of another process that starts where the last one ended.
            let store = try Store.open(scratch.path, for: .writer)
            let before = try count(scratch, bodiesOfLea)
            var steps = 0
            isMore = try store.write { _ in
                try store.eraseSome(
                    names: { _, _ in false },
                    isOver: {
                        steps += 1
                        return steps >= 20
                    })
            }
            #expect(try before - count(scratch, bodiesOfLea) <= 20)
            turns += 1
            try #require(turns < 100)
        }
        #expect(turns > 300 / 20)
        #expect(try count(scratch, bodiesOfLea) == 0)
        #expect(try count(scratch, "SELECT count(*) FROM events WHERE fields LIKE '%lea@%'") == 0)
        #expect(try count(scratch, "SELECT count(*) FROM erasures") == 0)
        #expect(try count(scratch, "SELECT count(*) FROM customers") == 0)
        #expect(
            try count(scratch, "SELECT count(*) FROM conversions WHERE customer IS NOT NULL") == 0)
    }

    /// Driven by all types, so that a new one is held to it, too.
    @Test(arguments: NotificationType.allCases)
    func `what was sent about a person is erased with the person`(_ type: NotificationType) throws {
        let scratch = try history(of: 0)
        // The lead, their first conversion, its reward; and rows that name nobody.
        let subject: Int64 =
            switch type.subject {
            case .participant: 2
            case .reward: 16
            case .conversion, .campaign, .event, .webhook, .signup, .payout: 1
            }
        let isPersonal = [.participant, .conversion, .reward, .signup].contains(type.subject)
        try scratch.transaction {
            try scratch.execute(
                "INSERT INTO signup_notices(id, participant_id, uid) VALUES (1, 2, x'00')")
            try scratch.execute(
                """
                INSERT INTO deliveries(webhook_id, id, type, subject, created_at, status, attempts,
                    body)
                VALUES (1, 9000, '\(type.rawValue)', \(subject), 0, 'delivered', 1,
                    CAST('{"first_name":"Lea"}' AS BLOB))
                """)
        }
        let kept = "SELECT count(*) FROM deliveries WHERE id = 9000 AND body IS NOT NULL"
        try #require(try count(scratch, kept) == 1)
        try delete(scratch)
        try scratch.transaction {
            while try scratch.store.eraseSome(names: { _, _ in false }, isOver: { false }) {}
        }
        #expect(try count(scratch, kept) == (isPersonal ? 0 : 1))
    }

    @Test func `events are settled between the turns of an erasure`() throws {
        let scratch = try history(of: 100)
        try delete(scratch)
        #expect(try scratch.processor.mayRelease(now: scratch.now))
        var isMore = true
        var settled = 0
        while isMore {
            try scratch.processor.transaction({ _ in }) {
                isMore = try scratch.processor.release(now: scratch.now, turn: shortTurn())
            }
            guard isMore else { break }
            let answer = try scratch.post(
                PartnerMessage(id: "between-\(settled)", code: "LEO", orders: ["b-\(settled)"]))
            guard case .recorded(let response) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(response.conversion != nil)
            settled += 1
        }
        #expect(settled > 3)
        #expect(try count(scratch, bodiesOfLea) == 0)
    }

    @Test func `a customer id is free for another person at once`() throws {
        let scratch = try history(of: 0)
        // Learnt from conversions, and entered beside.
        try scratch.transaction {
            try scratch.store.customers.remember("cus-2", as: ID(2), in: ID(1))
        }
        try delete(scratch)
        try scratch.post(
            PartnerMessage(id: "leo", code: "LEO", orders: ["p"], customer: "cus-lea"))
        try scratch.transaction {
            try scratch.store.customers.remember("cus-2", as: ID(3), in: ID(1))
        }
        for customer in ["cus-lea", "cus-2"] {
            #expect(try scratch.store.customers.find(customer, in: ID(1)) == ID(3))
        }
        try scratch.release()
        for customer in ["cus-lea", "cus-2"] {
            #expect(try scratch.store.customers.find(customer, in: ID(1)) == ID(3))
        }
    }

    @Test func `an event about somebody that names another's conversion is erased with them`()
        throws
    {
        let scratch = try history(of: 0)
        // LEO's event has LEA's order number.
        try scratch.post(
            PartnerMessage(id: "second", code: "LEO", orders: ["o-1"], email: "leo@leo.example"))
        #expect(try count(scratch, "SELECT participant_id FROM events WHERE id = 5") == 3)
        #expect(try count(scratch, "SELECT conversion_id FROM events WHERE id = 5") == 2)
        try delete(scratch, 3)
        #expect(try scratch.store.events.find(ID(5))?.body == nil)
        try scratch.release()
        #expect(
            try count(scratch, "SELECT count(*) FROM events WHERE instr(body, 'leo@') > 0") == 0)
        #expect(try count(scratch, bodiesOfLea) == 4)
    }

    @Test func `what receivers answered about somebody goes with them`() throws {
        let scratch = try history(of: 0)
        try scratch.transaction {
            for delivery in try deliveries(of: scratch) {
                try scratch.store.outbox.record(
                    OutboxTable.Attempt(
                        startedAt: scratch.now, status: 500, error: "status",
                        detail: "the answer was 500", answer: "no lea@lea.example here"),
                    of: delivery, webhook: 1, .again(at: scratch.now + .seconds(60)),
                    body: Array("lea@lea.example".utf8))
            }
        }
        let numbers = try deliveries(of: scratch)
        #expect(numbers.count > 2)
        let log = scratch.store.log
        #expect(try log.attempts(at: numbers[0], of: 1).first?.answer != nil)
        try delete(scratch)
        for number in numbers {
            let attempts = try log.attempts(at: number, of: 1)
            #expect(attempts.count == 1)
            #expect(attempts.allSatisfy { $0.answer == nil && $0.detail == nil })
        }
        let again = try scratch.store.outbox.again(
            of: 1, at: scratch.now + .seconds(120), limit: 100)
        #expect(again.count == numbers.count)
        #expect(again.allSatisfy { $0.body == nil })
        try scratch.release()
        #expect(try count(scratch, "SELECT count(*) FROM attempts WHERE answer IS NOT NULL") == 0)
        #expect(try count(scratch, "SELECT count(*) FROM deliveries WHERE body IS NOT NULL") == 0)
    }

    /// A turn that is over after it was looked at twenty times.
    private func shortTurn() -> Turn {
        let looks = Looks()
        return Turn(
            .nanoseconds(20),
            clock: {
                MonotonicTime(
                    nanoseconds: looks.count.withLock { count in
                        count += 1
                        return count
                    })
            })
    }

    private func deliveries(of scratch: Scratch) throws -> [Int64] {
        try scratch.store.deliverySearch.page(
            DeliverySearch.Query(of: [1], account: scratch.account, limit: 100)
        ).rows.filter { ![.couponPoolLow, .couponPoolExhausted].contains($0.type.value) }.map(\.id)
    }
}

/// How often a clock was looked at.
private final class Looks: Sendable {
    let count = Mutex<Int64>(0)
}
