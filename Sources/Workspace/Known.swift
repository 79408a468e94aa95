import Declarations
import JSON
import Referrals

/// What exists already where a workspace is applied. Over a stored declaration, what the file leaves
/// out keeps its value.
package struct Known: Sendable {
    package var plan: AccountDeclaration.Plan?
    /// The canonical JSON of a stored campaign.
    package var campaign: @Sendable (ID<Campaign>) -> [UInt8]?
    package var source: @Sendable (String) -> [UInt8]?
    package var webhook: @Sendable (String) -> [UInt8]?
    /// The campaign of the participant whom a code names.
    package var campaignOfCode: @Sendable (ReferralCode) -> ID<Campaign>?
    /// Why a webhook's address may not be called, as far as its text tells; nil if it may.
    package var refusal: @Sendable (_ url: String) -> String?

    package init(
        plan: AccountDeclaration.Plan? = nil,
        campaign: @escaping @Sendable (ID<Campaign>) -> [UInt8]? = { _ in nil },
        source: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
        webhook: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
        campaignOfCode: @escaping @Sendable (ReferralCode) -> ID<Campaign>? = { _ in nil },
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
