import Currencies
import Referrals
import Storage
import Time

/// The result of deciding stored events again under a draft's rules.
package struct BacktestReport: Sendable {
    /// The outcome on record and the draft's, of one campaign's events from one source.
    package struct Cell: Hashable, Sendable {
        package let campaign: ID<Campaign>
        package let source: ID<Source>
        package let was: Outcome
        package let becomes: Outcome
    }

    /// Rewards that are added up together.
    package struct RewardGroup: Hashable, Sendable {
        package let campaign: ID<Campaign>
        package let kind: CampaignReward.Kind
        package let beneficiary: CampaignReward.Beneficiary
        /// A currency, `points`, or nil for a value that cannot be added up.
        package let unit: String?
    }

    /// The number and the sum of rewards, on record and under the draft.
    package struct RewardSum: Sendable {
        package var wasCount: Int64 = 0
        package var becomesCount: Int64 = 0
        package var was: Int64 = 0
        package var becomes: Int64 = 0
    }

    /// The coupons of a campaign.
    package struct CouponNeed: Sendable {
        /// The rewards that took or await a coupon, on record and under the draft.
        package var given = 0
        package var needed = 0
        /// The unused coupons now, without those that waiting rewards will take.
        package var left = 0
        /// The coupons that the draft would lack now.
        package var short: Int { max(0, needed - given - left) }
    }

    /// A decision in short.
    package struct Verdict: Sendable {
        package let outcome: Outcome
        package let reasons: Reasons
        /// The rewards that are recorded.
        package let rewards: [RewardDecision]

        init(_ decision: Decision) {
            outcome = decision.outcome
            reasons = decision.reasons
            rewards = decision.rewards.filter { $0.status != nil }
        }

        init(_ outcome: Outcome, _ reasons: Reasons) {
            self.outcome = outcome
            self.reasons = reasons
            rewards = []
        }
    }

    /// One event that the draft decides otherwise.
    package struct Change: Sendable {
        package let event: ID<Event>
        package let campaign: ID<Campaign>
        package let source: ID<Source>
        package let receivedAt: Instant
        package let was: Verdict
        package let becomes: Verdict
        /// The first check with another result, on record and under the draft; nil if only values
        /// or limits differ, or a side has no such check.
        package let checkWas: Check?
        package let checkBecomes: Check?
    }

    /// A condition whose result the draft does not know, and the reason.
    package struct Unknown: Hashable, Sendable {
        package let campaign: ID<Campaign>
        package let expression: String
        package let reason: String
    }

    /// The number of events with an unknown, and the first of them.
    package struct UnknownCount: Sendable {
        package var count: Int64 = 0
        package var first: ID<Event>
    }

    /// Events that were read.
    package var events: Int64 = 0
    /// Events of the draft's campaigns that were decided again.
    package var decided: Int64 = 0
    /// Decided events with another decision.
    package var changed: Int64 = 0
    /// Events of the draft's campaigns whose bodies were erased.
    package var bodiesGone: Int64 = 0
    /// Events of the draft's campaigns whose basis is lost for another reason.
    package var notDerivable: Int64 = 0
    /// Refunds, links of keys, and events without a campaign: no rules decide them.
    package var withoutRules: Int64 = 0
    /// Events of other campaigns.
    package var otherCampaigns: Int64 = 0
    /// The outcomes.
    package var matrix: [Cell: Int64] = [:]
    /// The first changes, in the order of the events.
    package var changes: [Change] = []
    /// Rewards and their value.
    package var rewards: [RewardGroup: RewardSum] = [:]
    /// The coupons of campaigns that give some.
    package var coupons: [ID<Campaign>: CouponNeed] = [:]
    /// New unknown results.
    package var unknowns: [Unknown: UnknownCount] = [:]
    /// The names of sources and campaigns, for readers.
    package var sources: [ID<Source>: String] = [:]
    package var campaigns: [ID<Campaign>: String] = [:]

    package init() {}

    mutating func count(
        _ campaign: ID<Campaign>, _ source: ID<Source>, _ was: Outcome, _ becomes: Outcome
    ) {
        matrix[
            Cell(campaign: campaign, source: source, was: was, becomes: becomes), default: 0] += 1
    }

    mutating func count(_ decision: Decision, of campaign: ID<Campaign>, isNew: Bool) {
        for reward in decision.rewards where reward.status != nil {
            var unit: String?
            var units: Int64 = 0
            switch reward.value {
            case .money(let money)?: (unit, units) = (money.currency.text, money.minorUnits)
            case .points(let points)?: (unit, units) = ("points", points)
            case .text?, .nothingStated?, nil: break
            }
            let group = RewardGroup(
                campaign: campaign, kind: reward.kind, beneficiary: reward.beneficiary, unit: unit)
            var sum = rewards[group] ?? RewardSum()
            if isNew {
                sum.becomesCount += 1
                sum.becomes &+= units
            } else {
                sum.wasCount += 1
                sum.was &+= units
            }
            rewards[group] = sum
            guard reward.kind == .coupon else { continue }
            var need = coupons[campaign] ?? CouponNeed()
            if isNew { need.needed += 1 } else { need.given += 1 }
            coupons[campaign] = need
        }
    }
}
