/// A part of refgate that an operator can reserve for accounts on a paid plan.
package enum Entitlement: String, CaseIterable, Sendable {
    /// Campaigns with the audience `public`.
    case publicCampaigns = "public_campaigns"
    /// API keys that an account makes over the API.
    case apiKeys = "api_keys"

    /// The entitlements that need a paid plan unless the operator decides otherwise.
    package static let paidByDefault: [Entitlement] = [.publicCampaigns]
}
