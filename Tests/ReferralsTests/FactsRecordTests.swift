import TestSupport
import Testing
import Time

@testable import Referrals

@Suite struct FactsRecordTests {
    @Test func `the plain case takes few bytes`() {
        let facts = facts(
            event(received: noon), lead: .known(knownLead), now: noon + .microseconds(300))
        #expect(FactsRecord(facts).bytes.count == 34)
    }

    @Test func `a record names its campaign and version`() {
        let record = FactsRecord(facts())
        #expect(record.campaign?.id == ID(7))
        #expect(record.campaign?.version == 1)
        let none = FactsRecord(facts(campaign: nil, code: .unknown, lead: .unknown, referrer: nil))
        #expect(none.campaign == nil)
    }

    @Test func `a record is read with the version it was made under, or not at all`() {
        let facts = facts()
        let record = FactsRecord(facts)
        for other in [campaign(version: 2), nil] {
            #expect(throws: RecordError.otherCampaign) {
                try record.facts(event: facts.event, campaign: other)
            }
        }
        let none = FactsRecord(
            ReferralsTests.facts(campaign: nil, code: .unknown, lead: .unknown, referrer: nil))
        #expect(throws: RecordError.otherCampaign) {
            try none.facts(event: facts.event, campaign: facts.campaign)
        }
    }

    @Test func `a record cut anywhere, or with anything behind it, is malformed`() {
        let facts = facts(history: History(repeated: ID(77)))
        let bytes = FactsRecord(facts).bytes
        for end in 0..<bytes.count {
            #expect(throws: RecordError.malformed) {
                try FactsRecord(bytes: Array(bytes[..<end]))
                    .facts(event: facts.event, campaign: facts.campaign)
            }
        }
        #expect(throws: RecordError.malformed) {
            try FactsRecord(bytes: bytes + [0]).facts(event: facts.event, campaign: facts.campaign)
        }
    }

    @Test func `damaged records never trap`() {
        let facts = facts(history: History(repeated: ID(77)))
        let bytes = FactsRecord(facts).bytes
        var failures = 0
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = bytes
                damaged[index] = byte
                do {
                    _ = try FactsRecord(bytes: damaged)
                        .facts(event: facts.event, campaign: facts.campaign)
                } catch {
                    failures += 1
                }
            }
        }
        #expect(failures > 256)
    }

    @Test func `another format is named`() {
        let facts = facts()
        #expect(throws: RecordError.otherFormat(4)) {
            try FactsRecord(bytes: [4] + FactsRecord(facts).bytes.dropFirst())
                .facts(event: facts.event, campaign: facts.campaign)
        }
    }

    @Test func `the format before amounts of zero were looked at is read, and says so`() throws {
        let facts = facts()
        let record = FactsRecord(bytes: [1] + FactsRecord(facts).bytes.dropFirst())
        #expect(record.isOfFormerFormat)
        #expect(!FactsRecord(facts).isOfFormerFormat)
        let again = try record.facts(event: facts.event, campaign: facts.campaign)
        #expect(again.history == facts.history)
    }

    @Test func `the extremes of every number survive`() throws {
        let facts = Facts(
            event: event(received: .latest), source: SourceFacts(isPaused: true, codeOf: .referrer),
            code: .absent, campaign: nil,
            lead: .known(Party(id: ID(.min), joinedAt: .earliest, referredBy: ID(.max))),
            referrer: Party(id: ID(.max), joinedAt: .latest, isDisabled: true, hasReferred: true),
            history: History(
                repeated: ID(-1), referrerConversions: .max, recentConversions: .max,
                isRefunded: true),
            pool: CouponPool(unused: .max, waiting: .max, lowMark: .max),
            rewards: [RewardFacts(slotsUsed: .max, budgetSpent: .min)], now: .earliest)
        let again = try FactsRecord(facts).facts(event: facts.event, campaign: nil)
        #expect(again.lead == facts.lead)
        #expect(again.referrer == facts.referrer)
        #expect(again.history == facts.history)
        #expect(again.pool == facts.pool)
        #expect(again.rewards == facts.rewards)
        #expect(again.source == facts.source)
        #expect(again.now == facts.now)
    }
}
