import Crypto
import Database
import Declarations
import Ledger
import Reading
import Referrals
import Storage
import Time
import Workspace

// The import by another process than the gateway, which may run meanwhile.
extension PastImport {
    /// The result of an import.
    package struct Report: Sendable {
        /// The rows by their effect.
        package var tally = Application.Tally()
        /// The mistakes in the file, before any row is checked.
        package var mistakes: Mistakes
        /// The rows that cannot be imported, each with its line and the reason.
        package var refusals: [(line: Int, sentence: String)] = []
        /// The number of bad rows.
        package var badRows: Int
        /// True if the rows were stored, or would be.
        package var isDone = false
    }

    /// The reason for which no row can be imported.
    package enum Obstacle: Error, Equatable {
        case noCampaign
        /// The declaration cannot be read, with the reason in the log of a gateway.
        case unusable
    }

    /// Imports past conversions. Without `skips` one bad row prevents all.
    package static func run(
        _ read: ReadRows<PastConversion>, into campaign: ID<Campaign>, _ access: Access
    ) throws -> Report {
        try run(
            read, into: campaign, access, check: { try $0.check($1, $2, now: access.now) },
            add: { try $0.add($1, $2, now: access.now) })
    }

    /// Imports past rewards. Without `skips` one bad row prevents all.
    package static func run(
        _ read: ReadRows<PastReward>, into campaign: ID<Campaign>, _ access: Access
    ) throws -> Report {
        try run(
            read, into: campaign, access, check: { try $0.check($1, $2, now: access.now) },
            add: { try $0.add($1, $2, now: access.now) })
    }

    /// The database, and the manner of an import.
    package struct Access {
        let store: Store
        let box: SecretBox
        let now: Instant
        let skips: Bool
        let isDryRun: Bool
        let pacing: Pacing

        /// - Parameters:
        ///   - skips: True to take the good rows only.
        ///   - isDryRun: True to find out the effect without storing anything.
        package init(
            _ store: Store, _ box: SecretBox, now: Instant, skips: Bool = false,
            isDryRun: Bool = false, pacing: Pacing = .usual
        ) {
            self.store = store
            self.box = box
            self.now = now
            self.skips = skips
            self.isDryRun = isDryRun
            self.pacing = pacing
        }
    }

    private static func run<Row>(
        _ read: ReadRows<Row>, into campaign: ID<Campaign>, _ access: Access,
        check: (PastImport, Row, EventProcessor) throws -> Catalog.Change,
        add: (PastImport, Row, EventProcessor) throws -> Catalog.Change
    ) throws -> Report {
        var report = Report(mistakes: read.mistakes, badRows: read.badRows)
        guard read.isReadable, access.skips || read.mistakes.count == 0 else { return report }
        let declared = StoredDeclarations(DeclarationLoader(box: access.box))
        let (processor, settings, source) = try prepare(campaign, declared, access)
        let checked = PastImport(into: settings, from: source)
        var good: [Row] = []
        for (row, line) in read.rows {
            do {
                let change = try check(checked, row, processor)
                if access.isDryRun { report.tally.count(change) }
                good.append(row)
            } catch let refusal as Refusal {
                report.refusals.append((line, refusal.sentence))
                report.badRows += 1
            }
        }
        report.isDone = access.skips || report.refusals.isEmpty
        guard report.isDone, !access.isDryRun else { return report }
        let written = PastImport(into: settings, from: source)
        var rest = good[...]
        while !rest.isEmpty {
            var turn: Turn?
            let before = report
            do {
                try processor.transaction({ $0.declarations = try declared.read($0.store) }) {
                    let began = Turn(access.pacing.turn, clock: access.pacing.clock)
                    turn = began
                    while let row = rest.popFirst() {
                        report.tally.count(try add(written, row, processor))
                        if began.isOver { return }
                    }
                }
            } catch {
                report = before
                throw error
            }
            if let turn, !rest.isEmpty { access.pacing.pause(turn.elapsed) }
        }
        return report
    }

    private static func prepare(
        _ campaign: ID<Campaign>, _ declared: StoredDeclarations, _ access: Access
    ) throws -> (EventProcessor, CampaignSettings, SourceSettings) {
        let store = access.store
        guard let row = try store.catalog.campaign(campaign) else { throw Obstacle.noCampaign }
        let processor = EventProcessor(
            store, declarations: try declared.read(store),
            earlierRules: declared.loader.versions.earlierRules(store),
            randomBytes: SecureRandom.bytes)
        processor.noteTime(access.now)
        if processor.declarations.builtInSource(of: row.account) == nil {
            try store.write { _ in
                try store.catalog.putBuiltInSource(
                    of: row.account,
                    document: String(
                        decoding: SourceDeclaration.builtIn.canonicalJSON, as: UTF8.self),
                    at: access.now)
            }
            processor.declarations = try declared.read(store)
        }
        guard let settings = processor.declarations.campaigns[campaign],
            let source = processor.declarations.builtInSource(of: row.account)
        else { throw Obstacle.unusable }
        return (processor, settings, source)
    }
}
