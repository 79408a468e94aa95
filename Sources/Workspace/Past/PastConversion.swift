import Currencies
import Referrals
import Time

/// A conversion that another product counted, as a row of a file states it.
package struct PastConversion: Equatable, Sendable {
    /// The statuses that a past conversion may have.
    package enum Status: String, CaseIterable, Sendable { case approved, rejected, fraud }

    /// The lead who converted.
    package var lead: PersonKey
    /// The goal that the lead reached; nil for the goal of the campaign.
    package var goal: String?
    /// The order or invoice number; nil without one.
    package var businessKey: String?
    /// The amount in minor units; nil if unknown.
    package var amount: Int64?
    /// The currency of the amount.
    package var currency: Currency?
    /// The time at which the goal was reached.
    package var occurredAt: Instant
    /// The status in which the other product left it.
    package var status: Status
}

/// The columns of a file of past conversions.
enum PastConversionColumn: Int, CaseIterable {
    case id, referralCode, email, goal, businessKey, amount, currency, occurredAt, status, campaign

    var name: String {
        switch self {
        case .id: "id"
        case .referralCode: "referral_code"
        case .email: "email"
        case .goal: "goal"
        case .businessKey: "business_key"
        case .amount: "amount"
        case .currency: "currency"
        case .occurredAt: "occurred_at"
        case .status: "status"
        case .campaign: "campaign"
        }
    }
}

extension PastConversion {
    /// The names of the columns, for the description of an import.
    package static let columns = PastConversionColumn.allCases.map(\.name)

    /// Reads a file of past conversions of one campaign, with all its mistakes.
    package static func read(
        csv bytes: [UInt8], of campaign: CampaignNumber, file: String = "body"
    ) -> ReadRows<PastConversion> {
        typealias Column = PastConversionColumn
        let rows = CSVRows(BytesInMemory(bytes), file: file, columns: columns)
        return ReadRows(
            rows,
            needing: [[.id, .referralCode, .email], [.occurredAt]].map {
                (names: [Column]) in names.map { ($0.rawValue, $0.name) }
            }
        ) { rows, seen in
            rows.checkCampaign(Column.campaign.rawValue, is: campaign)
            let lead = rows.person(
                id: Column.id.rawValue, code: Column.referralCode.rawValue,
                email: Column.email.rawValue)
            let goal = rows.text(Column.goal.rawValue, atMost: PastLimits.goal) { $0 }
            let key = rows.text(
                Column.businessKey.rawValue, atMost: PastLimits.businessKey, as: trimmedKey)
            let money = rows.money(
                amount: Column.amount.rawValue, currency: Column.currency.rawValue)
            let time = rows.requiredTime(Column.occurredAt.rawValue)
            let status: Status? = rows.choice(Column.status.rawValue)
            if let key {
                rows.noteRepeat(
                    of: "\(goal ?? "")\n\(key)", shown: key, in: Column.businessKey.rawValue, &seen)
            }
            guard let lead, let time else { return .bad }
            return .row(
                PastConversion(
                    lead: lead, goal: goal, businessKey: key, amount: money.amount,
                    currency: money.currency, occurredAt: time, status: status ?? .approved))
        }
    }
}
