import Ledger
import Referrals
import TestSupport
import Testing

@testable import Storage

/// Parked events whose participant is enrolled by the gateway itself.
@Suite struct ReleaseByKeyTests {
    private static let others = 300

    /// Many events wait for codes that nobody gets, some before and some after `NEW`.
    private func scene() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.enrol("REF")
        for number in 0..<Self.others {
            let code = (number.isMultiple(of: 2) ? "A" : "Z") + "\(number)"
            try scratch.post(PartnerMessage(id: "other-\(number)", code: code))
        }
        try scratch.release()
        #expect(try !scratch.processor.mayRelease(now: scratch.now))
        return scratch
    }

    private func enrol(_ code: String, _ scratch: Scratch) throws {
        try scratch.transaction { try enrolNow(code, scratch) }
    }

    private func enrolNow(_ code: String, _ scratch: Scratch) throws {
        let referrer = try #require(
            try scratch.store.participants.find(code: "REF", account: scratch.account))
        let id = try scratch.store.participants.enrol(
            ParticipantRow(
                participant: Participant(
                    id: ID(0), campaign: ID(1), email: "\(code)@example.com",
                    joinedAt: scratch.now, isDisabled: false,
                    referredBy: referrer.participant.id),
                account: scratch.account, code: code))
        try scratch.processor.notify(
            of: id, .enrolled(referrerIsNew: false), now: scratch.now)
    }

    private func waiting(_ scratch: Scratch) throws -> Int64? {
        try scratch.store.session.integer("SELECT count(*) FROM parked")
    }

    @Test func `a person for whom no event waits makes no work`() throws {
        let scratch = try scene()
        try enrol("NEW", scratch)
        #expect(try !scratch.processor.mayRelease(now: scratch.now))
        #expect(try waiting(scratch) == Int64(Self.others))
    }

    @Test func `the events that wait for a person are found without a search of all`() throws {
        let scratch = try scene()
        for number in 0..<3 {
            try scratch.post(PartnerMessage(id: "new-\(number)", code: "NEW"))
        }
        try scratch.release()
        #expect(try waiting(scratch) == Int64(Self.others) + 3)
        try enrol("NEW", scratch)
        #expect(try scratch.processor.mayRelease(now: scratch.now))
        var turns = 0
        var isMore = true
        while isMore {
            try scratch.processor.transaction({ _ in }) {
                isMore = try scratch.processor.release(now: scratch.now, turn: Turn(.zero))
            }
            turns += 1
        }
        #expect(turns <= 4)
        #expect(try waiting(scratch) == Int64(Self.others))
        #expect(try !scratch.processor.mayRelease(now: scratch.now))
    }

    @Test func `more events than a page are released after an enrolment that was first undone`()
        throws
    {
        struct Undone: Error {}
        let scratch = try scene()
        for number in 0..<Self.others {
            try scratch.post(PartnerMessage(id: "new-\(number)", code: "NEW"))
        }
        try scratch.release()
        #expect(throws: Undone.self) {
            try scratch.transaction {
                try enrolNow("NEW", scratch)
                throw Undone()
            }
        }
        try scratch.processor.transaction({ _ in }) {
            _ = try scratch.processor.release(now: scratch.now, turn: Turn(.zero))
        }
        try enrol("NEW", scratch)
        try scratch.release { Turn(.zero) }
        #expect(try waiting(scratch) == Int64(Self.others))
    }
}
