import Time

/// What the owner of a campaign declares, apart from its rewards. A version of a campaign decides by it, the
/// workspace file and the API read and write it.
///
/// The value that a member has here is its default. No other place has defaults of campaigns.
package struct CampaignRules: Equatable, Sendable {
    package var name: String
    package var owner: String?
    package var kind = Campaign.Kind.referral
    package var status = Campaign.Status.active
    package var publish = Campaign.Visibility.private
    package var goalType: String
    /// The number of a referrer's leads that must have reached the goal, this one included, before the referrer
    /// is rewarded. Rewards for leads don't wait for it.
    package var goalThreshold = 1
    package var conversions = Campaign.Conversions.first
    /// The beginning of referral links.
    package var linkBase: String?
    /// The first instant that counts.
    package var startsAt: Instant?
    /// The first instant that counts no longer.
    package var endsAt: Instant?
    /// Expressions of the rule language; all must hold.
    package var conditions: [String] = []
    package var risk = Risk()
    /// The number of days of 24 hours after joining in which a lead's goal counts; nil for no limit.
    package var attributionDays: Int?
    package var review = Campaign.Review.never
    /// The number of days of 24 hours between approval and reward.
    package var holdDays = 0

    package init(name: String = "", goalType: String) {
        self.name = name
        self.goalType = goalType
    }
}
