import TestSupport
import Testing

@testable import Referrals

@Suite struct EmailAddressTests {
    @Test(arguments: [
        ("Anna@Example.com", "anna@EXAMPLE.com", Likeness.sameAddress),
        (" anna@example.com ", "anna@example.com", .sameAddress),
        ("anna@example.com", "anna+promo@example.com", .sameMailbox),
        ("anna+a@example.com", "anna+b@example.com", .sameMailbox),
        ("a.n.na@gmail.com", "anna@googlemail.com", .sameMailbox),
        (".anna@gmail.com", "anna@gmail.com", .sameMailbox),
        ("anna+a@outlook.com", "anna@outlook.com", .sameMailbox),
        ("anna@outlook.com", "anna@hotmail.com", .different),
        ("a.nna@outlook.com", "anna@outlook.com", .different),
        ("anna@icloud.com", "anna+x@me.com", .sameMailbox),
        ("an-na_x@protonmail.com", "anna.x@pm.me", .sameMailbox),
        ("_anna@proton.me", "anna@proton.me", .sameMailbox),
        ("an.na@yandex.com", "an-na+x@ya.ru", .sameMailbox),
        ("anna-one@yahoo.com", "anna-two@yahoo.com", .sameMailbox),
        ("anna-one@yahoo.de", "anna@yahoo.de", .sameMailbox),
        ("anna@yahoo.de", "anna@yahoo.com", .different),
        ("anna+one@yahoo.com", "anna@yahoo.com", .different),
        ("anna-one@example.com", "anna@example.com", .different),
        ("shop@anna.fastmail.com", "anna+x@fastmail.com", .sameMailbox),
        ("shop@anna.example.com", "anna@example.com", .different),
        ("a.nna@example.com", "anna@example.com", .different),
        ("anna@example.com", "anna@example.org", .different),
        ("anna@example.com", "bob@example.com", .different),
        ("+anna@example.com", "+bob@example.com", .different),
        ("e\u{301}@example.com", "\u{E9}@example.com", .sameAddress),
        ("anna@example.com", "anna@xn--exmple-cua.com", .different),
    ])
    func `addresses are as alike as their mailboxes`(
        left: String, right: String, likeness: Likeness
    ) throws {
        let (left, right) = (
            try #require(EmailAddress(left)), try #require(EmailAddress(right))
        )
        #expect(left.likeness(to: right) == likeness)
        #expect(right.likeness(to: left) == likeness)
    }

    @Test(arguments: ["", "anna", "@example.com", "anna@", " ", "@"])
    func `an address has something on both sides of the at sign`(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test(arguments: [
        ("x@mailinator.com", true), ("x@MAILINATOR.com", true), ("x@eu.mailinator.com", true),
        ("x@not-mailinator.example", false), ("x@mailinator.com.example", false),
        ("x@fresh.example", true),
        ("x@example", false),
    ])
    func `throw-away domains count with those below them`(email: String, expected: Bool) throws {
        let domains = DisposableDomains(adding: ["Fresh.example"])
        #expect(domains.contains(domainOf: try #require(EmailAddress(email))) == expected)
    }

    @Test(arguments: [
        ("bad@example.com", true), ("Bad@Example.com", true), ("good@example.com", false),
        ("any@evil.example", true), ("any@sub.evil.example", true), ("any@spam.example", true),
        ("any@notevil.example", false),
    ])
    func `a blocklist names addresses and domains`(email: String, expected: Bool) throws {
        let list = Blocklist(["BAD@example.com", "evil.example", "@spam.example", "cus_1"])
        #expect(list.contains(email: try #require(EmailAddress(email))) == expected)
        #expect(list.contains(customer: "CUS_1"))
        #expect(!list.contains(customer: "cus_2"))
    }

    private func participant(email: String?, customer: String? = nil) -> Participant {
        Participant(
            id: ID(1), campaign: ID(7), email: email, customer: customer, joinedAt: noon)
    }

    @Test func `the likeness is that of the more alike of lead and event`() {
        let referrer = participant(email: "anna@example.com")
        let lead = participant(email: "bob@example.com")
        let addresses = AddressFacts(
            of: event(email: "ANNA@example.com"), lead: lead, referrer: referrer,
            lists: AddressLists(Risk()))
        #expect(addresses.likeness == .sameAddress)
        #expect(
            AddressFacts(of: event(), lead: lead, referrer: referrer, lists: nil).likeness
                == .different)
        #expect(
            AddressFacts(of: event(), lead: nil, referrer: referrer, lists: nil).likeness
                == .unknown
        )
        #expect(
            AddressFacts(
                of: event(email: "x@y.example"), lead: lead, referrer: participant(email: nil),
                lists: nil
            ).likeness == .unknown)
    }

    @Test func `throw-away domains and the blocklist are looked up only where the campaign asks`() {
        let lead = participant(email: "x@yopmail.com", customer: "cus_1")
        let off = AddressFacts(of: event(), lead: lead, referrer: nil, lists: AddressLists(Risk()))
        #expect(off.isDisposable == nil)
        #expect(!off.isBlocklisted)
        let risk = Risk(disposableEmail: .known(adding: []), blocklist: ["cus_1"])
        let on = AddressFacts(of: event(), lead: lead, referrer: nil, lists: AddressLists(risk))
        #expect(on.isDisposable == true)
        #expect(on.isBlocklisted)
        let nobody = AddressFacts(of: event(), lead: nil, referrer: nil, lists: AddressLists(risk))
        #expect(nobody.isDisposable == nil)
        #expect(!nobody.isBlocklisted)
        let referrer = participant(email: nil, customer: "cus_1")
        let byReferrer = AddressFacts(
            of: event(email: "ok@example.com"), lead: nil, referrer: referrer,
            lists: AddressLists(risk))
        #expect(byReferrer.isDisposable == false)
        #expect(byReferrer.isBlocklisted)
    }
}
