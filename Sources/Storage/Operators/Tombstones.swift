import Database
import Referrals

/// Recognises deleted people who are named again, by digests of their former names.
///
/// Digests are needed only in campaigns with deleted people.
package final class Tombstones: ForgettableRows {
    /// A name of a person within a campaign.
    package enum Name: Equatable, Sendable {
        case email(String)
        case customer(String)
        case externalID(String)

        private var parts: (kind: String, text: String) {
            switch self {
            case .email(let text): ("email", text)
            case .customer(let text): ("customer", text)
            case .externalID(let text): ("external_id", text)
            }
        }

        func text(in campaign: ID<Campaign>) -> String {
            "\(parts.kind) \(campaign.number) \(parts.text)"
        }
    }

    /// Makes the keyed digest of a text; nil if the key is not available.
    package typealias Digest = (String) throws(StorageError) -> [UInt8]?

    /// The digest; set by the owner of the key. Without it people are recognised only by links.
    package var digest: Digest?

    private let any, anyOfCampaign, find, insert, link, linked, erasing: any Statement
    /// A number that changes when facts kept from the database may be outdated.
    package private(set) var epoch = 0
    /// True if a person was deleted, as far as known.
    private var isAny: Bool?
    private var campaigns: [ID<Campaign>: Bool] = [:]

    init(_ session: any Session) throws(StorageError) {
        any = try session.prepare("SELECT 1 FROM tombstones LIMIT 1")
        anyOfCampaign = try session.prepare(
            "SELECT 1 FROM tombstones WHERE campaign_id = ?1 LIMIT 1")
        find = try session.prepare(
            "SELECT participant_id FROM tombstones WHERE campaign_id = ?1 AND digest = ?2")
        insert = try session.prepare(
            "INSERT INTO tombstones(campaign_id, digest, participant_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
        )
        link = try session.prepare(
            "INSERT INTO successors(participant_id, predecessor_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
        )
        linked = try session.prepare(
            """
            WITH RECURSIVE earlier(id) AS (
                SELECT predecessor_id FROM successors WHERE participant_id = ?1
                UNION SELECT s.predecessor_id FROM earlier
                    JOIN successors AS s ON s.participant_id = earlier.id)
            SELECT id FROM earlier WHERE id <> ?1
            """)
        // A deleted person's customer ids are found in the table until they are erased.
        erasing = try session.prepare(
            """
            SELECT participant_id FROM customers WHERE campaign_id = ?1 AND customer = ?2
                AND EXISTS (SELECT 1 FROM erasures AS x
                    WHERE x.participant_id = customers.participant_id)
            """)
    }

    /// Drops the facts kept from the database.
    package func forget() {
        epoch += 1
        isAny = nil
        campaigns.removeAll(keepingCapacity: true)
    }

    /// True if a person of the campaign was deleted.
    package func exist(in campaign: ID<Campaign>) throws(StorageError) -> Bool {
        if isAny == nil {
            isAny = try any.step()
            any.reset()
        }
        guard isAny == true else { return false }
        if let known = campaigns[campaign] { return known }
        try anyOfCampaign.bind(1, campaign)
        let exist = try anyOfCampaign.step()
        anyOfCampaign.reset()
        campaigns[campaign] = exist
        return exist
    }

    // MARK: Noting

    /// Notes that a person is deleted, under one of their names.
    func note(_ id: ID<Participant>, _ name: Name?, in campaign: ID<Campaign>) throws(StorageError)
    {
        var digest: [UInt8] = []
        if let name {
            guard let made = try self.digest?(name.text(in: campaign)) else { return }
            digest = made
        }
        try insert.bind(1, campaign)
        try insert.bind(2, digest)
        try insert.bind(3, id)
        try insert.run()
        isAny = true
        campaigns[campaign] = true
    }

    /// Links a person to those deleted people who had one of their names.
    func link(
        _ id: ID<Participant>, _ names: [Name?], in campaign: ID<Campaign>
    ) throws(StorageError) {
        guard try exist(in: campaign) else { return }
        for earlier in try predecessors(named: names, in: campaign) where earlier != id {
            try link.bind(1, id)
            try link.bind(2, earlier)
            try link.run()
        }
    }

    // MARK: Recognising

    /// The deleted people who were the same person as a participant, or as a person with such
    /// names.
    package func predecessors(
        of id: ID<Participant>?, _ names: [Name?] = [], in campaign: ID<Campaign>
    ) throws(StorageError) -> [ID<Participant>] {
        guard try exist(in: campaign) else { return [] }
        let named = try predecessors(named: names, in: campaign)
        var all = Set(named)
        for person in named + (id.map { [$0] } ?? []) {
            try linked.bind(1, person)
            while try linked.step() { all.insert(linked.id(0)) }
        }
        if let id { all.remove(id) }
        return all.sorted()
    }

    private func predecessors(
        named names: [Name?], in campaign: ID<Campaign>
    ) throws(StorageError) -> [ID<Participant>] {
        var found: [ID<Participant>] = []
        for case let name? in names {
            if case .customer(let customer) = name {
                try erasing.bind(1, campaign)
                try erasing.bind(2, customer)
                while try erasing.step() { found.append(erasing.id(0)) }
            }
            guard let digest = try digest?(name.text(in: campaign)) else { continue }
            try find.bind(1, campaign)
            try find.bind(2, digest)
            while try find.step() { found.append(find.id(0)) }
        }
        return found
    }
}

extension Store {
    /// The slots of a cap that the predecessors of a lead and a referrer hold.
    package func slotsOfPredecessors(
        of cap: Cap, _ rule: ID<CampaignReward>, window: Int32, leads: [ID<Participant>],
        referrers: [ID<Participant>]
    ) throws(StorageError) -> Int {
        var used = 0
        switch cap.per {
        case .campaign: break
        case .referrer:
            for referrer in referrers {
                used += try claims.usage(
                    in: ClaimTable.Scope(
                        cap, of: rule, window: window, lead: ID(0), referrer: referrer)
                ).used
            }
        case .lead:
            for lead in leads {
                guard let referrer = try participants.find(lead)?.participant.referredBy else {
                    continue
                }
                used += try claims.usage(
                    in: ClaimTable.Scope(
                        cap, of: rule, window: window, lead: lead, referrer: referrer)
                ).used
            }
        }
        return used
    }
}
