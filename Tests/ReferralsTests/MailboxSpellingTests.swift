import TestSupport
import Testing

@testable import Referrals

/// One mailbox is one person, in whatever form its address is written.
@Suite struct MailboxSpellingTests {
    static let spellings = [
        "anna@bücher.example", "anna@xn--bcher-kva.example", "anna@XN--BCHER-KVA.example",
        "ANNA@BÜCHER.EXAMPLE", "anna@bu\u{308}cher.example", "anna@BU\u{308}CHER.example",
        "anna@bücher.example.", "anna@xn--bcher-kva.example.", "anna@bücher\u{3002}example",
        "anna@bücher\u{FF0E}example", "anna@bücher\u{FF61}example", "anna@bücher.example\u{3002}",
        "anna\u{FF20}bücher.example", "\u{FF41}nna@bücher.ex\u{FF21}mple", " anna@bücher.example\n",
        "\u{A0}anna@bücher.example\u{3000}", "mailto:anna@bücher.example",
        "MAILTO:anna@xn--bcher-kva.example", "<anna@bücher.example>",
        "Anna B <anna@bücher.example>",
        "\"Anna, B\" <anna@bücher.example>", "<mailto:anna@bücher.example>",
        "\"anna\"@bücher.example", "anna(home)@bücher.example", "(home)anna@bücher.example",
        "anna@bücher.example (Anna)", "anna@(home)bücher.example", "anna @ bücher.example",
        "\u{FF02}anna\u{FF02}@bücher.example",
    ]

    @Test(arguments: spellings)
    func `every spelling of an address is the address`(spelling: String) throws {
        let address = try #require(EmailAddress(spelling))
        #expect(Array(address.canonical.utf8) == Array("anna@bücher.example".utf8))
        #expect(EmailAddress(address.canonical) == address)
        let facts = AddressFacts(
            of: event(email: "lead@example.com"),
            lead: Participant(id: ID(2), campaign: ID(7), email: spelling, joinedAt: noon),
            referrer: Participant(
                id: ID(1), campaign: ID(7), email: "anna@bücher.example", joinedAt: noon),
            lists: AddressLists(Risk()))
        #expect(facts.likeness == .sameAddress)
    }

    @Test(arguments: [
        "an\u{200B}na@example.com", "anna@exam\u{AD}ple.com", "anna\u{0}@example.com",
        "\u{202E}anna@example.com", "\u{FEFF}anna@example.com", "an na@example.com",
        "anna@exam ple.com", "an(x)na@example.com", "anna@[127.0.0.1]", "anna@example..com",
        "anna@.example.com", "anna@-example.com", "\"an na\"@example.com", "\"a@b\"@example.com",
        "a@b@example.com", "Anna <anna@example.com>, Bob <bob@example.com>",
        "mailto:anna@example.com?subject=x", "mailto:%61nna@example.com", "anna@xn--a-.example",
        "anna@xn--example-.com", "anna@\u{24D4}xample.com", "anna@ex\u{FB01}.com",
        "anna@xn--99999999999999999.com", "anna(@example.com", "anna,bob@example.com",
        "<anna@example.com", "anna@example.com;",
    ])
    func `a text that could be read in two ways is no address`(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test func `an address has at most 254 bytes`() {
        let domain = "@" + String(repeating: "a.", count: 100) + "example"
        #expect(EmailAddress(String(repeating: "x", count: 254 - domain.count) + domain) != nil)
        #expect(EmailAddress(String(repeating: "x", count: 255 - domain.count) + domain) == nil)
    }

    /// The examples of RFC 3492 section 7.1, in lower case.
    @Test(arguments: [
        (
            "\u{4ED6}\u{4EEC}\u{4E3A}\u{4EC0}\u{4E48}\u{4E0D}\u{8BF4}\u{4E2D}\u{6587}",
            "ihqwcrb4cv8a8dqg056pqjye"
        ),
        ("bücher", "bcher-kva"), ("münchen-ost", "mnchen-ost-9db"), ("\u{10FFFF}", "dn32g"),
    ])
    func `Punycode is read and written`(text: String, encoded: String) {
        #expect(Punycode.encode(Array(text.unicodeScalars)) == encoded)
        #expect(Punycode.decode(encoded) == Array(text.unicodeScalars))
    }

    @Test func `lists of domains are read in the same form`() throws {
        let address = try #require(EmailAddress("anna@bücher.example"))
        for entry in ["BÜCHER.example", "@xn--bcher-kva.example", "Anna@XN--bcher-kva.example"] {
            #expect(Blocklist([entry]).contains(email: address), "\(entry)")
        }
        #expect(DisposableDomains(adding: ["xn--bcher-kva.example"]).contains(domainOf: address))
    }
}
