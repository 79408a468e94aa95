import Insight
import Referrals
import TestSupport
import Testing

@testable import Storage

/// The audit of multiples and running counts, on a database that somebody damaged.
@Suite struct AuditedRewardRuleTests {
    /// Three purchases under a rule for each second one, the last of them refunded.
    private func scratch() throws -> Scratch {
        var rule = RewardRule(.points)
        rule.value = .points(5)
        rule.every = 2
        rule.caps = []
        let scratch = try Scratch(
            campaigns: [.plain(rewards: [CampaignReward(id: ID(1), rule)])])
        try scratch.enrol(referrer: "ANNA", leads: ["LEA", "LEO", "LUC"])
        for (number, code) in ["LEA", "LEO", "LUC"].enumerated() {
            try scratch.post(
                PartnerMessage(
                    id: "\(number)", code: code, orders: ["o\(number)"], amount: 100,
                    currency: "EUR"))
        }
        try scratch.post(
            PartnerMessage(
                id: "r", orders: ["o2"], amount: 100, currency: "EUR", reversal: "refund"))
        return scratch
    }

    @Test func `counts and multiples that nobody touched are found right`() throws {
        let scratch = try scratch()
        #expect(try scratch.store.session.integer("SELECT count(*) FROM milestones") == 1)
        #expect(try scratch.audit().findings == [])
    }

    @Test(arguments: [
        (
            "DELETE FROM milestones",
            "The multiples that rewards hold are not those that they have earned."
        ),
        (
            "UPDATE milestones SET slot = 4",
            "Reward 32 holds multiple 4 of campaign reward 1, but 2 are approved."
        ),
        (
            "UPDATE claims SET ref = ref + 1 WHERE rule = -1 AND slot = 0",
            "The running count of referrer 1 is 3, but 2 conversions are approved."
        ),
        (
            "DELETE FROM approvals",
            "The running counts do not follow from the approvals and reversals on record."
        ),
        (
            "UPDATE rewards SET status = 'revoked' WHERE id = 32",
            "Multiple 2 of campaign reward 1 names reward 32, which is revoked."
        ),
    ])
    func `what was damaged is named`(_ sql: String, _ sentence: String) throws {
        let scratch = try scratch()
        try scratch.execute(sql)
        let findings = try scratch.audit().findings
        #expect(findings.contains(sentence), "\(findings)")
    }
}
