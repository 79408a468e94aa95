import Database
import Ledger
import Referrals
import Storage

/// The part of a stored event that a backtest decides again.
package enum DerivedEvent: Sendable {
    /// No rules decide it: a refund, a link, an event without a campaign.
    case withoutRules
    case otherCampaign
    case bodyGone(ID<Campaign>)
    case lost(ID<Campaign>)
    case qualification(Retrial)
}

/// Reads stored events for a backtest: their bodies as the mapping of the time reads them, and the
/// facts stored with them. May run on another thread than the decisions.
package final class EventDeriver {
    private let rederivation: Rederivation
    private let campaigns: Set<ID<Campaign>>

    /// - Parameter campaigns: The campaigns of the draft.
    package init(
        _ store: Store, campaigns: Set<ID<Campaign>>, campaign: @escaping Rederivation.Campaigns,
        source: @escaping Rederivation.SourceVersions
    ) throws(StorageError) {
        self.campaigns = campaigns
        rederivation = try Rederivation(store, campaign: campaign, source: source)
        rederivation.addsPeople = false
    }

    /// Derives one event.
    package func derive(_ row: EventRow) throws(StorageError) -> DerivedEvent {
        guard let record = row.facts, let (campaign, _) = record.campaign else {
            return .withoutRules
        }
        guard campaigns.contains(campaign) else { return .otherCampaign }
        guard row.body != nil else { return .bodyGone(campaign) }
        guard !record.isOfFormerFormat else { return .lost(campaign) }
        switch try rederivation.rederive(row).content {
        case .qualification(let retrial): return .qualification(retrial)
        case .reversal, .link, .unmapped, .notOurs: return .withoutRules
        case .lost, .broken: return .lost(campaign)
        }
    }
}
