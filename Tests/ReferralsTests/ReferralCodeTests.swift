import Testing

@testable import Referrals

@Suite struct ReferralCodeTests {
    @Test(arguments: [
        ("ABC123", "ABC123"), ("  abc123\n", "ABC123"), ("ａｂｃ１２３", "ABC123"),
        ("\u{3000}Anna-７\u{3000}", "ANNA-7"), ("a", "A"), ("0._-", "0._-"),
        ("\u{A0}x\u{2003}", "X"),
        ("ＡＢ．Ｃ＿Ｄ－E", "AB.C_D-E"),
        (String(repeating: "x", count: 64), String(repeating: "X", count: 64)),
    ])
    func `a code is trimmed, folded to ASCII and upper-cased`(text: String, canonical: String) {
        #expect(ReferralCode(text)?.text == canonical)
        #expect(ReferralCode(utf8: Array(text.utf8).span)?.text == canonical)
    }

    @Test(arguments: [
        "", " ", "A B", ".A", "_A", "-A", "A/B", "A\u{0}", "Ä", "\u{410}BC", "ABC\u{200B}",
        "e\u{301}",
        "A\u{301}", "＿A", "😀", String(repeating: "X", count: 65),
        " " + String(repeating: "ｘ", count: 65), "ß", "A\nB",
    ])
    func `what is no code is refused, look-alikes included`(text: String) {
        #expect(ReferralCode(text) == nil)
        #expect(ReferralCode(utf8: Array(text.utf8).span) == nil)
    }

    @Test func `bytes that are no UTF-8 are no code`() {
        let bytes: [[UInt8]] = [[0xFF], [0x41, 0xEF, 0xBC], [0xC0, 0x81], [0xED, 0xA0, 0x80]]
        for bytes in bytes { #expect(ReferralCode(utf8: bytes.span) == nil) }
    }

    @Test func `O and 0 stay two codes`() {
        #expect(ReferralCode("BOB") != ReferralCode("B0B"))
    }

    @Test func `canonical codes are fixed points`() {
        for text in ["abc", "ｘＹ9", " a.b-c_d "] {
            let once = ReferralCode(text)
            #expect(once != nil)
            #expect(once.flatMap { ReferralCode($0.text) } == once)
        }
    }
}
