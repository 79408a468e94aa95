import Time

/// The declaration of a campaign by its owner, without the rewards. A version of a campaign is
/// decided by these rules; the workspace file and the API read and write them.
///
/// The value that a member has here is its default. No other place has defaults of campaigns.
package struct CampaignRules: Equatable, Sendable {
    /// The name that operators see.
    package var name: String
    /// The person or team responsible for the campaign; nil if not stated.
    package var owner: String?
    /// The kind of programme.
    package var kind = Campaign.Kind.referral
    /// The state of the campaign.
    package var status = Campaign.Status.active
    /// The audience of the campaign.
    package var publish = Campaign.Visibility.private
    /// The goal that leads must reach.
    package var goalType: String
    /// The number of a referrer's leads that must have reached the goal, this one included, before
    /// the referrer is rewarded. Rewards for leads do not depend on it.
    package var goalThreshold = 1
    /// The goals of a lead that count as conversions.
    package var conversions = Campaign.Conversions.first
    /// The URL to which referral links add their code.
    package var linkBase: String?
    /// The first instant at which goals count; nil for no limit.
    package var startsAt: Instant?
    /// The instant from which goals no longer count; nil for no limit.
    package var endsAt: Instant?
    /// Rule expressions that must all be true for a conversion.
    package var conditions: [String] = []
    /// The checks for abuse.
    package var risk = Risk()
    /// The number of days of 24 hours after joining in which a lead's goal counts; nil for no limit.
    package var attributionDays: Int?
    /// The rule by which conversions are reviewed.
    package var review = Campaign.Review.never
    /// The number of days of 24 hours between the approval and the issue of a reward.
    package var holdDays = 0

    /// Creates rules with the defaults of all other members.
    package init(name: String = "", goalType: String) {
        self.name = name
        self.goalType = goalType
    }
}
