import Database
import Ledger
import Referrals
import Storage
import Synchronization

/// Compiled versions of campaigns and sources, shared by threads.
///
/// A stored version does not change, but its campaign's UUID and its account's mode may. So each
/// result is kept beside the row that it was compiled from, and used only for an equal row.
final class CompiledVersions: Sendable {
    private struct CampaignKey: Hashable {
        let id: ID<Campaign>
        let version: Int32
    }

    private struct SourceKey: Hashable {
        let number: ID<Referrals.Source>
        let version: Int64
    }

    private struct State {
        var campaigns: [CampaignKey: (row: Catalog.CampaignRow, settings: CampaignSettings)] = [:]
        var sources: [SourceKey: (document: String, mode: AccountMode, reading: SourceReading)] =
            [:]
    }

    /// The largest number of versions of each kind.
    private static let most = 256

    private let state = Mutex(State())

    /// The campaign of a row, compiled now or before. The errors are those of `compile`.
    func campaign<Failure: Error>(
        _ row: Catalog.CampaignRow,
        compile: (Catalog.CampaignRow) throws(Failure) -> CampaignSettings
    ) throws(Failure) -> CampaignSettings {
        let key = CampaignKey(id: row.id, version: row.version)
        if let kept = state.withLock({ $0.campaigns[key] }), kept.row == row {
            return kept.settings
        }
        let settings = try compile(row)
        state.withLock { state in
            if state.campaigns.count >= Self.most { state.campaigns.removeAll() }
            state.campaigns[key] = (row, settings)
        }
        return settings
    }

    /// The rules for reading messages in a version of a source, compiled now or before. The errors
    /// are those of `compile`.
    func source<Failure: Error>(
        _ number: ID<Referrals.Source>, version: Int64,
        _ stored: (document: String, mode: AccountMode),
        compile: () throws(Failure) -> SourceReading
    ) throws(Failure) -> SourceReading {
        let key = SourceKey(number: number, version: version)
        if let kept = state.withLock({ $0.sources[key] }), kept.mode == stored.mode,
            kept.document.utf8.elementsEqual(stored.document.utf8)
        {
            return kept.reading
        }
        let reading = try compile()
        state.withLock { state in
            if state.sources.count >= Self.most { state.sources.removeAll() }
            state.sources[key] = (stored.document, stored.mode, reading)
        }
        return reading
    }
}
