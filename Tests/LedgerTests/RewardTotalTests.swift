import Database
import Insight
import Referrals
import SQLite
import TestSupport
import Testing

@testable import Storage

/// What is counted of each campaign reward as it is granted.
@Suite struct RewardTotalTests {
    private func scratch(_ value: RewardValue, leads: [String] = ["A", "B", "C"]) throws -> Scratch
    {
        let scratch = try Scratch(campaigns: [
            .plain(rewards: [.credit(value, cap: .unlimited)])
        ])
        try scratch.enrol(referrer: "REF", leads: leads)
        return scratch
    }

    private func post(
        _ scratch: Scratch, _ code: String?, amount: Int64 = 100, order: String,
        _ reversal: String? = nil
    ) throws {
        try scratch.post(
            PartnerMessage(
                id: "\(order)\(reversal ?? "")", code: code, orders: [order], amount: amount,
                currency: "EUR", reversal: reversal))
    }

    private func stored(_ scratch: Scratch) throws -> [Int64?] {
        try ["granted", "budget_spent"].map {
            try scratch.store.session.integer("SELECT \($0) FROM campaign_rewards WHERE id = 1")
        }
    }

    @Test func `rewards are counted without a budget, and refunds are taken off`() throws {
        let scratch = try scratch(.percent(try #require(Percentage("50")), max: nil))
        try post(scratch, "A", amount: 1000, order: "1")
        try post(scratch, "B", amount: 300, order: "2")
        #expect(try stored(scratch) == [2, 650])
        try post(scratch, nil, amount: 400, order: "1", "refund")
        #expect(try stored(scratch) == [2, 450])
        #expect(try scratch.store.rewards.totals.spent(of: ID(1)) == 450)
        #expect(try scratch.audit().findings == [])
    }

    @Test func `what is not committed is seen in its transaction, and gone after a rollback`()
        throws
    {
        let scratch = try scratch(.points(5))
        struct Stop: Error {}
        let totals = scratch.store.rewards.totals
        #expect(throws: Stop.self) {
            try scratch.transaction {
                try scratch.store.rewards.append(
                    RewardRow(
                        id: ID(16), campaignReward: ID(1), beneficiary: ID(1), status: .issued,
                        reasons: [], value: .points(7), heldUntil: nil, issuedAt: scratch.now))
                #expect(try totals.spent(of: ID(1)) == 7)
                #expect(try totals.hasGranted(of: ID(1), position: 0))
                throw Stop()
            }
        }
        #expect(try totals.spent(of: ID(1)) == 0)
        #expect(try !totals.hasGranted(of: ID(1), position: 0))
        try post(scratch, "A", order: "1")
        #expect(try stored(scratch) == [1, 5])
    }

    @Test func `a sum beyond the integers stops there and undoes no event`() throws {
        let scratch = try scratch(.percent(try #require(Percentage("100")), max: nil))
        for (number, code) in ["A", "B", "C"].enumerated() {
            try post(scratch, code, amount: 6_000_000_000_000_000_000, order: "\(number)")
        }
        #expect(try stored(scratch) == [3, .max])
    }
}
