import Database
import Referrals

// The digests of a deleted person's names, made before the names are erased.
extension Erasure {
    /// The number of conversions whose customer ids are noted at once. A lead may have any number;
    /// the ids of the others are noted when they are erased.
    private static let mostConversionsAtOnce = 64

    /// Notes a person's names before they are erased. Customer ids that are in no conversion stay
    /// in their table until its walk.
    func noteNames(of id: ID<Participant>) throws(StorageError) {
        let person = try prepared(
            "SELECT campaign_id, email, external_id, erased_at FROM participants WHERE id = ?1")
        try person.bind(1, id)
        guard try person.step() else { return }
        let campaign = ID<Campaign>(person.integer(0))
        let email = person.optionalText(1)
        let external = person.optionalText(2)
        let isErased = person.optionalInteger(3) != nil
        person.reset()
        guard !isErased else { return }
        try tombstones.note(id, nil, in: campaign)
        if let email { try tombstones.note(id, .email(email), in: campaign) }
        if let external { try tombstones.note(id, .externalID(external), in: campaign) }
        let conversions = try prepared(
            """
            SELECT c.customer FROM (SELECT ref FROM claims
                WHERE holder = (SELECT referred_by FROM participants WHERE id = ?1) AND rule = 0
                    AND subject = ?1 ORDER BY slot LIMIT ?2) AS k
            JOIN conversions AS c ON c.id = k.ref
            WHERE c.customer IS NOT NULL
            """)
        try conversions.bind(1, id)
        try conversions.bind(2, Self.mostConversionsAtOnce)
        var names: Set<String> = []
        while try conversions.step() { names.insert(conversions.text(0)) }
        for name in names { try tombstones.note(id, .customer(name), in: campaign) }
    }

    /// Notes the customer id that a conversion still holds.
    func noteCustomer(of conversion: Int64, _ person: Int64) throws(StorageError) {
        let row = try prepared(
            "SELECT campaign_id, customer FROM conversions WHERE id = ?1 AND lead_id = ?2")
        try row.bind(1, conversion)
        try row.bind(2, person)
        guard try row.step() else { return }
        let (campaign, customer) = (ID<Campaign>(row.integer(0)), row.optionalText(1))
        row.reset()
        guard let customer else { return }
        try tombstones.note(ID(person), .customer(customer), in: campaign)
    }

    /// Notes addresses that the person had before changes.
    func noteAddresses(
        of person: Int64, behind first: Int64, through last: Int64
    ) throws(StorageError) {
        let rows = try prepared(
            """
            SELECT p.campaign_id, r.document ->> 'email' FROM participant_revisions AS r
            JOIN participants AS p ON p.id = r.participant_id
            WHERE r.participant_id = ?1 AND r.revision > ?2 AND r.revision <= ?3
            """)
        try rows.bind(1, person)
        try rows.bind(2, first)
        try rows.bind(3, last)
        var addresses: [(campaign: Int64, email: String)] = []
        while try rows.step() {
            if let email = rows.optionalText(1) { addresses.append((rows.integer(0), email)) }
        }
        for address in addresses {
            try tombstones.note(ID(person), .email(address.email), in: ID(address.campaign))
        }
    }
}
