import Gateway
import Invocation
import JSON
import Programmes
import Reading
import Referrals
import Storage
import Time
import Workspace

/// The commands that import what another product counted and gave.
enum Importing {
    enum Conversions: Command {
        static let usage = Importing.usage(
            "import conversions", "import conversions that another product counted",
            columns: PastConversion.columns)

        static func run(_ context: Context) throws -> ExitCode {
            try Importing.run(context) { bytes, file, campaign, access in
                try PastImport.run(
                    PastConversion.read(csv: bytes, of: campaign.declared, file: file),
                    into: campaign, access)
            }
        }
    }

    enum Rewards: Command {
        static let usage = Importing.usage(
            "import rewards", "import rewards that another product gave",
            columns: PastReward.columns)

        static func run(_ context: Context) throws -> ExitCode {
            try Importing.run(context) { bytes, file, campaign, access in
                try PastImport.run(
                    PastReward.read(csv: bytes, of: campaign.declared, file: file),
                    into: campaign, access)
            }
        }
    }

    static let file = Operand("FILE", .path, "the CSV file, or - for standard input")
    static let campaign = Option<Int>.required(
        "campaign", .integer(in: 1...Int.max), "the number of the campaign", hasVariable: false)
    static let skip = Option.flag(
        "skip-errors", "take the good rows, and list the others", hasVariable: false)
    static let dryRun = Option.flag(
        "dry-run", "check everything and print the effect without storing anything",
        hasVariable: false)

    private static func usage(_ name: String, _ summary: String, columns: [String]) -> Usage {
        Usage(
            name, summary,
            details: """
                The rows are recorded as the work of another product. They cause no notification, \
                and use up orders and caps, so that refgate gives no second reward for them. \
                Import the participants first. A row that is on record already changes nothing. \
                The command may run while a gateway serves the same database.

                Bad rows are listed with their lines. Without --skip-errors one bad row prevents \
                all. The columns are \(columns.joined(separator: ", ")); the guide describes them \
                under "Past conversions and rewards" of the HTTP API.
                """,
            operands: [file],
            options: [
                Common.database, Common.account, Common.test, Common.keyFile, campaign, skip,
                dryRun, Common.json,
            ])
    }

    private typealias Run = ([UInt8], String, ID<Campaign>, PastImport.Access) throws ->
        PastImport.Report

    private static func run(_ context: Context, _ run: Run) throws -> ExitCode {
        let (path, database) = (context[file], context[Common.database])
        let bytes = try Files.read(path)
        let isDryRun = context[dryRun]
        let store = try Files.store(
            database, for: isDryRun ? .trial : .writer, tellingOf: context.errors)
        let box = try Files.box(
            for: store, keyFile: context[Common.keyFile], database, isDryRun ? .trial : .use)
        let number = Int64(context[campaign])
        let access = PastImport.Access(
            store, box, now: context.clock.now(), skips: context[skip], isDryRun: isDryRun)
        let report = try Files.using(database) {
            do {
                guard let side = try Common.choice(context).side(in: store.catalog),
                    let id = ID<Campaign>(CampaignNumber(number), of: side)
                else { throw PastImport.Obstacle.noCampaign }
                return try run(bytes, path, id, access)
            } catch let obstacle as PastImport.Obstacle {
                throw Failure(
                    .failed,
                    obstacle == .noCampaign
                        ? "there is no campaign \(number)"
                        : "the declaration of campaign \(number) cannot be used")
            } catch let refusal as PastImport.Refusal {
                throw Failure(.failed, refusal.sentence)
            }
        }
        show(report, path, isDryRun, context)
        return report.isDone ? .ok : .failed
    }

    private static func show(
        _ report: PastImport.Report, _ path: String, _ isDryRun: Bool, _ context: Context
    ) {
        let tally = report.tally
        guard context[Common.json] else {
            if report.mistakes.count > 0 { context.errors.write(report.mistakes.description) }
            for (line, sentence) in report.refusals {
                context.errors.line("\(path):\(line): \(sentence)")
            }
            if report.isDone {
                if isDryRun { context.line("dry run; this would be the effect:") }
                context.line(
                    "\(tally.added) added, \(tally.unchanged) unchanged, \(report.badRows) skipped")
            } else {
                context.errors.line("nothing was imported")
            }
            return
        }
        var writer = Writer()
        writer.beginObject()
        writer.member("dry_run", isDryRun)
        writer.member("added", tally.added)
        writer.member("unchanged", tally.unchanged)
        writer.member("skipped", report.isDone ? report.badRows : 0)
        writer.key("mistakes")
        report.mistakes.write(to: &writer)
        writer.list("refused", report.refusals) { refusal, writer in
            writer.object { writer in
                writer.member("line", refusal.line)
                writer.member("reason", refusal.sentence)
            }
        }
        writer.endObject()
        context.json(writer.bytes)
    }
}
