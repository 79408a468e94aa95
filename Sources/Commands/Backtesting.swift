import Database
import Declarations
import Gateway
import Insight
import Invocation
import JSON
import Programmes
import Reading
import Referrals
import Storage
import Time
import Workspace

/// The command that decides stored events again under a draft's rules.
enum Backtesting: Command {
    static let usage = Usage(
        "backtest", "decide stored events again under draft rules, and list every change",
        details: """
            DRAFT is a workspace file; its campaigns replace the stored ones with the same id, and \
            an entry may have only the members that change. Caps, budgets and pools are those of a \
            world in which the draft was in force. Only reads, needs no key file, and may run \
            while a gateway serves the same database.
            """,
        options: [
            Common.database, rules, since, limit, Common.account, Common.test, Common.zoneinfo,
            Common.json,
        ])

    static let rules = Option.required(
        "rules", .path, "the workspace file with the draft rules", hasVariable: false)
    static let since = Option<Instant?>.optional(
        "since", .instant, "the earliest time of arrival of the events; all if not given",
        hasVariable: false)
    static let limit = Option(
        "limit", .integer(in: 0...10_000), default: "100",
        "the number of changed events to describe", hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        let database = context[Common.database]
        let store = try Files.store(database, for: .reader)
        let path = context[rules]
        let side = try Files.using(database) { try Common.choice(context).side(in: store.catalog) }
        let known = try Files.using(database) { try Known(storedIn: store, of: side) }
        let bytes = try Files.read(path)
        let workspace: WorkspaceFile
        do throws(Mistakes) {
            workspace = try WorkspaceFile.read(
                bytes, file: path, folder: .directory(Files.folder(of: path)), known: known)
        } catch {
            throw Failure(.failed, "the draft has mistakes\n\(error)")
        }
        let drafts: [BacktestRun.Draft] = try Files.using(database) {
            try Self.drafts(workspace, of: side, store)
        }
        guard !drafts.isEmpty else {
            throw Failure(.failed, "\(path) declares no campaign; a draft changes campaigns")
        }
        let run = BacktestRun(drafts: drafts, since: context[since], limit: context[limit])
        let versions = Versions(zones: ZoneFolder.zones(in: context[Common.zoneinfo]))
        let report = try Files.using(database) {
            try run.run(versions) { try Store.open(database, for: .reader) }
        }
        if context[Common.json] {
            var writer = Writer()
            report.write(to: &writer)
            context.json(writer.bytes)
        } else {
            for line in report.description.split(separator: "\n", omittingEmptySubsequences: false)
            {
                context.line(HiddenText.escaped(String(line)))
            }
        }
        return .ok
    }

    private static func drafts(
        _ workspace: WorkspaceFile, of side: ID<Account>?, _ store: Store
    ) throws -> [BacktestRun.Draft] {
        try workspace.campaigns.map { entry in
            guard let number = entry.campaign.id, let side,
                let id = ID<Campaign>(number, of: side),
                let row = try store.catalog.campaign(id), row.account == side
            else {
                throw Failure(
                    .failed,
                    "the database has no campaign \(entry.campaign.id?.number ?? 0), so there are no"
                        + " events to decide again")
            }
            return BacktestRun.Draft(campaign: id, rules: entry.campaign)
        }
    }
}
