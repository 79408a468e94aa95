import Currencies
import Ledger
import Referrals
import Workspace

/// The campaign reward to which a past reward belongs.
struct PastRule {
    let place: Int
    let reward: CampaignReward

    /// Finds the rule that a row names by place, side and kind. Throws a `PastImport.Refusal` if
    /// none fits, or more than one.
    init(_ row: PastReward, in campaign: Campaign) throws {
        let fitting = campaign.rewards.enumerated().filter { place, rule in
            row.place.map { $0 == place + 1 } ?? true
                && row.side.map { $0 == rule.beneficiary } ?? true
                && row.kind.map { $0 == rule.kind } ?? true
        }
        guard let (place, reward) = fitting.first else {
            throw PastImport.Refusal(
                "Campaign \(campaign.id.declared.number) has no such reward: it has "
                    + campaign.rewards.enumerated().map(Self.name).joined(separator: ", "))
        }
        guard fitting.count == 1 else {
            throw PastImport.Refusal(
                "The row fits \(fitting.map(Self.name).joined(separator: " and ")); name one in"
                    + " the column reward")
        }
        self.place = place
        self.reward = reward
    }

    private static func name(_ place: Int, _ rule: CampaignReward) -> String {
        "reward \(place + 1) (\(rule.kind.rawValue) for the \(rule.beneficiary.rawValue))"
    }

    /// The reward of a row, with the value that the row or else the rule states.
    func reward(_ row: PastReward) throws -> EventProcessor.PastReward {
        guard (row.couponCode != nil) == (reward.kind == .coupon) else {
            throw PastImport.Refusal(
                reward.kind == .coupon
                    ? "coupon_code is missing: reward \(place + 1) is a coupon"
                    : "coupon_code belongs to coupons, and reward \(place + 1) is"
                        + " \(reward.kind.rawValue)")
        }
        let redeemedAt = row.status == .redeemed ? row.redeemedAt ?? row.issuedAt : nil
        return EventProcessor.PastReward(
            place: place, value: try value(row), issuedAt: row.issuedAt, redeemedAt: redeemedAt,
            couponCode: row.couponCode)
    }

    private func value(_ row: PastReward) throws -> GrantedValue {
        let isEmpty = row.amount == nil && row.currency == nil && row.text == nil
        switch reward.value {
        case .money(let money):
            guard let amount = row.amount else { break }
            guard row.currency == nil || row.currency == money.currency else { break }
            return .money(Money(amount, money.currency))
        case .amounts(let amounts):
            guard let currency = row.currency, let usual = amounts[currency] else { break }
            return .money(Money(row.amount ?? usual, currency))
        case .percent:
            guard let amount = row.amount, let currency = row.currency else {
                throw PastImport.Refusal(
                    "amount or currency is missing: reward \(place + 1) is a share of an amount")
            }
            return .money(Money(amount, currency))
        case .points:
            guard let amount = row.amount, row.currency == nil else { break }
            return .points(amount)
        case .text, .nothingStated:
            guard row.amount == nil, row.currency == nil, let text = row.text else { break }
            return .text(text)
        }
        guard isEmpty, let value = reward.value.fixed else {
            throw PastImport.Refusal(
                "amount, currency and text do not fit reward \(place + 1), which is"
                    + " \(reward.value.words)")
        }
        return value
    }
}

extension RewardValue {
    /// The value that every reward of the rule has; nil for a share.
    fileprivate var fixed: GrantedValue? {
        switch self {
        case .money(let money): .money(money)
        case .points(let points): .points(points)
        case .text(let text): .text(text)
        case .nothingStated: .nothingStated
        case .amounts, .percent: nil
        }
    }

    fileprivate var words: String {
        switch self {
        case .money(let money): "an amount in \(money.currency.text)"
        case .amounts(let amounts): "an amount in one of \(amounts.codes)"
        case .percent: "a share of an amount"
        case .points: "a number of points"
        case .text: "a text"
        case .nothingStated: "a coupon without a stated value"
        }
    }
}
