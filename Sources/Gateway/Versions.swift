import Conditions
import Database
import Declarations
import Inbound
import Mapping
import Referrals
import Rules
import Storage
import Time

/// Reads campaigns and sources as they were declared, in any of their versions. Needs no key: what is kept of
/// a version holds no secret.
package struct Versions: Sendable {
    package typealias Failure = ProgrammeLoader.Failure

    private let zones: Zones

    package init(zones: Zones = ZoneFolder.usual) { self.zones = zones }

    /// A campaign in one of its versions.
    package func campaign(_ row: Catalog.CampaignRow) throws(Failure) -> CampaignSettings {
        let declaration: CampaignDeclaration
        do { declaration = try CampaignDeclaration.read(stored: Array(row.document.utf8)) } catch {
            throw .declaration(kind: "campaign", name: "\(row.id.number)", "\(error)")
        }
        let ids = Array(row.rewards.prefix(declaration.rewards.count))
        guard ids.count == declaration.rewards.count else {
            throw .declaration(
                kind: "campaign", name: "\(row.id.number)", "its rewards have no numbers")
        }
        switch Conditions.compile(declaration.rules, zones: zones) {
        case .success(let conditions):
            return CampaignSettings(
                account: row.account,
                version: declaration.campaign(id: row.id, version: row.version, rewardIDs: ids),
                conditions: conditions)
        case .failure(let faults):
            throw .declaration(
                kind: "campaign", name: "\(row.id.number)",
                faults.all.map { "\($0.errors)" }.joined(separator: "; "))
        }
    }

    /// A campaign as it was in a version; nil where there is none.
    package func campaign(
        _ id: ID<Campaign>, version: Int32, _ store: Store
    ) throws -> CampaignSettings? {
        guard let row = try store.catalog.campaign(id, version: version) else { return nil }
        return try campaign(row)
    }

    /// The rules of rewards as they were in a version.
    func earlierRules(_ store: Store) -> Programme.EarlierRules {
        { id, version in
            (try? campaign(id, version: version, store))?.version.rewards
        }
    }

    /// How a source read messages in a version; nil where there is none.
    package func source(
        _ number: ID<Referrals.Source>, version: Int64, _ store: Store
    ) throws -> SourceReading? {
        let found = try store.catalog.sourceDocument(number, version: version)
        guard let document = found else { return nil }
        do {
            return try reading(SourceDeclaration.read(stored: Array(document.utf8)))
        } catch {
            throw Failure.declaration(kind: "source", name: "\(number.number)", "\(error)")
        }
    }

    /// - Parameter compiled: the mapping of the declaration, where it is compiled already.
    func reading(
        _ declaration: SourceDeclaration, compiled: CompiledMapping? = nil
    ) throws -> SourceReading {
        SourceReading(
            mapping: try compiled ?? CompiledMapping(declaration.mapping, zones: zones),
            bodyFormats: declaration.bodyFormats)
    }

    /// Answers why, over a connection that only reads.
    package func explainer(_ store: Store, now: Instant) throws(StorageError) -> Explainer {
        try Explainer(
            store, now: now,
            campaign: { id, version in try campaign(id, version: version, store) },
            source: { number, version in try source(number, version: version, store) })
    }

    /// Looks at everything, over a connection that only reads.
    package func audit(_ store: Store, now: Instant) throws(StorageError) -> Audit {
        try Audit(
            store, now: now,
            campaign: { id, version in try campaign(id, version: version, store) },
            source: { number, version in try source(number, version: version, store) })
    }

    /// The rules of rewards that a campaign has no more, each as its last version had it. One that can't be
    /// read any more is left out.
    static func formerRules(
        of row: Catalog.CampaignRow, _ store: Store
    ) throws(StorageError) -> [CampaignReward] {
        var former: [CampaignReward] = []
        var version = row.version
        var place = declared(row)?.rewards.count ?? row.rewards.count
        while place < row.rewards.count, version > 1 {
            version -= 1
            let earlier = try store.catalog.campaign(row.id, version: version)
            guard let earlier, let declaration = declared(earlier) else { continue }
            let count = declaration.rewards.count
            guard count > place, count <= earlier.rewards.count else { continue }
            let rules = declaration.campaign(
                id: row.id, version: version, rewardIDs: Array(earlier.rewards.prefix(count)))
            former += rules.rewards.dropFirst(place)
            place = count
        }
        return former
    }

    private static func declared(_ row: Catalog.CampaignRow) -> CampaignDeclaration? {
        try? CampaignDeclaration.read(stored: Array(row.document.utf8))
    }
}
