import JSON
import Referrals
import Rules
import Time

/// A participant with the fields that conditions can read.
package struct ConditionPerson: Sendable {
    /// The participant's number.
    package var id: Int64
    /// The referral code.
    package var code: String
    /// The e-mail address; nil if unknown.
    package var email: String?
    /// The first name; nil if unknown.
    package var firstName: String?
    /// The source through which the person joined; nil if unknown.
    package var source: String?
    /// The instant at which the person joined the campaign.
    package var joinedAt: Instant
    /// The number of approved conversions, the event's own included; nil if no rule reads it.
    package var conversions: Int64?
    /// The number of the referrer's rewards that hold a slot; nil if no rule reads it.
    package var rewards: Int64?
    /// The sum of the lead's approved conversions in the event's currency, the event's own
    /// included; nil if no rule reads it, or it is not known.
    package var amountTotal: Int64?

    /// Creates a person from its fields.
    package init(
        id: Int64, code: String, email: String?, firstName: String?, source: String?,
        joinedAt: Instant
    ) {
        self.id = id
        self.code = code
        self.email = email
        self.firstName = firstName
        self.source = source
        self.joinedAt = joinedAt
    }
}

extension Activation {
    /// Creates the variables of a campaign's conditions for one event. The variable of an unknown
    /// person has no value, and an expression that reads it has an unknown result.
    package init(
        event: QualifyingEvent, payload: JSON.Value?, lead: ConditionPerson?,
        referrer: ConditionPerson?, campaign: Campaign, counts: HistoryCounts = HistoryCounts(),
        now: Instant
    ) {
        var (lead, referrer) = (lead, referrer)
        if !counts.isEmpty {
            lead?.add(counts, event)
            referrer?.add(counts)
        }
        self.init(ConditionLanguage.environment)
        for slot in ConditionLanguage.Slot.allCases {
            self[slot: slot.rawValue] =
                switch slot {
                case .event: ConditionLanguage.event.value(of: event)
                case .payload: payload.map { Rules.Value($0) }
                case .lead: lead.map { ConditionLanguage.lead.value(of: $0) }
                case .referrer: referrer.map { ConditionLanguage.referrer.value(of: $0) }
                case .campaign:
                    ConditionLanguage.campaign.value(
                        of: ConditionCampaign(
                            version: campaign, conversions: counts.campaign.map { $0.count + 1 }))
                case .now: .timestamp(Timestamp(now))
                }
        }
    }
}

extension ConditionPerson {
    /// Adds the counts of a lead, with the event's own conversion.
    fileprivate mutating func add(_ counts: HistoryCounts, _ event: QualifyingEvent) {
        conversions = counts.lead.map { $0.count + 1 }
        if case .known(let total)? = counts.amountTotal {
            let (sum, overflow) = total.addingReportingOverflow(max(0, event.amount ?? 0))
            amountTotal = overflow ? nil : sum
        }
    }

    /// Adds the counts of a referrer, with the event's own conversion.
    fileprivate mutating func add(_ counts: HistoryCounts) {
        conversions = counts.referrer.map { $0.count + 1 }
        rewards = counts.rewards
    }
}
