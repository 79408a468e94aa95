import Referrals
import Rules

/// Receives each decision of a processor, for measurements of a trial run.
package protocol DecisionObserver: Sendable {
    /// Called on the writer's thread before a decision.
    ///
    /// - Parameter values: the variables of the campaign's expressions; nil if it has none.
    func observe(_ facts: Facts, of campaign: CampaignSettings?, values: Activation?)
}
