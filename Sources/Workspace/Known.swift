import Declarations
import JSON
import Referrals

/// The stored declarations that a workspace is applied over. Members that the file omits keep their
/// stored values.
package struct Known: Sendable {
    /// The plan of the account; nil without an account.
    package var plan: AccountDeclaration.Plan?
    /// The parts of refgate that need a paid plan.
    package var paidPlanFor = Set(Entitlement.paidByDefault)
    /// Returns the canonical JSON of a stored campaign.
    package var campaign: @Sendable (CampaignNumber) -> [UInt8]?
    /// Returns the canonical JSON of a stored source.
    package var source: @Sendable (String) -> [UInt8]?
    /// Returns the canonical JSON of a stored webhook by its name.
    package var webhook: @Sendable (String) -> [UInt8]?
    /// Returns the campaign of the participant with this code.
    package var campaignOfCode: @Sendable (ReferralCode) -> CampaignNumber?
    /// Returns the reason for which a webhook's URL must not be called, judged by its text; nil if
    /// it may be.
    package var refusal: @Sendable (_ url: String) -> String?

    /// Creates access to stored declarations.
    package init(
        plan: AccountDeclaration.Plan? = nil,
        campaign: @escaping @Sendable (CampaignNumber) -> [UInt8]? = { _ in nil },
        source: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
        webhook: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
        campaignOfCode: @escaping @Sendable (ReferralCode) -> CampaignNumber? = { _ in nil },
        refusal: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.plan = plan
        self.campaign = campaign
        self.source = source
        self.webhook = webhook
        self.campaignOfCode = campaignOfCode
        self.refusal = refusal
    }

    /// An empty database.
    package static let nothing = Known()
}
