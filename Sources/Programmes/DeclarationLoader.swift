import Database
import Declarations
import JSON
import Ledger
import Mapping
import Outbound
import Referrals
import Rules
import Storage
import Time
import Transport
import Webhooks

/// Compiles stored campaigns, sources and webhooks into the declarations in force.
package struct DeclarationLoader: Sendable {
    package let box: SecretBox
    /// The reader of campaigns and sources, which needs no key.
    package let versions: Versions

    /// - Parameters:
    ///   - box: Opens the secrets of sources and webhooks.
    ///   - zones: The time zones that rules may name.
    package init(box: SecretBox, zones: Zones = ZoneFolder.usual) {
        self.box = box
        versions = Versions(zones: zones)
    }

    /// The reason for which a stored declaration cannot be used.
    package enum Failure: Error, CustomStringConvertible {
        case declaration(kind: String, name: String, String)
        case secrets(kind: String, name: String, SecretBox.Failure)

        /// The reason as a sentence, which contains no secret.
        package var description: String {
            switch self {
            case .declaration(let kind, let name, let words):
                "the stored \(kind) \(name) cannot be used: \(words)"
            case .secrets(let kind, let name, let failure):
                "the stored secrets of \(kind) \(name) cannot be opened: \(failure); declare its"
                    + " secrets again"
            }
        }
    }

    /// All declarations as stored now, compiled once. For repeated reading use ``StoredDeclarations``.
    package func load(_ store: Store) throws(StorageError) -> CompiledDeclarations {
        try StoredDeclarations(self).read(store)
    }

    /// A source as stored now; without a verifier if its secrets cannot be used, and nil if its
    /// declaration cannot.
    ///
    /// - Parameter mappings: The mappings compiled so far, by their text; a new mapping is added.
    package func source(
        _ row: Catalog.SourceRow, _ mappings: inout [MappingText: CompiledMapping]
    ) -> (SourceSettings?, Failure?) {
        if row.isBuiltIn { return (try? source(row, secrets: nil, &mappings), nil) }
        do throws(Failure) {
            let secrets = try secrets(of: row)
            return (try source(row, secrets: secrets, &mappings), nil)
        } catch {
            guard case .secrets = error else { return (nil, error) }
            return (try? source(row, secrets: nil, &mappings), error)
        }
    }

    /// A source's secrets in plain text; empty if it has none.
    package func secrets(of row: Catalog.SourceRow) throws(Failure) -> [SecretSpec] {
        guard let sealed = row.secrets else { return [] }
        do { return try SourceSecrets(opening: sealed, of: row.storedID, with: box).secrets } catch
        {
            throw .secrets(kind: "source", name: row.storedID, error)
        }
    }

    private func source(
        _ row: Catalog.SourceRow, secrets: [SecretSpec]?,
        _ mappings: inout [MappingText: CompiledMapping]
    ) throws(Failure) -> SourceSettings {
        do {
            let declaration = try SourceDeclaration.read(stored: Array(row.document.utf8))
            let reading = try versions.reading(declaration, on: row.mode, compiled: mappings)
            mappings[reading.mapping.text] = reading.mapping
            return SourceSettings(
                number: row.number, storedID: row.storedID, account: row.account,
                version: row.version,
                verifier: try secrets.map { try declaration.makeVerifier(secrets: $0) },
                reading: reading, codeOf: declaration.codeOf,
                campaign: try Self.campaign(declaration.campaign, of: row.account),
                isPaused: declaration.status == .paused,
                isBuiltIn: row.isBuiltIn)
        } catch {
            throw .declaration(kind: "source", name: row.storedID, "\(error)")
        }
    }

    /// The campaign that a source or a webhook of an account is limited to.
    private static func campaign(
        _ number: CampaignNumber?, of account: ID<Account>
    ) throws(StorageError) -> ID<Campaign>? {
        guard let number else { return nil }
        guard let id = ID<Campaign>(number, of: account) else {
            throw .contradiction("the account has no campaign \(number.number)")
        }
        return id
    }

    package func webhook(_ row: Catalog.WebhookRow) throws(Failure) -> WebhookSettings {
        do {
            let declaration = try WebhookDeclaration.read(stored: Array(row.document.utf8))
            return WebhookSettings(
                id: row.id, account: row.account, name: row.name, events: Set(declaration.events),
                campaign: try Self.campaign(declaration.campaign, of: row.account),
                userSources: declaration.userSources.map { Set($0) },
                sendsAllShifts: declaration.shiftsInForce == .all,
                isDisabled: declaration.status == .disabled)
        } catch {
            throw .declaration(kind: "webhook", name: row.name, "\(error)")
        }
    }
}

extension DeclarationLoader {
    /// A webhook's secrets and credentials in plain text; empty if it has none.
    package func secrets(of row: Catalog.WebhookRow) throws(Failure) -> WebhookSecrets {
        guard let sealed = row.secrets else { return WebhookSecrets() }
        do {
            return try WebhookSecrets(opening: sealed, of: row.name, with: box)
        } catch {
            throw .secrets(kind: "webhook", name: row.name, error)
        }
    }

    /// A webhook ready to be called, with its secrets.
    package func endpoint(
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
