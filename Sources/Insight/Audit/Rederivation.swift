import Conditions
import Database
import HTTP
import JSON
import Ledger
import Mapping
import Referrals
import Storage
import Time

/// Restores the basis of a stored event's decision: its body as the mapping of the time reads it,
/// the facts stored with it, the campaign's version, and the people as they were.
///
/// It only reads. Its cache holds declarations only, and is bounded.
package final class Rederivation {
    /// A campaign's rules in a version. Returns nil, or throws an error with the reason, if they
    /// cannot be read.
    package typealias Campaigns = (ID<Campaign>, Int32) throws -> CampaignSettings?
    /// The rules for reading a source's messages in a version. Returns nil, or throws an error with
    /// the reason, if they are unknown.
    package typealias SourceVersions = (ID<Referrals.Source>, Int64) throws -> SourceReading?

    let store: Store
    private let campaignVersions: Campaigns
    private let sourceVersions: SourceVersions
    private let people: PersonHistory
    /// False to leave the people out, for a reader that adds them only where a rule reads them.
    var addsPeople = true
    private var campaigns: [CampaignKey: Kept<CampaignSettings>] = [:]
    private var sources: [SourceKey: Kept<SourceReading>] = [:]
    /// The versions that cannot be read, each in a sentence.
    private(set) var unreadable: [String] = []

    private struct CampaignKey: Hashable {
        let id: ID<Campaign>
        let version: Int32
    }

    private struct SourceKey: Hashable {
        let id: ID<Referrals.Source>
        let version: Int64
    }

    /// A cached version.
    enum Kept<Settings> {
        case settings(Settings)
        /// The version is stored, and this release cannot read it.
        case unreadable
        case missing
    }

    /// The largest number of cached versions; the events of a gateway refer to few.
    private static let maxHeld = 512

    /// Makes a rederivation over a store, with the readers of versions.
    package init(
        _ store: Store, campaign: @escaping Campaigns, source: @escaping SourceVersions
    ) throws(StorageError) {
        self.store = store
        campaignVersions = campaign
        sourceVersions = source
        people = try store.audit.people()
    }

    func campaign(_ id: ID<Campaign>, version: Int32) throws(StorageError) -> Kept<CampaignSettings>
    {
        let key = CampaignKey(id: id, version: version)
        if let known = campaigns[key] { return known }
        if campaigns.count >= Self.maxHeld { campaigns.removeAll(keepingCapacity: true) }
        var kept = Kept<CampaignSettings>.missing
        if try store.catalog.campaign(id, version: version) != nil {
            kept = read(id.nameAmongAccounts, Int64(version)) {
                try campaignVersions(id, version)
            }
        }
        campaigns[key] = kept
        return kept
    }

    func source(_ id: ID<Referrals.Source>, version: Int64) throws(StorageError) -> Kept<
        SourceReading
    > {
        let key = SourceKey(id: id, version: version)
        if let known = sources[key] { return known }
        if sources.count >= Self.maxHeld { sources.removeAll(keepingCapacity: true) }
        var kept = Kept<SourceReading>.missing
        if try store.catalog.sourceDocument(id, version: version) != nil {
            kept = read("source \(id.number)", version) { try sourceVersions(id, version) }
        }
        sources[key] = kept
        return kept
    }

    /// Reads one version. An unreadable version of an earlier release must not prevent the reading
    /// of the others.
    private func read<Settings>(
        _ row: String, _ version: Int64, _ load: () throws -> Settings?
    ) -> Kept<Settings> {
        let why: String
        do {
            if let settings = try load() { return .settings(settings) }
            why = "its document was written by another release"
        } catch {
            why = "\(error)"
        }
        if unreadable.count < Self.maxHeld {
            unreadable.append("Version \(version) of \(row) cannot be read: \(why).")
        }
        return .unreadable
    }

    /// Restores as much of an event's basis as is left.
    package func rederive(_ row: EventRow) throws(StorageError) -> Rederived {
        var rederived = Rederived(.lost(.campaignVersion))
        if let (id, version) = row.facts?.campaign {
            switch try campaign(id, version: version) {
            case .settings(let settings): rederived.campaign = settings
            case .unreadable: return rederived
            case .missing:
                rederived.content = .broken(.versionMissing(id.nameAmongAccounts, Int64(version)))
                return rederived
            }
        }
        rederived.content = try content(of: row, rederived.campaign)
        return rederived
    }

    private func content(
        of row: EventRow, _ campaign: CampaignSettings?
    ) throws(StorageError) -> Rederived.Content {
        let source: SourceReading
        switch try self.source(row.source, version: row.sourceVersion) {
        case .settings(let settings): source = settings
        case .unreadable: return .lost(.sourceVersion)
        case .missing:
            return .broken(.versionMissing("source \(row.source.number)", row.sourceVersion))
        }
        guard row.body != nil else { return .lost(.body) }
        guard let incoming = Incoming(stored: row, source) else { return .broken(.body) }
        guard incoming.fingerprint == row.fingerprint else { return .broken(.fingerprint) }
        switch incoming.content {
        case .notOurs: return .notOurs
        case .unmapped(let problems): return .unmapped(problems)
        case .event(let mapped):
            if mapped.isLink { return .link(mapped) }
            if let reversal = mapped.reversal(receivedAt: row.receivedAt) {
                return .reversal(mapped, reversal)
            }
            return try qualification(mapped, incoming.payload, row, campaign)
        }
    }

    private func qualification(
        _ mapped: MappedEvent, _ payload: JSON.Value?, _ row: EventRow,
        _ campaign: CampaignSettings?
    ) throws(StorageError) -> Rederived.Content {
        guard let record = row.facts else {
            // A customer whom no participant had then; today's rows cannot confirm that.
            if row.outcome == .unmapped, case .missing(let problem) = mapped.code {
                return .unmapped([problem])
            }
            return .broken(.factsMissing)
        }
        let event = mapped.qualifyingEvent(
            campaignGoal: campaign?.version.rules.goalType ?? "", receivedAt: row.receivedAt)
        var retrial: Retrial
        do throws(RecordError) {
            retrial = Retrial(
                mapped: mapped, facts: try record.facts(event: event, campaign: campaign?.version),
                campaign: campaign, payload: payload)
        } catch {
            if case .otherFormat = error { return .lost(.factsFormat) }
            return .broken(.facts)
        }
        guard retrial.hasSoundCounts else { return .broken(.facts) }
        guard addsPeople, let campaign, !campaign.conditions.isEmpty else {
            return .qualification(retrial)
        }
        return try addPeople(to: &retrial, row) ?? .qualification(retrial)
    }

    /// Adds the people as they were. Returns the obstacle if one of them is not available.
    func addPeople(
        to retrial: inout Retrial, _ row: EventRow
    ) throws(StorageError) -> Rederived.Content? {
        for role in Retrial.Role.allCases {
            guard let id = retrial.participant(role) else { continue }
            guard let revision = role == .lead ? row.leadRevision : row.referrerRevision else {
                return .lost(.person)
            }
            switch try people.find(id, revision: revision) {
            case .row(let person): retrial.persons[role] = ConditionPerson(person)
            case .erased: return .lost(.person)
            case .missing: return .broken(.revisionMissing(id, revision))
            }
        }
        return nil
    }
}
