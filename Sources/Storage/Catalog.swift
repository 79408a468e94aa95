import Database
import Referrals
import Time

/// The operators' declarations: accounts, campaigns with their versions, sources, webhooks.
/// Documents are the canonical JSON of declarations; the catalog does not parse them.
package final class Catalog {
    let session: any Session

    init(_ session: any Session) { self.session = session }

    /// A campaign in one of its versions.
    package struct CampaignRow: Equatable, Sendable {
        /// The campaign's number.
        package var id: ID<Campaign>
        /// The account that owns the campaign.
        package var account: ID<Account>
        /// The number of the version, counted from 1.
        package var version: Int32
        /// The canonical JSON of the declaration.
        package var document: String
        /// The numbers of the rewards, in the order of the campaign's list.
        package var rewards: [ID<CampaignReward>]
        /// The time of creation.
        package var createdAt: Instant
        /// The stored UUID; nil until one is stored for a campaign of an earlier release.
        package var uid: UID?
    }

    /// A source in its current version.
    package struct SourceRow: Equatable, Sendable {
        /// The source's number, which events refer to.
        package var number: ID<Source>
        /// The id in the database and in the hook's address.
        package var storedID: String
        /// The side of an account that owns the source.
        package var account: ID<Account>
        /// The mode of the side. A test side reads all events as its own.
        package var mode = AccountMode.live
        /// The number of the current version.
        package var version: Int64
        /// The canonical JSON of the declaration.
        package var document: String
        /// The sealed secrets; nil if the source has none.
        package var secrets: [UInt8]?
        /// True if the source accepts no more messages; the row stays for its events.
        package var isDeleted = false
    }

    /// A webhook subscription.
    package struct WebhookRow: Equatable, Sendable {
        /// The webhook's number.
        package var id: ID<Webhook>
        /// The account that owns the webhook.
        package var account: ID<Account>
        /// The webhook's name, unique within the account.
        package var name: String
        /// The canonical JSON of the declaration.
        package var document: String
        /// The sealed secrets; nil if the webhook has none.
        package var secrets: [UInt8]?
    }

    /// The effect of storing a declaration.
    package enum Change: Sendable { case added, changed, unchanged }

    /// The name of an account until an operator names it.
    package static let unnamedAccount = "refgate"

    // MARK: Reading

    /// All campaigns in their current versions, in the order of their numbers.
    package func campaigns() throws(StorageError) -> [CampaignRow] {
        let statement = try session.prepare(
            """
            SELECT c.id, c.account_id, c.version, v.document, c.created_at, c.uid
            FROM campaigns AS c
            JOIN campaign_versions AS v ON v.campaign_id = c.id AND v.version = c.version
            ORDER BY c.id
            """)
        var rows: [CampaignRow] = []
        while try statement.step() { rows.append(Self.campaign(statement)) }
        // In the order of the rows, so that one pass serves all of them.
        let rewards = try session.prepare(
            "SELECT campaign_id, id FROM campaign_rewards ORDER BY campaign_id, position")
        var index = rows.startIndex
        while try rewards.step() {
            let campaign = rewards.integer(0)
            while index < rows.endIndex, rows[index].id.number < campaign { index += 1 }
            guard index < rows.endIndex, rows[index].id.number == campaign else { continue }
            rows[index].rewards.append(rewards.id(1))
        }
        return rows
    }

    /// A campaign in a version, for decisions made under it.
    package func campaign(
        _ id: ID<Campaign>, version: Int32
    ) throws(StorageError) -> CampaignRow? {
        let statement = try session.prepare(
            """
            SELECT c.account_id, v.document, c.created_at, c.uid FROM campaigns AS c
            JOIN campaign_versions AS v ON v.campaign_id = c.id
            WHERE c.id = ?1 AND v.version = ?2
            """)
        try statement.bind(1, id)
        try statement.bind(2, Int64(version))
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return CampaignRow(
            id: id, account: statement.id(0), version: version, document: statement.text(1),
            rewards: try rewardIDs(of: id),
            createdAt: Instant(clampingMicroseconds: statement.integer(2)),
            uid: statement.optionalBytes(3).map { UID(stored: $0) })
    }

    /// All sources, including deleted ones, in the order of their numbers.
    package func sources() throws(StorageError) -> [SourceRow] {
        let statement = try session.prepare(
            """
            SELECT s.number, s.id, s.account_id, s.version, v.document, s.secrets,
                s.deleted_at IS NOT NULL, a.mode
            FROM sources AS s JOIN accounts AS a ON a.id = s.account_id
            JOIN source_versions AS v ON v.source = s.number AND v.version = s.version
            ORDER BY s.number
            """)
        var rows: [SourceRow] = []
        while try statement.step() { rows.append(Self.source(statement)) }
        return rows
    }

    /// The document of a source in a version, and the mode of the side that owns the source.
    package func sourceDocument(
        _ number: ID<Source>, version: Int64
    ) throws(StorageError) -> (document: String, mode: AccountMode)? {
        let statement = try session.prepare(
            """
            SELECT v.document, a.mode FROM source_versions AS v
            JOIN sources AS s ON s.number = v.source JOIN accounts AS a ON a.id = s.account_id
            WHERE v.source = ?1 AND v.version = ?2
            """)
        try statement.bind(1, number)
        try statement.bind(2, version)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return (statement.text(0), AccountMode(rawValue: statement.text(1)) ?? .live)
    }

    /// All webhooks that were not deleted, in the order of their numbers.
    package func webhooks() throws(StorageError) -> [WebhookRow] {
        let statement = try session.prepare(
            """
            SELECT id, account_id, name, document, secrets FROM webhooks
            WHERE deleted_at IS NULL ORDER BY id
            """)
        var rows: [WebhookRow] = []
        while try statement.step() { rows.append(Self.webhook(statement)) }
        return rows
    }

    // MARK: Writing

    /// Stores a campaign's rules as a new version, unless they equal the current one.
    ///
    /// - Parameter uid: The UUID of a new campaign; nil if one is to be derived from its row later.
    package func put(
        campaign id: ID<Campaign>, account: ID<Account>, document: String, rewardCount: Int,
        uid: UID? = nil, at now: Instant
    ) throws(StorageError) -> Change {
        let current = try self.campaign(id)
        let change = Self.change(of: current, to: document)
        guard change != .unchanged else { return change }
        let version = Int64(current?.version ?? 0) + 1
        if current == nil {
            let insert = try session.prepare(
                """
                INSERT INTO campaigns(id, account_id, version, created_at, updated_at, uid)
                VALUES (?1, ?2, ?3, ?4, ?4, ?5)
                """)
            try insert.bind(1, id)
            try insert.bind(2, account)
            try insert.bind(3, version)
            try insert.bind(4, now.microseconds)
            try insert.bind(5, uid?.bytes)
            try insert.run()
        } else {
            let update = try session.prepare(
                """
                UPDATE campaigns SET version = ?2, updated_at = ?3, archived_at = NULL WHERE id = ?1
                """)
            try update.bind(1, id)
            try update.bind(2, version)
            try update.bind(3, now.microseconds)
            try update.run()
        }
        let insert = try session.prepare(
            "INSERT INTO campaign_versions(campaign_id, version, document, created_at) VALUES (?1, ?2, ?3, ?4)"
        )
        try insert.bind(1, id)
        try insert.bind(2, version)
        try insert.bind(3, document)
        try insert.bind(4, now.microseconds)
        try insert.run()
        let reward = try session.prepare(
            "INSERT INTO campaign_rewards(campaign_id, position) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
        )
        for position in 0..<rewardCount {
            try reward.bind(1, id)
            try reward.bind(2, position)
            try reward.run()
        }
        try noteKind(of: id, isNew: current == nil)
        return change
    }

    /// Stores a source as a new version, unless nothing changed.
    ///
    /// - Parameter id: The declared id.
    package func put(
        source id: String, account: ID<Account>, document: String, secrets: [UInt8]?,
        secretsChanged: Bool, at now: Instant
    ) throws(StorageError) -> Change {
        try put(
            storedID: SourceName.stored(id, of: account), account: account, document: document,
            secrets: secrets, secretsChanged: secretsChanged, at: now)
    }

    func put(
        storedID id: String, account: ID<Account>, document: String, secrets: [UInt8]?,
        secretsChanged: Bool, at now: Instant
    ) throws(StorageError) -> Change {
        let current = try self.source(storedID: id)
        let change = Self.change(of: current, to: document, secretsChanged: secretsChanged)
        guard change != .unchanged else { return change }
        let isSame = current?.document.utf8.elementsEqual(document.utf8) ?? false
        let number: ID<Source>
        let version: Int64
        if let current {
            number = current.number
            version = isSame ? current.version : current.version + 1
            let update = try session.prepare(
                """
                UPDATE sources SET version = ?2, secrets = ?3, updated_at = ?4, deleted_at = NULL
                WHERE number = ?1
                """)
            try update.bind(1, number)
            try update.bind(2, version)
            try update.bind(3, secretsChanged ? secrets : current.secrets)
            try update.bind(4, now.microseconds)
            try update.run()
        } else {
            version = 1
            let insert = try session.prepare(
                """
                INSERT INTO sources(id, account_id, version, secrets, created_at, updated_at)
                VALUES (?1, ?2, 1, ?3, ?4, ?4)
                """)
            try insert.bind(1, id)
            try insert.bind(2, account)
            try insert.bind(3, secrets)
            try insert.bind(4, now.microseconds)
            number = ID(try insert.runReturningRowID())
        }
        if !isSame {
            let insert = try session.prepare(
                "INSERT INTO source_versions(source, version, document, created_at) VALUES (?1, ?2, ?3, ?4)"
            )
            try insert.bind(1, number)
            try insert.bind(2, version)
            try insert.bind(3, document)
            try insert.bind(4, now.microseconds)
            try insert.run()
        }
        return change
    }

    /// Stores a webhook, unless nothing changed.
    package func put(
        webhook name: String, account: ID<Account>, document: String, secrets: [UInt8]?,
        secretsChanged: Bool, at now: Instant
    ) throws(StorageError) -> Change {
        let current = try self.webhook(named: name, of: account)
        let change = Self.change(of: current, to: document, secretsChanged: secretsChanged)
        guard change != .unchanged else { return change }
        if let current {
            let update = try session.prepare(
                "UPDATE webhooks SET document = ?2, secrets = ?3, updated_at = ?4 WHERE id = ?1")
            try update.bind(1, current.id)
            try update.bind(2, document)
            try update.bind(3, secretsChanged ? secrets : current.secrets)
            try update.bind(4, now.microseconds)
            try update.run()
            return change
        }
        let insert = try session.prepare(
            """
            INSERT INTO webhooks(account_id, name, document, secrets, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?5)
            """)
        try insert.bind(1, account)
        try insert.bind(2, name)
        try insert.bind(3, document)
        try insert.bind(4, secrets)
        try insert.bind(5, now.microseconds)
        try insert.run()
        return change
    }

    /// The highest number of a webhook, also of a deleted one; 0 if there is none. The next webhook gets the number
    /// after it.
    package func lastWebhook() throws(StorageError) -> Int64 {
        try session.integer("SELECT max(id) FROM webhooks") ?? 0
    }

    /// A value kept under a name: this database's tag, for one.
    package func meta(_ name: String) throws(StorageError) -> String? {
        let statement = try session.prepare("SELECT value FROM meta WHERE name = ?1")
        try statement.bind(1, name)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return statement.text(0)
    }

    /// Stores a value under a name.
    package func set(meta name: String, to value: String) throws(StorageError) {
        let statement = try session.prepare(
            "INSERT INTO meta(name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        try statement.bind(1, name)
        try statement.bind(2, value)
        try statement.run()
    }

    /// Removes the value under a name.
    package func remove(meta name: String) throws(StorageError) {
        let statement = try session.prepare("DELETE FROM meta WHERE name = ?1")
        try statement.bind(1, name)
        try statement.run()
    }

    /// Writes as much as a group of ordinary deliveries, with other bytes than the last time:
    /// SQLite writes no unchanged page, and a full disk may still accept a page or two.
    package func proveRoom() throws(StorageError) {
        let letter = try meta(Self.room)?.first == "a" ? "b" : "a"
        try set(meta: Self.room, to: String(repeating: letter, count: 1 << 16))
    }

    private static let room = "room"
}
