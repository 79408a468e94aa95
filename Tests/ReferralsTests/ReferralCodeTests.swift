import Testing

@testable import Referrals

@Suite struct ReferralCodeTests {
    @Test(arguments: [
        ("ABC123", "ABC123"), ("  abc123\n", "ABC123"), ("ａｂｃ１２３", "ABC123"),
        ("\u{3000}Anna-７\u{3000}", "ANNA-7"), ("a", "A"), ("0._-", "0._-"),
        (String(repeating: "x", count: 64), String(repeating: "X", count: 64)),
    ])
    func `a code is trimmed, folded to ASCII and upper-cased`(text: String, canonical: String) {
        #expect(ReferralCode(text)?.text == canonical)
        #expect(ReferralCode(utf8: Array(text.utf8).span)?.text == canonical)
    }
}
