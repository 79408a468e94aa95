/// A campaign with the coupons for its pool, which are not part of its rules.
package struct CampaignEntry: Equatable, Sendable {
    /// The rules.
    package var campaign: CampaignDeclaration
    /// The coupons to add to the pool; nil if none are declared.
    package var coupons: Coupons?

    /// Creates an entry.
    package init(campaign: CampaignDeclaration, coupons: Coupons? = nil) {
        self.campaign = campaign
        self.coupons = coupons
    }
}
