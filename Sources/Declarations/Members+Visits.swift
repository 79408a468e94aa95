import Reading
import Referrals

extension Members {
    /// The goal of links that were visited often enough.
    private static let visitGoal = "visit"

    /// Checks a campaign whose goal is visits: it needs a threshold, and its conversions go to
    /// review, since anyone can visit a link.
    mutating func checkVisits(of campaign: inout CampaignDeclaration) {
        guard campaign.rules.goalType == Self.visitGoal, !reading.isStored else { return }
        if member("goal_threshold") == nil {
            noteMissing("goal_threshold")
        }
        guard says("review") else {
            campaign.rules.review = .always
            return
        }
        if campaign.rules.review != .always { note(.rule(.visitsUnreviewed), at: "review") }
    }
}
