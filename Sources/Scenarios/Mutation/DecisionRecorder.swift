import Conditions
import Ledger
import Referrals
import Rules
import Synchronization

/// Keeps what the expressions of one scenario read in each decision.
final class DecisionRecorder: DecisionObserver {
    /// A decision about an event of a campaign.
    struct Entry: Sendable {
        let facts: Facts
        let campaign: CampaignSettings
        let values: Activation?
    }

    private let kept = Mutex<[Entry]>([])

    /// The decisions in their order.
    var entries: [Entry] { kept.withLock { $0 } }

    func observe(_ facts: Facts, of campaign: CampaignSettings?, values: Activation?) {
        guard let campaign else { return }
        kept.withLock { $0.append(Entry(facts: facts, campaign: campaign, values: values)) }
    }
}
