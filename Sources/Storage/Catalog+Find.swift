import Database
import Referrals
import Time

// One declaration, found by an index.
extension Catalog {
    /// A campaign in its current version.
    package func campaign(_ id: ID<Campaign>) throws(StorageError) -> CampaignRow? {
        let statement = try session.prepare(
            """
            SELECT c.id, c.account_id, c.version, v.document, c.created_at, c.uid
            FROM campaigns AS c
            JOIN campaign_versions AS v ON v.campaign_id = c.id AND v.version = c.version
            WHERE c.id = ?1
            """)
        try statement.bind(1, id)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        var row = Self.campaign(statement)
        row.rewards = try rewardIDs(of: id)
        return row
    }

    /// An account's source by its declared id, including deleted ones.
    package func source(
        _ id: String, of account: ID<Account>
    ) throws(StorageError) -> SourceRow? {
        try source(storedID: SourceName.stored(id, of: account))
    }

    func source(storedID id: String) throws(StorageError) -> SourceRow? {
        let statement = try session.prepare(
            """
            SELECT s.number, s.id, s.account_id, s.version, v.document, s.secrets,
                s.deleted_at IS NOT NULL, a.mode
            FROM sources AS s JOIN accounts AS a ON a.id = s.account_id
            JOIN source_versions AS v ON v.source = s.number AND v.version = s.version
            WHERE s.id = ?1
            """)
        try statement.bind(1, id)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Self.source(statement)
    }

    /// A source by its number, including deleted ones.
    package func source(_ number: ID<Source>) throws(StorageError) -> SourceRow? {
        let statement = try session.prepare(
            """
            SELECT s.number, s.id, s.account_id, s.version, v.document, s.secrets,
                s.deleted_at IS NOT NULL, a.mode
            FROM sources AS s JOIN accounts AS a ON a.id = s.account_id
            JOIN source_versions AS v ON v.source = s.number AND v.version = s.version
            WHERE s.number = ?1
            """)
        try statement.bind(1, number)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Self.source(statement)
    }

    /// A webhook, unless it was deleted.
    package func webhook(_ id: ID<Webhook>) throws(StorageError) -> WebhookRow? {
        let statement = try session.prepare(
            """
            SELECT id, account_id, name, document, secrets FROM webhooks
            WHERE id = ?1 AND deleted_at IS NULL
            """)
        try statement.bind(1, id)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Self.webhook(statement)
    }

    /// An account's webhook by its name, unless it was deleted.
    package func webhook(
        named name: String, of account: ID<Account>
    ) throws(StorageError) -> WebhookRow? {
        let statement = try session.prepare(
            """
            SELECT id, account_id, name, document, secrets FROM webhooks
            WHERE account_id = ?1 AND name = ?2 AND deleted_at IS NULL
            """)
        try statement.bind(1, account)
        try statement.bind(2, name)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Self.webhook(statement)
    }

    func rewardIDs(of id: ID<Campaign>) throws(StorageError) -> [ID<CampaignReward>] {
        let statement = try session.prepare(
            "SELECT id FROM campaign_rewards WHERE campaign_id = ?1 ORDER BY position")
        try statement.bind(1, id)
        var ids: [ID<CampaignReward>] = []
        while try statement.step() { ids.append(statement.id(0)) }
        return ids
    }

    // MARK: Rows

    /// A row of campaigns, without its rewards.
    static func campaign(_ statement: any Statement) -> CampaignRow {
        CampaignRow(
            id: statement.id(0), account: statement.id(1),
            version: Int32(truncatingIfNeeded: statement.integer(2)),
            document: statement.text(3), rewards: [],
            createdAt: Instant(clampingMicroseconds: statement.integer(4)),
            uid: statement.optionalBytes(5).map { UID(stored: $0) })
    }

    static func source(_ statement: any Statement) -> SourceRow {
        SourceRow(
            number: statement.id(0), storedID: statement.text(1),
            account: statement.id(2),
            mode: AccountMode(rawValue: statement.text(7)) ?? .live,
            version: statement.integer(3),
            document: statement.text(4), secrets: statement.optionalBytes(5),
            isDeleted: statement.integer(6) != 0)
    }

    static func webhook(_ statement: any Statement) -> WebhookRow {
        WebhookRow(
            id: statement.id(0), account: statement.id(1), name: statement.text(2),
            document: statement.text(3), secrets: statement.optionalBytes(4))
    }
}

// The effect of storing a declaration.
extension Catalog {
    /// The effect of storing a campaign's document.
    package static func change(of known: CampaignRow?, to document: String) -> Change {
        guard let known else { return .added }
        return known.document.utf8.elementsEqual(document.utf8) ? .unchanged : .changed
    }

    /// The effect of storing a source's document.
    package static func change(
        of known: SourceRow?, to document: String, secretsChanged: Bool
    ) -> Change {
        guard let known else { return .added }
        let isSame = known.document.utf8.elementsEqual(document.utf8)
        return isSame && !secretsChanged && !known.isDeleted ? .unchanged : .changed
    }

    /// The effect of storing a webhook's document.
    package static func change(
        of known: WebhookRow?, to document: String, secretsChanged: Bool
    ) -> Change {
        guard let known else { return .added }
        let isSame = known.document.utf8.elementsEqual(document.utf8)
        return isSame && !secretsChanged ? .unchanged : .changed
    }
}
