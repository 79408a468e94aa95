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
        case secrets(kind: String, name: String, SecretBox.Failure)

        package var description: String {
            switch self {
            case .storage(let error): error.description
            case .declaration(let kind, let name, let words):
                "the stored \(kind) \(name) cannot be used: \(words)"
            case .secrets(let kind, let name, let failure):
                "the stored secrets of \(kind) \(name) cannot be opened: \(failure); declare its"
                    + " secrets again"
            }
        }
    }

    /// Everything as it stands now. A source or a webhook that cannot be used is named in `faults`, and the rest
    /// goes on without it.
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
        var faults: [Failure] = []
        var partners: [SourceSettings] = []
        var retired: [SourceSettings] = []
        var unusable: Set<String> = []
        for row in sources {
            let (settings, fault) = source(row)
            // The secrets of a deleted source serve nothing any more.
            if let fault, !row.isDeleted { faults.append(fault) }
            guard let settings else {
                if !row.isDeleted { unusable.insert(row.id) }
                continue
            }
            if row.isDeleted { retired.append(settings) } else { partners.append(settings) }
        }
        var subscriptions: [WebhookSettings] = []
        for row in webhooks {
            do throws(Failure) { subscriptions.append(try webhook(row)) } catch {
                faults.append(error)
            }
        }
        return Programme(
            sources: partners, retired: retired, campaigns: settings, webhooks: subscriptions,
            former: former, unusableSources: unusable, faults: faults.map(\.description))
    }

    /// A source as it stands now; without a verifier where its secrets cannot be used, and nil where its
    /// declaration cannot.
    private func source(_ row: Catalog.SourceRow) -> (SourceSettings?, Failure?) {
        do throws(Failure) {
            let secrets = try secrets(of: row)
            return (try source(row, secrets: secrets), nil)
        } catch {
            guard case .secrets = error else { return (nil, error) }
            return (try? source(row, secrets: nil), error)
        }
    }

    /// A source's secrets, opened; none where it has none.
    func secrets(of row: Catalog.SourceRow) throws(Failure) -> [SecretSpec] {
        guard let sealed = row.secrets else { return [] }
        do { return try SourceSecrets(opening: sealed, of: row.id, with: box).secrets } catch {
            throw .secrets(kind: "source", name: row.id, error)
        }
    }

    private func source(
        _ row: Catalog.SourceRow, secrets: [SecretSpec]?
    ) throws(Failure) -> SourceSettings {
        do {
            let declaration = try SourceDeclaration.read(stored: Array(row.document.utf8))
            return SourceSettings(
                number: row.number, id: row.id, account: row.account, version: row.version,
                verifier: try secrets.map { try declaration.makeVerifier(secrets: $0) },
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

extension ProgrammeLoader {
    /// The webhooks as they are called, with their secrets, and why others cannot be called.
    package func endpoints(
        _ store: Store, _ rules: DestinationRules
    ) throws(Failure) -> (endpoints: [Endpoint], faults: [String]) {
        let rows: [Catalog.WebhookRow]
        do { rows = try store.catalog.webhooks() } catch { throw .storage(error) }
        var endpoints: [Endpoint] = []
        var faults: [String] = []
        for row in rows {
            do throws(Failure) { endpoints.append(try endpoint(row, rules)) } catch {
                faults.append(error.description)
            }
        }
        return (endpoints, faults)
    }

    /// A webhook's secrets and credentials, opened; empty where it has none.
    func secrets(of row: Catalog.WebhookRow) throws(Failure) -> WebhookSecrets {
        guard let sealed = row.secrets else { return WebhookSecrets() }
        do {
            return try WebhookSecrets(opening: sealed, of: row.name, with: box)
        } catch {
            throw .secrets(kind: "webhook", name: row.name, error)
        }
    }

    private func endpoint(
        _ row: Catalog.WebhookRow, _ rules: DestinationRules
    ) throws(Failure) -> Endpoint {
        let secrets = try secrets(of: row)
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
