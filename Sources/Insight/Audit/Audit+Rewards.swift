import Ledger
import Referrals
import Storage

extension Audit {
    /// Checks the parts of a reward that do not depend on its decision: its coupon, its ledger, its
    /// slot, and its part of a budget.
    func check(_ reward: StoredReward, _ entry: Entry, _ campaign: CampaignSettings?) {
        let row = reward.row
        rules[row.campaignReward]?.count(reward)
        guard reward.isReadable else {
            return note("Reward \(row.id.number) has an unknown status or unknown reasons.")
        }
        let rule = campaign?.version.rule(of: row)
        if let rule { checkCoupon(of: reward, rule) }
        checkLedger(of: reward, wasReversed: !entry.reversals.isEmpty)
        // A reward that came back and found its slot taken has none.
        if row.status.holdsSlot, !row.reasons.contains(.capReached) {
            if rules[row.campaignReward]?.hasOneSlot ?? true {
                slots.addReward(row.id, row.campaignReward)
            }
            if rule?.every != nil { multiples.addReward(row.id, row.campaignReward) }
        }
    }

    /// Checks the parts that need the reward's kind; the coupon's side is an invariant.
    private func checkCoupon(of reward: StoredReward, _ rule: CampaignReward) {
        let id = reward.row.id.number
        guard rule.kind == .coupon else {
            if reward.coupon != nil {
                note("Reward \(id) is a \(rule.kind.rawValue) reward, but has a coupon.")
            }
            return
        }
        let mayHave: [CouponState]
        switch reward.row.status {
        case .issued, .redeemed: mayHave = [.assigned, .redeemed]
        case .pending: mayHave = [.reserved, .assigned]
        case .waitingStock:
            if reward.coupon != nil { note("Reward \(id) waits for a coupon, but has one.") }
            return
        case .inReview, .rejected, .revoked: return
        }
        guard let coupon = reward.coupon, mayHave.contains(coupon) else {
            let what = reward.coupon.map { "its coupon is \($0.rawValue)" } ?? "has no coupon"
            return note("Reward \(id) is \(reward.row.status.rawValue), but \(what).")
        }
    }

    private func checkLedger(of reward: StoredReward, wasReversed: Bool) {
        let id = reward.row.id.number
        guard let value = reward.row.value else {
            if !reward.ledger.isEmpty {
                note("Reward \(id) has a ledger, but no known value.")
            }
            return
        }
        var left = value.units
        for (number, line) in reward.ledger.enumerated() {
            if line.reason == nil {
                note("Line \(number) of the ledger of reward \(id) has an unknown reason.")
            }
            let (sum, overflow) = left.addingReportingOverflow(line.amount)
            if overflow || sum < 0 || sum > value.units {
                let side = overflow || sum < 0 ? "below zero" : "above the granted value"
                return note("The ledger of reward \(id) goes \(side) at line \(number).")
            }
            left = sum
        }
        switch reward.row.status {
        case .rejected, .revoked:
            if left != 0 {
                note("Reward \(id) is \(reward.row.status.rawValue), but \(left) of it is left.")
            }
        case .issued, .redeemed, .pending, .waitingStock, .inReview:
            if !wasReversed, left != value.units {
                note(
                    "Reward \(id) is \(reward.row.status.rawValue) and was never refunded, but"
                        + " \(left) of \(value.units) are left.")
            }
        }
    }
}

extension Campaign {
    /// The rule of a reward: that at its place or, for a reward at a place beyond the rules, the
    /// one that it names.
    func rule(of row: RewardRow) -> CampaignReward? {
        rewards.indices.contains(row.id.place)
            ? rewards[row.id.place] : reward(row.campaignReward)
    }
}

extension CampaignReward {
    var isShare: Bool { if case .percent = value { true } else { false } }
}
