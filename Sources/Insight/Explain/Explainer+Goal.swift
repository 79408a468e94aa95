import Database
import Ledger
import Mapping
import Referrals
import Storage

extension Explainer {
    /// The goal of a stored event: that of the campaign for an event that made a conversion, or
    /// else the one that the event reports. Nil if the event has none, or is no longer readable.
    package func goal(of id: ID<Event>) throws(StorageError) -> String? {
        guard let row = try store.events.find(id) else { return nil }
        let campaign = try campaign(of: row)
        if let campaign, row.conversion?.number == row.id.number {
            return campaign.version.rules.goalType
        }
        guard case .event(let event)? = try rederivation.incoming(row)?.content else { return nil }
        return event.goal ?? campaign?.version.rules.goalType
    }

    /// The rules under which an event was decided, or the rules in force for a past conversion that
    /// was imported.
    private func campaign(of row: EventRow) throws(StorageError) -> CampaignSettings? {
        var used = row.facts?.campaign
        if used == nil, let conversion = row.conversion, conversion.number == row.id.number,
            let id = try store.conversions.find(conversion)?.campaign
        {
            used = try store.catalog.campaign(id).map { ($0.id, $0.version) }
        }
        guard let (id, version) = used,
            case .settings(let settings) = try rederivation.campaign(id, version: version)
        else { return nil }
        return settings
    }

    /// A stored event as its source's mapping of the time reads it; nil if its body, or that
    /// version of the source, cannot be read.
    package func incoming(_ row: EventRow) throws(StorageError) -> Incoming? {
        try rederivation.incoming(row)
    }
}

extension Rederivation {
    fileprivate func incoming(_ row: EventRow) throws(StorageError) -> Incoming? {
        guard case .settings(let source) = try source(row.source, version: row.sourceVersion)
        else { return nil }
        return Incoming(stored: row, source)
    }
}
