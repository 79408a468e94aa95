import Conditions
import Declarations
import Invocation
import JSON
import Programmes
import Reading
import Referrals
import Rules
import Scenarios
import Storage
import Workspace

/// The command that compares two versions of the rules of campaigns, and finds facts on which they
/// decide differently.
enum RuleDiffing: Command {
    static let usage = Usage(
        "rules diff", "compare two versions of rules, and find facts that they decide differently",
        details: """
            Compares the campaigns of two workspace files, or two versions that a database keeps \
            of one campaign: LIVE is the old one, DRAFT the new one. With --campaign and one file, \
            the campaign in the database is compared with that of the file.

            Facts are found by trying the values around the bounds of both rule sets, alone and \
            in pairs. Facts that are not tried may be decided differently, too. --save writes a \
            scenario for each difference; it passes with the old rules and fails with the new \
            ones.

            Exit code 1 if the rules decide some facts differently.
            """,
        operands: [files],
        options: [
            campaign, versions, limit, save, Common.database, Common.account, Common.test,
            Common.zoneinfo, Common.json,
        ])

    static let files = Operand<[String]>.repeated(
        "FILE", .path, "the workspace files LIVE and DRAFT", least: 0)
    static let campaign = Option<Int?>.optional(
        "campaign", .integer(in: 1...Int.max), "the number of the only campaign to compare",
        hasVariable: false)
    static let versions = Option<String?>.optional(
        "versions", .text("OLD,NEW"), "two versions of the campaign in the database",
        hasVariable: false)
    static let limit = Option(
        "limit", .integer(in: 1...1000), default: "20",
        "the maximum number of differences for each campaign", hasVariable: false)
    static let save = Option<String?>.optional(
        "save", .path, "write a scenario for each difference into this folder",
        hasVariable: false)

    /// Two versions of one campaign.
    private struct Pair {
        let old: CampaignDeclaration
        let new: CampaignDeclaration
        /// The old declarations for scenarios, and how a scenario names them.
        let workspace: WorkspaceFile
        let given: Given
    }

    private enum Given {
        case file(String)
        case text([UInt8])
    }

    static func run(_ context: Context) throws -> ExitCode {
        let zones = ZoneFolder.zones(in: context[Common.zoneinfo])
        let pairs = try pairs(context)
        var compared: [(pair: Pair, comparison: RuleComparison)] = []
        for pair in pairs {
            let comparison = RuleComparison(
                pair.old, pair.new, zones: zones, atMost: context[limit])
            guard let comparison else {
                throw Failure(.failed, "an expression does not compile; see `rules check`")
            }
            compared.append((pair, comparison))
        }
        if context[Common.json] {
            context.json(json(compared))
        } else {
            for (pair, comparison) in compared {
                context.line("\(pair.old.rules.name), campaign \((pair.old.id ?? ID(1)).number)")
                context.line(comparison.description)
                context.line("")
            }
            context.line(RuleComparison.caution)
        }
        try saveScenarios(compared, context)
        return compared.allSatisfy(\.comparison.differences.isEmpty) ? .ok : .failed
    }

    private static func json(
        _ compared: [(pair: Pair, comparison: RuleComparison)]
    ) -> [UInt8] {
        var writer = Writer()
        writer.beginObject()
        writer.list("campaigns", compared) { one, writer in
            writer.object { writer in
                writer.member("id", (one.pair.old.id ?? ID(1)).number)
                writer.member("name", one.pair.old.rules.name)
                one.comparison.write(to: &writer)
            }
        }
        writer.endObject()
        return writer.bytes
    }

    // MARK: Rules

    private static func pairs(_ context: Context) throws -> [Pair] {
        let paths = context[files]
        switch (paths.count, context[campaign], context[versions]) {
        case (2, let number, nil):
            let old = try RuleMutating.workspaceFile(paths[0])
            let new = try RuleMutating.workspaceFile(paths[1])
            let pairs = old.campaigns.compactMap { entry -> Pair? in
                let id = entry.campaign.id ?? ID(1)
                guard number.map({ Int64($0) == id.number }) ?? true else { return nil }
                let other = new.campaigns.first { ($0.campaign.id ?? ID(1)) == id }
                return other.map {
                    Pair(
                        old: entry.campaign, new: $0.campaign, workspace: old,
                        given: .file(paths[0]))
                }
            }
            guard !pairs.isEmpty else {
                throw Failure(.failed, "the files have no campaign with the same number")
            }
            return pairs
        case (1, let number?, nil):
            let draft = try RuleMutating.workspaceFile(paths[0])
            let new = draft.campaigns.first { $0.campaign.id?.number == Int64(number) }
            guard let new else {
                throw Failure(.failed, "\(paths[0]) has no campaign \(number)")
            }
            let old = try stored(number, versions: [nil], context)
            return [pair(old[0], new.campaign)]
        case (0, let number?, let text?):
            let numbers = text.split(separator: ",").map { Int64($0) }
            guard numbers.count == 2, !numbers.contains(nil) else {
                throw Failure(.usage, "--versions needs two numbers with a comma, such as 3,5")
            }
            let both = try stored(number, versions: numbers, context)
            return [pair(both[0], both[1])]
        default:
            throw Failure(
                .usage,
                "give two files, or --campaign with one file, or --campaign with --versions")
        }
    }

    private static func pair(_ old: CampaignDeclaration, _ new: CampaignDeclaration) -> Pair {
        var writer = Writer()
        writer.object { $0.list("campaigns", [old]) { $0.write(to: &$1) } }
        return Pair(
            old: old, new: new,
            workspace: WorkspaceFile(campaigns: [CampaignEntry(campaign: old)]),
            given: .text(writer.bytes))
    }

    /// Versions of a campaign in the database; nil for the one in force.
    private static func stored(
        _ number: Int, versions: [Int64?], _ context: Context
    ) throws -> [CampaignDeclaration] {
        let database = context[Common.database]
        let store = try Files.store(database, for: .reader)
        return try Files.using(database) {
            let side = try Common.choice(context).side(in: store.catalog)
            let id = side.flatMap { ID<Campaign>(ID(Int64(number)), of: $0) }
            guard let id, let row = try store.catalog.campaign(id), row.account == side else {
                throw Failure(.failed, "there is no campaign \(number)")
            }
            return try versions.map { version in
                let wanted = version ?? Int64(row.version)
                guard let found = try store.catalog.version(wanted, of: id) else {
                    throw Failure(
                        .failed,
                        "campaign \(number) has no version \(wanted); it has 1 to \(row.version)")
                }
                return try CampaignDeclaration.read(stored: Array(found.document.utf8))
            }
        }
    }

    // MARK: Scenarios

    private static func saveScenarios(
        _ compared: [(pair: Pair, comparison: RuleComparison)], _ context: Context
    ) throws {
        guard let path = context[save] else { return }
        for (pair, comparison) in compared {
            let folder: ScenarioFolder
            let given: FactScenario.Given
            switch pair.given {
            case .file(let file):
                folder = try ScenarioFolder(path, workspace: file)
                given = .file(file)
            case .text(let text):
                folder = try ScenarioFolder(path, workspace: text)
                given = .text(text)
            }
            var changed = pair.workspace
            for index in changed.campaigns.indices
            where changed.campaigns[index].campaign.id == pair.old.id {
                changed.campaigns[index].campaign = pair.new
            }
            for (index, difference) in comparison.differences.enumerated() {
                let trial = FactScenario(
                    "Decided differently by a draft: \(difference.title)",
                    of: difference.situation, usual: difference.usual, in: pair.old)
                let witness = try? Witness(
                    trial, given, in: .directory(""), of: pair.workspace, against: changed)
                guard let witness else {
                    context.errors.line(
                        "difference \(index + 1) was not saved: no scenario reaches it")
                    continue
                }
                let number = (pair.old.id ?? ID(1)).number
                let file = try folder.save(
                    witness, as: "difference-\(number)-\(index + 1)")
                context.errors.line("saved \(file)")
            }
        }
    }
}
