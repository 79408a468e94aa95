import Conditions
import Database
import Declarations
import Insight
import Ledger
import Mapping
import Referrals
import Rules
import Storage
import Time

/// Reads campaigns and sources in any version of their declarations. It needs no key: a stored
/// version contains no secret.
package struct Versions: Sendable {
    /// The reason for which a version cannot be used.
    package typealias Failure = DeclarationLoader.Failure

    /// The time zones that rules may name.
    package let zones: Zones
    private let compiled = CompiledVersions()

    /// - Parameter zones: The time zones that rules may name.
    package init(zones: Zones = ZoneFolder.usual) { self.zones = zones }

    /// A campaign in one of its versions.
    package func campaign(_ row: Catalog.CampaignRow) throws(Failure) -> CampaignSettings {
        let declaration: CampaignDeclaration
        do { declaration = try CampaignDeclaration.read(stored: Array(row.document.utf8)) } catch {
            throw .declaration(kind: "campaign", name: "\(row.id.declared.number)", "\(error)")
        }
        let ids = Array(row.rewards.prefix(declaration.rewards.count))
        guard ids.count == declaration.rewards.count else {
            throw .declaration(
                kind: "campaign", name: "\(row.id.declared.number)", "its rewards have no numbers")
        }
        return CampaignSettings(
            account: row.account,
            version: declaration.campaign(id: row.id, version: row.version, rewardIDs: ids),
            conditions: try conditions(of: declaration, campaign: row.id), uid: row.shownUID)
    }

    /// The compiled expressions of a campaign.
    func conditions(
        of declaration: CampaignDeclaration, campaign: ID<Campaign>
    ) throws(Failure) -> Conditions {
        switch Conditions.compile(
            declaration.rules, rewards: declaration.rewards, zones: zones)
        {
        case .success(let conditions): return conditions
        case .failure(let faults):
            throw .declaration(
                kind: "campaign", name: "\(campaign.declared.number)",
                faults.all.map { "\($0.errors)" }.joined(separator: "; "))
        }
    }

    /// A campaign in a version; nil if there is none.
    package func campaign(
        _ id: ID<Campaign>, version: Int32, _ store: Store
    ) throws -> CampaignSettings? {
        guard let row = try store.catalog.campaign(id, version: version) else { return nil }
        return try compiled.campaign(row) { row throws(Failure) in try campaign(row) }
    }

    /// Reads a version of a campaign.
    package func earlierRules(_ store: Store) -> CompiledDeclarations.EarlierRules {
        { id, version in
            (try? campaign(id, version: version, store))?.version
        }
    }

    /// The rules for reading messages in a version of a source; nil if there is none.
    package func source(
        _ number: ID<Referrals.Source>, version: Int64, _ store: Store
    ) throws -> SourceReading? {
        let found = try store.catalog.sourceDocument(number, version: version)
        guard let found else { return nil }
        return try compiled.source(number, version: version, found) { () throws(Failure) in
            do {
                return try reading(
                    SourceDeclaration.read(stored: Array(found.document.utf8)), on: found.mode)
            } catch {
                throw .declaration(kind: "source", name: "\(number.number)", "\(error)")
            }
        }
    }

    /// The rules for reading the messages of a source.
    ///
    /// - Parameters:
    ///   - mode: The side that owns the source.
    ///   - compiled: The mappings compiled so far.
    func reading(
        _ declaration: SourceDeclaration, on mode: AccountMode,
        compiled: [MappingText: CompiledMapping] = [:]
    ) throws -> SourceReading {
        let text = Self.mapping(of: declaration, on: mode)
        return SourceReading(
            mapping: try compiled[text] ?? CompiledMapping(text, zones: zones),
            bodyFormats: declaration.bodyFormats)
    }

    /// The mapping in force. A test side takes all events as its own, also those that the sender
    /// marks as tests.
    private static func mapping(
        of declaration: SourceDeclaration, on mode: AccountMode
    ) -> MappingText {
        var text = declaration.mapping
        if mode == .test { text[.test] = [] }
        return text
    }

    /// An explainer of decisions, over a connection that only reads.
    package func explainer(_ store: Store, now: Instant) throws(StorageError) -> Explainer {
        try Explainer(
            store, now: now,
            campaign: { id, version in try campaign(id, version: version, store) },
            source: { number, version in try source(number, version: version, store) })
    }

    /// An audit of the whole database, over a connection that only reads.
    package func audit(_ store: Store, now: Instant) throws(StorageError) -> Audit {
        try Audit(
            store, now: now,
            campaign: { id, version in try campaign(id, version: version, store) },
            source: { number, version in try source(number, version: version, store) })
    }

    /// The rules of rewards that a campaign no longer has, each from its last version. Rules that
    /// cannot be read are left out.
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
