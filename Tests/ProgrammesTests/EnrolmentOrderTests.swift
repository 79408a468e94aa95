import Declarations
import Programmes
import Referrals
import TestSupport
import Testing
import Workspace

@Suite struct EnrolmentOrderTests {
    private func row(_ line: Int, _ code: String?, by referrer: String?) -> EnrolmentOrder.Row {
        EnrolmentOrder.Row(
            declaration: ParticipantDeclaration(
                campaign: CampaignNumber(1), referralCode: code.flatMap { ReferralCode($0) },
                referredBy: referrer.flatMap { ReferralCode($0) }),
            place: .line(line, file: "body"))
    }

    @Test func `rows that refer to no other row keep their order`() {
        let rows = (0..<50).map { row($0, "C\($0)", by: $0 % 3 == 0 ? "STORED" : nil) }
        let sorted = EnrolmentOrder.sorted(rows)
        #expect(sorted.map(\.place) == rows.map(\.place))
    }

    @Test(arguments: [31, 32, 33] as [UInt64])
    func `each row comes after its referrer`(_ seed: UInt64) {
        var random = Seeded(seed)
        // A referrer has a smaller number, so that there is no circle; then the rows are shuffled.
        let rows = (0..<300).map { number in
            let isReferred = number > 0 && random.below(3) > 0
            return row(
                number, random.below(10) == 0 ? nil : "C\(number)",
                by: isReferred ? "C\(random.below(number))" : nil)
        }
        let listed = Set(rows.compactMap { $0.declaration.referralCode })
        let sorted = EnrolmentOrder.sorted(rows.shuffled(using: &random))
        #expect(sorted.count == rows.count, "seed \(seed)")
        var seen: Set<ReferralCode> = []
        for row in sorted {
            if let referrer = row.declaration.referredBy, listed.contains(referrer) {
                #expect(seen.contains(referrer), "seed \(seed), \(row.place)")
            }
            if let code = row.declaration.referralCode { seen.insert(code) }
        }
    }
}
