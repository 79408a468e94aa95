import Currencies
import Declarations
import Reading
import Referrals
import Time

/// A reward that another product gave, as a row of a file states it.
package struct PastReward: Equatable, Sendable {
    /// The statuses that a past reward may have.
    package enum Status: String, CaseIterable, Sendable { case issued, redeemed }

    /// The person who got the reward.
    package var beneficiary: PersonKey
    /// The side on which the person got it; nil if it follows from the campaign reward.
    package var side: CampaignReward.Beneficiary?
    /// The place of the campaign reward in the campaign's list, from 1; nil if side and kind leave
    /// one.
    package var place: Int?
    /// The kind of benefit; nil if it follows from the campaign reward.
    package var kind: CampaignReward.Kind?
    /// The amount in minor units, or the number of points; nil for the value of the campaign
    /// reward.
    package var amount: Int64?
    /// The currency of the amount.
    package var currency: Currency?
    /// The value in words.
    package var text: String?
    /// The status in which the other product left it.
    package var status: Status
    /// The time at which it was given.
    package var issuedAt: Instant
    /// The time at which it was used.
    package var redeemedAt: Instant?
    /// The coupon that was given.
    package var couponCode: String?
    /// The lead for whom a referrer got it; nil if unknown.
    package var lead: PersonKey?
    /// The order for which it was given; nil if unknown.
    package var businessKey: String?
}

/// The columns of a file of past rewards.
enum PastRewardColumn: Int, CaseIterable {
    case id, referralCode, email, beneficiary, reward, kind, amount, currency, text, status,
        issuedAt, redeemedAt, couponCode, lead, businessKey, campaign

    var name: String {
        switch self {
        case .id: "id"
        case .referralCode: "referral_code"
        case .email: "email"
        case .beneficiary: "beneficiary"
        case .reward: "reward"
        case .kind: "kind"
        case .amount: "amount"
        case .currency: "currency"
        case .text: "text"
        case .status: "status"
        case .issuedAt: "issued_at"
        case .redeemedAt: "redeemed_at"
        case .couponCode: "coupon_code"
        case .lead: "lead"
        case .businessKey: "business_key"
        case .campaign: "campaign"
        }
    }
}

extension PastReward {
    /// The names of the columns, for the description of an import.
    package static let columns = PastRewardColumn.allCases.map(\.name)

    /// Reads a file of past rewards of one campaign, with all its mistakes.
    package static func read(
        csv bytes: [UInt8], of campaign: CampaignNumber, file: String = "body"
    ) -> ReadRows<PastReward> {
        typealias Column = PastRewardColumn
        let rows = CSVRows(BytesInMemory(bytes), file: file, columns: columns)
        return ReadRows(
            rows,
            needing: [[.id, .referralCode, .email], [.issuedAt]].map {
                (names: [Column]) in names.map { ($0.rawValue, $0.name) }
            }
        ) { rows, seen in
            rows.checkCampaign(Column.campaign.rawValue, is: campaign)
            let person = rows.person(
                id: Column.id.rawValue, code: Column.referralCode.rawValue,
                email: Column.email.rawValue)
            let time = rows.requiredTime(Column.issuedAt.rawValue)
            let side: CampaignReward.Beneficiary? = rows.choice(Column.beneficiary.rawValue)
            let kind: CampaignReward.Kind? = rows.choice(Column.kind.rawValue)
            let status: Status? = rows.choice(Column.status.rawValue)
            let place = rows.number(
                Column.reward.rawValue, in: 1...Int64(ID<Reward>.perConversion))
            let amount = rows.number(Column.amount.rawValue, in: 0...greatestNumber)
            let coupon = rows.text(
                Column.couponCode.rawValue, atMost: Coupons.longestCode, as: surroundedByNothing)
            if let coupon {
                rows.noteRepeat(
                    of: coupon, shown: coupon, in: Column.couponCode.rawValue, &seen)
            }
            let reward = PastReward(
                beneficiary: person ?? .id(.number(ID(0))), side: side,
                place: place.map { Int($0) },
                kind: kind, amount: amount, currency: rows.currency(Column.currency.rawValue),
                text: rows.text(Column.text.rawValue, atMost: PastLimits.text) { $0 },
                status: status ?? .issued, issuedAt: time ?? Instant(clampingMicroseconds: 0),
                redeemedAt: rows.time(Column.redeemedAt.rawValue), couponCode: coupon,
                lead: rows.text(Column.lead.rawValue, atMost: ParticipantLimits.email) {
                    text throws(Fault) in try PersonKey.read(text)
                },
                businessKey: rows.text(
                    Column.businessKey.rawValue, atMost: PastLimits.businessKey, as: trimmedKey))
            return person == nil || time == nil ? .bad : .row(reward)
        }
    }
}
