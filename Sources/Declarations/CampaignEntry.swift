/// A campaign with the coupons for its pool, which are no part of its rules.
package struct CampaignEntry: Equatable, Sendable {
    package var campaign: CampaignDeclaration
    package var coupons: Coupons?

    package init(campaign: CampaignDeclaration, coupons: Coupons? = nil) {
        self.campaign = campaign
        self.coupons = coupons
    }
}
