import Database
import Ledger
import Mapping
import Referrals
import Storage
import Synchronization

/// The declarations in force as the database has them. They are read again only if they have
/// changed since, and only the changed ones are compiled again.
package final class StoredDeclarations: Sendable {
    /// The reason for which a stored declaration cannot be used.
    package typealias Failure = DeclarationLoader.Failure

    private struct Rules: Sendable {
        let settings: CampaignSettings
        /// The rules of rewards that the campaign no longer has.
        let former: [CampaignReward]
    }

    private struct Partner: Sendable {
        let settings: SourceSettings?
        let fault: Failure?
    }

    private struct State: Sendable {
        var campaigns = CompiledRows<Catalog.CampaignRow, Result<Rules, Failure>>()
        var sources = CompiledRows<Catalog.SourceRow, Partner>()
        var webhooks = CompiledRows<Catalog.WebhookRow, Result<WebhookSettings, Failure>>()
        /// Nil if rows were read again since it was assembled.
        var declarations: CompiledDeclarations?
    }

    /// The compiler of single declarations.
    package let loader: DeclarationLoader
    private let state = Mutex(State())

    /// Makes an empty cache.
    package init(_ loader: DeclarationLoader) { self.loader = loader }

    /// The declarations as stored now: the same object as before if none has changed. A campaign, a
    /// source or a webhook that cannot be used is listed in `faults`, and the others take effect
    /// without it.
    package func read(_ store: Store) throws(StorageError) -> CompiledDeclarations {
        try state.withLock { state throws(StorageError) in
            try updateCampaigns(&state, store)
            try updateSources(&state, store)
            try updateWebhooks(&state, store)
            if let declarations = state.declarations { return declarations }
            let declarations = Self.declarations(of: state)
            state.declarations = declarations
            return declarations
        }
    }

    private func updateCampaigns(_ state: inout State, _ store: Store) throws(StorageError) {
        let isRead = try state.campaigns.update(
            stamp: try store.catalog.stamp(of: .campaigns), number: { $0.id.number },
            rows: { () throws(StorageError) in try store.catalog.campaigns() },
            compile: { row throws(StorageError) in
                let former = try Versions.formerRules(of: row, store)
                do throws(Failure) {
                    return .success(
                        Rules(settings: try loader.versions.campaign(row), former: former))
                } catch {
                    return .failure(error)
                }
            })
        if isRead { state.declarations = nil }
    }

    private func updateSources(_ state: inout State, _ store: Store) throws(StorageError) {
        // Sources with the same preset share one mapping.
        var mappings: [MappingText: CompiledMapping] = [:]
        for entry in state.sources.entries {
            if let mapping = entry.compiled.settings?.mapping { mappings[mapping.text] = mapping }
        }
        let isRead = try state.sources.update(
            stamp: try store.catalog.stamp(of: .sources), number: { $0.number.number },
            rows: { () throws(StorageError) in try store.catalog.sources() },
            compile: { row throws(StorageError) in
                let (settings, fault) = loader.source(row, &mappings)
                return Partner(settings: settings, fault: fault)
            })
        if isRead { state.declarations = nil }
    }

    private func updateWebhooks(_ state: inout State, _ store: Store) throws(StorageError) {
        let isRead = try state.webhooks.update(
            stamp: try store.catalog.stamp(of: .webhooks), number: { $0.id.number },
            rows: { () throws(StorageError) in try store.catalog.webhooks() },
            compile: { row throws(StorageError) in
                do throws(Failure) { return .success(try loader.webhook(row)) } catch {
                    return .failure(error)
                }
            })
        if isRead { state.declarations = nil }
    }

    private static func declarations(of state: State) -> CompiledDeclarations {
        var faults: [Failure] = []
        var partners: [SourceSettings] = []
        var retired: [SourceSettings] = []
        var unusable: Set<String> = []
        for entry in state.sources.entries {
            // The secrets of a deleted source are no longer used.
            if let fault = entry.compiled.fault, !entry.row.isDeleted { faults.append(fault) }
            guard let settings = entry.compiled.settings else {
                if !entry.row.isDeleted { unusable.insert(entry.row.storedID) }
                continue
            }
            if entry.row.isDeleted { retired.append(settings) } else { partners.append(settings) }
        }
        var rules: [Rules] = []
        var unusableCampaigns: Set<ID<Campaign>> = []
        for entry in state.campaigns.entries {
            switch entry.compiled {
            case .success(let compiled): rules.append(compiled)
            case .failure(let fault):
                faults.append(fault)
                unusableCampaigns.insert(entry.row.id)
            }
        }
        var subscriptions: [WebhookSettings] = []
        for entry in state.webhooks.entries {
            switch entry.compiled {
            case .success(let webhook): subscriptions.append(webhook)
            case .failure(let fault): faults.append(fault)
            }
        }
        return CompiledDeclarations(
            sources: partners, retired: retired,
            campaigns: rules.map(\.settings), webhooks: subscriptions,
            former: rules.flatMap(\.former), unusableSources: unusable,
            unusableCampaigns: unusableCampaigns, faults: faults.map(\.description))
    }
}
