/// The number of approved conversions of a participant or campaign, with the number of changes that
/// led to it.
package struct Tally: Equatable, Sendable {
    /// The number of changes so far: approvals, reversals and reinstatements.
    package var step: Int64
    /// The number of conversions that are approved.
    package var count: Int64

    /// Creates a count after a number of changes.
    package init(step: Int64 = 0, count: Int64 = 0) {
        self.step = step
        self.count = count
    }

    /// The count after one more change by this number of conversions.
    package func changed(by change: Int64) -> Tally {
        Tally(step: step + 1, count: count + change)
    }

    /// The count before its last change, which was by this number of conversions.
    package func before(_ change: Int64) -> Tally {
        Tally(step: step - 1, count: count - change)
    }
}

/// The counts of a campaign's history that its rules read, as they were before the event. A count
/// that no rule reads is nil.
package struct HistoryCounts: Equatable, Sendable {
    /// The referrer's approved conversions in the campaign.
    package var referrer: Tally?
    /// The lead's approved conversions in the campaign.
    package var lead: Tally?
    /// The campaign's approved conversions.
    package var campaign: Tally?
    /// The number of the referrer's rewards in the campaign that hold a slot.
    package var rewards: Int64?
    /// The sum of the lead's approved conversions in the event's currency, net of reversals.
    package var amountTotal: AmountTotal?

    /// A sum of amounts in minor units.
    package enum AmountTotal: Equatable, Sendable {
        case known(Int64)
        /// The event has no currency, or the lead has too many conversions to add up.
        case unknown
    }

    /// Creates counts of which none was read.
    package init() {}

    /// True if no count was read.
    package var isEmpty: Bool {
        referrer == nil && lead == nil && campaign == nil && rewards == nil && amountTotal == nil
    }

    /// The approved conversions of a beneficiary, without the event's own.
    func conversions(of beneficiary: CampaignReward.Beneficiary) -> Int64 {
        (beneficiary == .referrer ? referrer : lead)?.count ?? 0
    }
}

/// The counts of a campaign's history that its rules may read.
package struct HistoryNeeds: OptionSet, Sendable {
    /// The raw bits, which are stored with the campaign.
    package let rawValue: Int64

    /// Creates a set from stored bits.
    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// The referrer's approved conversions.
    package static let referrerConversions = HistoryNeeds(rawValue: 1)
    /// The lead's approved conversions.
    package static let leadConversions = HistoryNeeds(rawValue: 2)
    /// The campaign's approved conversions.
    package static let campaignConversions = HistoryNeeds(rawValue: 4)
    /// The referrer's rewards that hold a slot.
    package static let referrerRewards = HistoryNeeds(rawValue: 8)
    /// The sum of the lead's approved conversions.
    package static let leadAmountTotal = HistoryNeeds(rawValue: 16)

    /// The counts that are kept as running counts; the others are added up each time.
    package static let counted: HistoryNeeds = [
        .referrerConversions, .leadConversions, .campaignConversions, .referrerRewards,
    ]

    /// The counts that the multiples of a campaign's rewards need.
    package init(multiplesOf campaign: [RewardRule]) {
        self = []
        for rule in campaign where rule.every != nil {
            insert(rule.beneficiary == .referrer ? .referrerConversions : .leadConversions)
        }
    }
}
