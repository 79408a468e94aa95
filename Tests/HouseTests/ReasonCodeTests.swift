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

    /// Words that name something else as well: a member of a declaration or of an answer.
    private static let otherMeanings: Set<ReasonCode> = [
        .velocity, .disposableEmail, .blocklisted, .heldUntil,
    ]

    /// The fine verdict on a signature is a contract of its own, and shares one word.
    private static let otherContracts = ["Sources/Webhooks/Refusal.swift"]

    @Test func `no other file spells a reason code out`() throws {
        let spelled = try House.sources().filter {
            $0.path.hasSuffix(".swift")
                && $0.path != "Sources/Referrals/Model/ReasonCode+Wording.swift"
                && !Self.otherContracts.contains($0.path)
        }.flatMap { file in
            ReasonCode.allCases.filter { code in
                !Self.otherMeanings.contains(code) && file.text.contains("\"\(code.text)\"")
            }.map { "\(file.path): \($0.text)" }
        }
        #expect(spelled == [])
    }
}
