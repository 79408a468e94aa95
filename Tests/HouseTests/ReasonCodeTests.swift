import Referrals
import Testing

@Suite struct ReasonCodeTests {
    @Test func `each reason code has a text of its own, and is found by it`() {
        let texts = ReasonCode.allCases.map(\.text)
        #expect(Set(texts).count == texts.count)
        for code in ReasonCode.allCases { #expect(ReasonCode(text: code.text) == code) }
    }

    @Test func `what a reason means is said in one place`() throws {
        let wording = try House.text("Sources/Referrals/Model/ReasonCode+Wording.swift")
        for code in ReasonCode.allCases {
            #expect(wording.matches(of: try Regex("\"\(code.text)\"")).count == 1, "\(code)")
            for text in [code.sentence] {
                #expect(ReasonCode.allCases.filter { $0.sentence == text } == [code])
            }
        }
    }
}
