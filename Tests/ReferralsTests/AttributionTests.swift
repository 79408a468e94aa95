import TestSupport
import Testing

@testable import Referrals

@Suite struct AttributionTests {
    static let anna = Participant(
        id: ID(50), campaign: ID(7), email: "anna@example.com", joinedAt: noon)
    static let lena = Participant(id: ID(100), campaign: ID(7), joinedAt: noon, referredBy: ID(50))
    static let otto = Participant(id: ID(101), campaign: ID(7), joinedAt: noon, referredBy: ID(51))
    static let solo = Participant(id: ID(102), campaign: ID(7), joinedAt: noon)

    struct Case: CustomTestStringConvertible {
        var name: String
        var codeOf = CodeOwner.lead
        var campaign: ID<Campaign>?
        var owner: Participant?
        var received = event(email: "x@example.com")
        var person: Participant?
        var expected: Attribution
        var asksForPerson = true

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "a lead's code names the lead, whatever else the event carries", owner: lena,
            person: otto,
            expected: Attribution(code: .found, lead: .known(lena), referrer: anna),
            asksForPerson: false),
        Case(
            name: "an unknown code waits, also beside a known person", owner: nil, person: lena,
            expected: Attribution(code: .unknown, lead: .unknown, referrer: nil),
            asksForPerson: false),
        Case(
            name: "a code of another campaign than the source's is none of its codes",
            campaign: ID(8), owner: lena,
            expected: Attribution(code: .elsewhere, lead: .unknown, referrer: nil),
            asksForPerson: false),
        Case(
            name: "a referrer's code alone names no lead", owner: anna, received: event(),
            expected: Attribution(code: .found, lead: .unknown, referrer: anna),
            asksForPerson: false),
        Case(
            name: "a referrer's code with a person names the person", owner: anna, person: lena,
            expected: Attribution(code: .found, lead: .known(lena), referrer: anna)),
        Case(
            name: "where codes are leads', nobody new is enrolled", owner: anna, person: nil,
            expected: Attribution(code: .found, lead: .unknown, referrer: anna)),
        Case(
            name: "where codes are leads', one's own code claims nobody", owner: anna, person: anna,
            expected: Attribution(code: .found, lead: .known(anna), referrer: nil)),
        Case(
            name: "where codes are referrers', a new person is enrolled", codeOf: .referrer,
            owner: anna, person: nil,
            expected: Attribution(code: .found, lead: .new, referrer: anna)),
        Case(
            name: "where codes are referrers', a lead's code is a referrer's too",
            codeOf: .referrer, owner: lena, person: nil,
            expected: Attribution(code: .found, lead: .new, referrer: lena)),
        Case(
            name: "where codes are referrers', nobody named is nobody known", codeOf: .referrer,
            owner: lena, received: event(),
            expected: Attribution(code: .found, lead: .unknown, referrer: lena),
            asksForPerson: false),
        Case(
            name: "where codes are referrers', the claim is the code's owner's",
            codeOf: .referrer, owner: anna, person: otto,
            expected: Attribution(code: .found, lead: .known(otto), referrer: anna)),
        Case(
            name: "where codes are referrers', one may try to refer oneself", codeOf: .referrer,
            owner: anna, person: anna,
            expected: Attribution(code: .found, lead: .known(anna), referrer: anna)),
        Case(
            name: "without a code, the customer finds the lead",
            received: event(code: nil, customer: "cus_1"), person: lena,
            expected: Attribution(code: .absent, lead: .known(lena), referrer: anna)),
        Case(
            name: "without a code, an unknown customer is nobody",
            received: event(code: nil, customer: "cus_1"), person: nil,
            expected: Attribution(code: .absent, lead: .unknown, referrer: nil)),
        Case(
            name: "without a code and a person there is nobody",
            received: event(code: nil), person: lena,
            expected: Attribution(code: .absent, lead: .unknown, referrer: nil),
            asksForPerson: false),
        Case(
            name: "without a code, one who joined by themself has no referrer",
            received: event(code: nil, customer: "cus_1"), person: solo,
            expected: Attribution(code: .absent, lead: .known(solo), referrer: nil)),
    ]

    @Test(arguments: cases)
    func `code, source and person tell who is who`(_ test: Case) {
        var hasAsked = false
        let attribution = Attribution.resolve(
            test.received, codeOf: test.codeOf, sourceCampaign: test.campaign, owner: test.owner,
            person: { campaign in
                hasAsked = true
                #expect(campaign == (test.owner?.campaign ?? test.campaign))
                return test.person
            },
            participant: { $0 == Self.anna.id ? Self.anna : nil })
        #expect(attribution == test.expected)
        #expect(hasAsked == test.asksForPerson)
    }

    @Test func `facts take from the participants what a decision needs`() {
        let attribution = Attribution(code: .found, lead: .known(Self.lena), referrer: Self.anna)
        let facts = Facts(
            event: event(email: "ANNA@example.com"), source: SourceFacts(),
            attribution: attribution,
            campaign: campaign(), rewards: [RewardFacts()], now: noon)
        #expect(facts.lead == .known(Party(Self.lena)))
        #expect(facts.referrer == Party(Self.anna))
        #expect(facts.addresses.likeness == .sameAddress)
        #expect(decided(facts).decision.reasons == [.selfReferralEmail])
    }
}
