import Inbound
import JSON
import Mapping
import Outbound
import Referrals
import Rules
import SQLite
import Storage
import Time
import Transport
import Webhooks
import Workspace

/// Turns what is stored of campaigns, sources and webhooks into the programme that runs.
package struct ProgrammeLoader: Sendable {
    let box: SecretBox
    /// How campaigns and sources are read, which needs no key.
    package let versions: Versions

    package init(box: SecretBox, zones: Zones = ZoneFolder.usual) {
        self.box = box
        versions = Versions(zones: zones)
    }

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
        var former: [CampaignReward] = []
        for row in campaigns { former += try Versions.formerRules(of: row, store) }
        return try programme(campaigns, sources, webhooks, former)
    }

    private func programme(
        _ campaigns: [Catalog.CampaignRow], _ sources: [Catalog.SourceRow],
        _ webhooks: [Catalog.WebhookRow], _ former: [CampaignReward]
    ) throws(Failure) -> Programme {
        var settings: [CampaignSettings] = []
        for row in campaigns { settings.append(try versions.campaign(row)) }
        var partners: [SourceSettings] = []
        var retired: [SourceSettings] = []
        for row in sources {
            let settings = try source(row)
            if row.isDeleted { retired.append(settings) } else { partners.append(settings) }
        }
        var subscriptions: [WebhookSettings] = []
        for row in webhooks { subscriptions.append(try webhook(row)) }
        return Programme(
            sources: partners, retired: retired, campaigns: settings, webhooks: subscriptions,
            former: former)
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
                reading: try versions.reading(declaration), codeOf: declaration.codeOf,
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
