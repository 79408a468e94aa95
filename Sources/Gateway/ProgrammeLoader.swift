import Inbound
import JSON
import Mapping
import Outbound
import Referrals
import SQLite
import Storage
import Time
import Transport
import Webhooks
import Workspace

/// Turns what is stored of campaigns, sources and webhooks into the programme that runs.
package struct ProgrammeLoader: Sendable {
    private let box: SecretBox

    package init(box: SecretBox) { self.box = box }

    /// Why something stored cannot be used.
    package enum Failure: Error, CustomStringConvertible {
        case storage(SQLiteError)
        case declaration(kind: String, name: String, String)
        case secrets(source: String, SecretBox.Failure)

        package var description: String {
            switch self {
            case .storage(let error): error.description
            case .declaration(let kind, let name, let words):
                "the stored \(kind) \(name) cannot be used: \(words)"
            case .secrets(let source, let failure):
                "the secrets of source \(source) cannot be opened: \(failure)"
            }
        }
    }

    /// Everything as it stands now.
    package func load(_ store: Store) throws(Failure) -> Programme {
        let campaigns: [Catalog.CampaignRow]
        let sources: [Catalog.SourceRow]
        let webhooks: [Catalog.WebhookRow]
        do {
            campaigns = try store.catalog.campaigns()
            sources = try store.catalog.sources()
            webhooks = try store.catalog.webhooks()
        } catch {
            throw .storage(error)
        }
        return try programme(campaigns, sources, webhooks)
    }

    private func programme(
        _ campaigns: [Catalog.CampaignRow], _ sources: [Catalog.SourceRow],
        _ webhooks: [Catalog.WebhookRow]
    ) throws(Failure) -> Programme {
        var settings: [CampaignSettings] = []
        for row in campaigns { settings.append(try campaign(row)) }
        var partners: [SourceSettings] = []
        for row in sources { partners.append(try source(row)) }
        var subscriptions: [WebhookSettings] = []
        for row in webhooks { subscriptions.append(try webhook(row)) }
        return Programme(sources: partners, campaigns: settings, webhooks: subscriptions)
    }

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
        let rules = declaration.campaign(id: row.id, version: row.version, rewardIDs: ids)
        switch Conditions.compile(rules) {
        case .success(let conditions):
            return CampaignSettings(
                account: row.account, version: CampaignVersion(rules), conditions: conditions,
                linkBase: declaration.linkBase)
        case .failure(let faults):
            throw .declaration(
                kind: "campaign", name: "\(row.id.number)",
                faults.all.map { "\($0.errors)" }.joined(separator: "; "))
        }
    }

    /// A campaign as it was in a version; nil where there is none.
    package func campaign(
        _ id: ID<Campaign>, version: Int32, _ store: Store
    ) throws(Failure) -> CampaignSettings? {
        let row: Catalog.CampaignRow?
        do { row = try store.catalog.campaign(id, version: version) } catch {
            throw .storage(error)
        }
        guard let row else { return nil }
        return try campaign(row)
    }

    /// A source as it read messages in a version; nil where there is none.
    package func source(
        _ number: ID<Referrals.Source>, version: Int64, _ store: Store
    ) throws(Failure) -> SourceSettings? {
        var row: Catalog.SourceRow?
        let document: String?
        do {
            row = try store.catalog.sources().first { $0.number == number }
            document = try store.catalog.sourceDocument(number, version: version)
        } catch {
            throw .storage(error)
        }
        guard row != nil, let document else { return nil }
        row?.document = document
        row?.version = version
        guard let row else { return nil }
        return try source(row)
    }

    /// A source as it stands now, with its secrets.
    package func source(_ row: Catalog.SourceRow) throws(Failure) -> SourceSettings {
        var secrets: [SecretSpec] = []
        if let sealed = row.secrets {
            do {
                secrets = SealedSecrets.read(try box.open(sealed, for: "source \(row.id)"))
            } catch {
                throw .secrets(source: row.id, error)
            }
        }
        return try source(row, secrets: secrets)
    }

    private func source(
        _ row: Catalog.SourceRow, secrets: [SecretSpec]
    ) throws(Failure) -> SourceSettings {
        do {
            let declaration = try SourceDeclaration.read(stored: Array(row.document.utf8))
            return SourceSettings(
                number: row.number, id: row.id, account: row.account, version: row.version,
                verifier: try declaration.makeVerifier(secrets: secrets),
                mapping: try CompiledMapping(declaration.mapping),
                bodyFormats: declaration.bodyFormats, codeOf: declaration.codeOf,
                campaign: declaration.campaign, isPaused: declaration.status == .paused)
        } catch {
            throw .declaration(kind: "source", name: row.id, "\(error)")
        }
    }

    private func webhook(_ row: Catalog.WebhookRow) throws(Failure) -> WebhookSettings {
        do {
            let declaration = try WebhookDeclaration.read(stored: Array(row.document.utf8))
            return WebhookSettings(
                id: row.id, account: row.account, name: row.name, events: Set(declaration.events),
                campaign: declaration.campaign,
                userSources: declaration.userSources.map { Set($0) },
                isDisabled: declaration.status == .disabled)
        } catch {
            throw .declaration(kind: "webhook", name: row.name, "\(error)")
        }
    }
}

/// A source's secrets as they are sealed: `[{"secret": …, "expires_at": …}]`.
package enum SealedSecrets {
    package static func write(_ secrets: [SecretSpec]) -> [UInt8] {
        var writer = Writer()
        writer.beginArray()
        for secret in secrets {
            writer.beginObject()
            writer.key("secret")
            writer.string(secret.secret)
            if let expiry = secret.expiresAt {
                writer.key("expires_at")
                writer.string(expiry.rfc3339)
            }
            writer.endObject()
        }
        writer.endArray()
        return writer.bytes
    }

    package static func read(_ bytes: [UInt8]) -> [SecretSpec] {
        guard let document = try? Document(parsing: bytes) else { return [] }
        return document.root.elements.compactMap { entry in
            guard let secret = entry["secret"]?.string else { return nil }
            return SecretSpec(
                secret, expiresAt: entry["expires_at"]?.string.flatMap { Instant(rfc3339: $0) })
        }
    }
}

extension ProgrammeLoader {
    /// Answers why, over a connection that only reads.
    package func explainer(_ store: Store, now: Instant) throws(SQLiteError) -> Explainer {
        try Explainer(
            store, now: now,
            campaign: { id, version in try campaign(id, version: version, store) },
            source: { number, version in try source(number, version: version, store) })
    }
}

extension ProgrammeLoader {
    /// The webhooks as they are called, with their secrets.
    package func endpoints(
        _ store: Store, _ rules: DestinationRules
    ) throws(Failure) -> [Endpoint] {
        let rows: [Catalog.WebhookRow]
        do { rows = try store.catalog.webhooks() } catch { throw .storage(error) }
        var endpoints: [Endpoint] = []
        for row in rows { endpoints.append(try endpoint(row, rules)) }
        return endpoints
    }

    private func endpoint(
        _ row: Catalog.WebhookRow, _ rules: DestinationRules
    ) throws(Failure) -> Endpoint {
        var secrets = WebhookSecrets()
        if let sealed = row.secrets {
            do {
                let opened = try box.open(sealed, for: "webhook \(row.name)")
                secrets = WebhookSecrets(sealable: opened) ?? secrets
            } catch {
                throw .secrets(source: row.name, error)
            }
        }
        do {
            return try Endpoint(
                id: row.id, account: row.account,
                try WebhookDeclaration.read(stored: Array(row.document.utf8)), secrets,
                rules: rules)
        } catch {
            throw .declaration(kind: "webhook", name: row.name, "\(error)")
        }
    }
}
