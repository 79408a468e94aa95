import Conditions
import Database
import Declarations
import Insight
import Ledger
import Referrals
import Sockets
import Storage
import Time

/// A backtest over a database: compiles the draft, reads the events in one pass, and decides them.
package struct BacktestRun: Sendable {
    /// The changed rules of one campaign.
    package struct Draft: Sendable {
        package let campaign: ID<Campaign>
        package let rules: CampaignDeclaration

        package init(campaign: ID<Campaign>, rules: CampaignDeclaration) {
            self.campaign = campaign
            self.rules = rules
        }
    }

    private let drafts: [Draft]
    private let since: Instant?
    private let limit: Int

    /// The number of events that are handed from one thread to the next at once.
    private static let batch = 512

    /// - Parameters:
    ///   - since: The earliest time of arrival; nil for all events.
    ///   - limit: The number of changed events that are described.
    package init(drafts: [Draft], since: Instant?, limit: Int) {
        self.drafts = drafts
        self.since = since
        self.limit = limit
    }

    /// Runs on one thread.
    ///
    /// - Parameter check: Called between two batches; an error that it throws ends the backtest.
    package func run(
        on store: Store, _ versions: Versions, check: () throws -> Void = {}
    ) throws -> BacktestReport {
        try store.snapshot {
            let scan = try store.audit.scan(since: since)
            let backtest = try backtest(store, versions, from: scan.first)
            let deriver = try deriver(store, versions)
            while true {
                try check()
                let rows = try scan.next(Self.batch)
                guard !rows.isEmpty else { break }
                for row in rows { try backtest.take(row, try deriver.derive(row)) }
            }
            return try finish(backtest, store)
        }
    }

    private typealias Batch = [(row: EventRow, derived: DerivedEvent)]

    /// Runs on three threads: one reads rows, one maps bodies, this one decides.
    ///
    /// - Parameter open: Opens the connection of one thread.
    package func run(
        _ versions: Versions, opening open: @escaping @Sendable () throws -> Store
    ) throws -> BacktestReport {
        let store = try open()
        let read = Handover<[EventRow]>()
        let derived = Handover<Batch>()
        let first = try store.audit.scan(since: since).first
        let reading = try Thread(name: "backtest-read") {
            read.end(
                Result {
                    let scan = try open().audit.scan(since: since)
                    while true {
                        let rows = try scan.next(Self.batch)
                        guard !rows.isEmpty, read.put(rows) else { return }
                    }
                })
        }
        let deriving = try Thread(name: "backtest-map") {
            derived.end(
                Result {
                    defer { read.close() }
                    let deriver = try deriver(try open(), versions)
                    while let rows = try read.take() {
                        var batch: Batch = []
                        batch.reserveCapacity(rows.count)
                        for var row in rows {
                            let event = try deriver.derive(row)
                            row.body = nil
                            batch.append((row, event))
                        }
                        guard derived.put(batch) else { return }
                    }
                })
        }
        let result = Result {
            let backtest = try backtest(store, versions, from: first)
            while let batch = try derived.take() {
                for (row, event) in batch { try backtest.take(row, event) }
            }
            return try finish(backtest, store)
        }
        derived.close()
        deriving.join()
        reading.join()
        return try result.get()
    }

    private func deriver(_ store: Store, _ versions: Versions) throws -> EventDeriver {
        try EventDeriver(
            store, campaigns: Set(drafts.map(\.campaign)),
            campaign: { id, version in try versions.campaign(id, version: version, store) },
            source: { number, version in try versions.source(number, version: version, store) })
    }

    private func backtest(
        _ store: Store, _ versions: Versions, from first: ID<Event>
    ) throws -> Backtest {
        var compiled: [CampaignSettings] = []
        var recorded: [Campaign] = []
        for draft in drafts {
            guard let row = try store.catalog.campaign(draft.campaign) else { continue }
            compiled.append(try versions.draft(draft.rules, of: row))
            for number in stride(from: row.version, to: 0, by: -1) {
                let version = try? versions.campaign(row.id, version: number, store)
                if let version { recorded.append(version.version) }
            }
        }
        return try Backtest(
            store, compiled, from: first, versions: recorded, limit: limit,
            campaign: { id, version in try versions.campaign(id, version: version, store) },
            source: { number, version in try versions.source(number, version: version, store) })
    }

    private func finish(_ backtest: Backtest, _ store: Store) throws -> BacktestReport {
        var report = try backtest.finish()
        for row in try store.catalog.sources() { report.sources[row.number] = row.id }
        for draft in drafts { report.campaigns[draft.campaign] = draft.rules.rules.name }
        return report
    }
}

extension Versions {
    /// A campaign under a draft's rules. Rewards that the stored campaign lacks get numbers that no
    /// other reward has.
    func draft(
        _ declaration: CampaignDeclaration, of row: Catalog.CampaignRow
    ) throws(Failure) -> CampaignSettings {
        var ids = Array(row.rewards.prefix(declaration.rewards.count))
        while ids.count < declaration.rewards.count {
            ids.append(ID(-(row.id.number * ID<Reward>.perConversion + Int64(ids.count) + 1)))
        }
        let conditions = try conditions(of: declaration, campaign: row.id)
        return CampaignSettings(
            account: row.account,
            version: declaration.campaign(id: row.id, version: row.version + 1, rewardIDs: ids),
            conditions: conditions, uid: row.shownUID)
    }
}
