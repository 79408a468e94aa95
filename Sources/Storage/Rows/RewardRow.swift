import Currencies
import Referrals
import Time

/// A granted reward as stored.
package struct RewardRow: Equatable, Sendable {
    /// The reward's number.
    package var id: ID<Reward>
    /// The rule that granted it.
    package var campaignReward: ID<CampaignReward>
    /// The participant who receives it.
    package var beneficiary: ID<Participant>
    /// The present status.
    package var status: RewardStatus
    /// The reasons of the status.
    package var reasons: Reasons
    /// The value; nil if it is a share of an unknown amount.
    package var value: GrantedValue?
    /// The end of its hold, if it has one.
    package var heldUntil: Instant?
    /// The time of issue.
    package var issuedAt: Instant?
    /// The time at which its benefit was used, even if it went to review afterwards.
    package var redeemedAt: Instant?

    package init(
        id: ID<Reward>, campaignReward: ID<CampaignReward>, beneficiary: ID<Participant>,
        status: RewardStatus, reasons: Reasons = [], value: GrantedValue?,
        heldUntil: Instant? = nil, issuedAt: Instant? = nil, redeemedAt: Instant? = nil
    ) {
        self.id = id
        self.campaignReward = campaignReward
        self.beneficiary = beneficiary
        self.status = status
        self.reasons = reasons
        self.value = value
        self.heldUntil = heldUntil
        self.issuedAt = issuedAt
        self.redeemedAt = redeemedAt
    }
}
