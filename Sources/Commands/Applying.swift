import Database
import Declarations
import Gateway
import Invocation
import JSON
import Programmes
import Reading
import Referrals
import Storage
import Synchronization
import Time
import Transport
import Workspace

/// The command that applies a workspace file to a database.
enum Applying: Command {
    static let usage = Usage(
        "apply", "declare account, campaigns, participants, coupons, sources and webhooks",
        details: """
            Adds and changes declarations, never removes any, and sends no notifications. It may \
            run while a gateway serves the same database.

            The whole file is checked first. If it has mistakes, all of them are printed with \
            line and column and nothing is written. The changes are then written in short \
            transactions, so that the gateway keeps answering. If apply is interrupted, the part \
            that was written stays; apply the file again to finish.

            A webhook that is declared without a secret gets a new one, which is printed once. \
            If the URL of a webhook moves to another host, its `credentials` must be declared \
            again. A file whose account has another name than the database's is refused; see \
            `refgate accounts rename`.

            If the file names scenarios in `tests`, they are played first, on scratch databases \
            with the declarations of the file. If one of them fails, it is printed and nothing is \
            written.

            With several accounts in the database the file belongs to the one that it names, or to \
            --account. With --test everything is declared on the account's test side.
            """,
        operands: [workspace],
        options: [
            Common.database, Common.account, Common.test, Common.keyFile, Common.allowTargets,
            Common.allowHTTPTargets, Common.paidPlanFor, dryRun, replaceSecrets, Common.json,
        ])

    static let workspace = Operand(
        "WORKSPACE", .path, "the workspace file, such as fixtures/workspace.json")
    static let dryRun = Option.flag(
        "dry-run", "check everything and print the changes without making them", hasVariable: false)

    static let replaceSecrets = Option.flag(
        "replace-secrets",
        "replace stored secrets that were rotated over the API by the declared ones",
        hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        let path = context[Self.workspace]
        let database = context[Common.database]
        let bytes = try Files.read(path)
        let isDryRun = context[dryRun]
        // A file with mistakes creates no database. Another process may create one meanwhile, so
        // this is checked once.
        let isNew = Store.isAbsent(database)
        var store =
            if isNew {
                try Files.store(Store.inMemory, for: .writer)
            } else {
                try Files.store(
                    database, for: isDryRun ? .trial : .writer, tellingOf: context.errors)
            }
        let folder = Folder.directory(Files.folder(of: path))
        let choice = Common.choice(context)
        let known = try Files.using(database) {
            try Self.known(store, database, isNew: isNew, choice, declaredIn: bytes, context)
        }
        let workspace: WorkspaceFile
        do throws(Mistakes) {
            workspace = try WorkspaceFile.read(
                bytes, file: path, folder: folder, known: known)
        } catch {
            if context[Common.json] {
                var writer = Writer()
                error.write(to: &writer)
                context.json(writer.bytes)
            } else {
                context.errors.write(error.description)
            }
            return .failed
        }
        guard try WorkspaceTests(workspace, at: path).pass(context) else { return .failed }
        if isNew, !isDryRun {
            store = try Files.store(database, for: .writer, tellingOf: context.errors)
        }
        for warning in Files.permissionWarnings(database) {
            context.errors.line("refgate: warning: " + warning)
        }
        let box = try Files.box(
            for: store, keyFile: context[Common.keyFile], database, isDryRun ? .trial : .use)
        let application = Application(
            store: store, box: box, now: context.clock.now(), for: choice, isDryRun: isDryRun)
        if context[replaceSecrets] { application.secretPolicy = .replacingFile }
        let report = try Files.using(database) {
            do { return try application.apply(workspace, in: folder) } catch {
                // The new secrets are stored, and cannot be shown later.
                showMadeSecrets(application.report, isDryRun, context.errors)
                guard let failure = error as? Application.Failure else { throw error }
                throw Failure(.failed, failure.description)
            }
        }
        show(report, isDryRun, context[Common.json], context)
        if let failure = context.output.failure, !isDryRun, !report.madeSecrets.isEmpty {
            let lost = lost(report.madeSecrets)
            guard failure == .closed else { throw lost }
            context.errors.line("refgate: warning: \(lost.message)")
        }
        return .ok
    }

    /// Returns the failure for secrets that could not be printed: they are stored sealed, and
    /// applying the file again does not show them.
    private static func lost(_ secrets: [Application.MadeSecret]) -> Failure {
        let names = secrets.map { "'\(HiddenText.escaped($0.webhook))'" }.joined(separator: ", ")
        return Failure(
            .environment,
            "everything was applied, but the secrets generated for webhooks could not be shown:"
                + " \(names); create new ones with POST /api/v1/webhooks/ID/rotate-secret, whose"
                + " response has the secret")
    }

    /// The stored declarations, so that a file may omit members that do not change.
    private static func known(
        _ store: Store, _ path: String, isNew: Bool, _ choice: AccountChoice,
        declaredIn file: [UInt8], _ context: Context
    ) throws -> Known {
        let destinations = Common.destinations(context)
        // Mistakes in the file are reported when it is read.
        let declared = (try? Document(parsing: file))?.root["account"]?["name"]?.string
        let account = try choice.account(in: store.catalog, declared: declared)
        let side = try account.map { try store.catalog.side(choice.mode, of: $0.id) }
        let codes =
            isNew
            ? nil
            : CodeLookup(
                try Store.open(path, for: .reader),
                account: side ?? ID(0))
        var known = try Known(storedIn: store, of: side)
        known.plan = account.flatMap { AccountDeclaration.Plan(rawValue: $0.plan) }
        known.campaignOfCode = { codes?.campaign(of: $0) }
        known.refusal = { url in
            do throws(DestinationFault) {
                _ = try destinations.judge(url)
                return nil
            } catch {
                return error.description
            }
        }
        known.paidPlanFor = Set(context[Common.paidPlanFor])
        return known
    }

    private static func showMadeSecrets(
        _ report: Application.Report, _ isDryRun: Bool, _ output: Output
    ) {
        // The secrets of a dry run are not stored.
        for made in isDryRun ? [] : report.madeSecrets {
            output.line("secret of \(made.webhook), shown only once: \(made.secret)")
        }
    }

    private static func show(
        _ report: Application.Report, _ isDryRun: Bool, _ asJSON: Bool, _ context: Context
    ) {
        let tallies = [
            ("campaigns", report.campaigns), ("participants", report.participants),
            ("coupons", report.coupons), ("sources", report.sources),
            ("webhooks", report.webhooks),
        ]
        guard asJSON else {
            if isDryRun { context.line("dry run; these changes would be made:") }
            if let account = report.account {
                context.line("account: \(HiddenText.escaped(account))")
            }
            for (name, tally) in tallies {
                context.line(
                    "\(name): \(tally.added) added, \(tally.changed) changed,"
                        + " \(tally.unchanged) unchanged")
            }
            if !report.sourceIDs.isEmpty {
                context.line(
                    "addresses: "
                        + report.sourceIDs.map { "/hooks/\($0)" }.joined(separator: " "))
            }
            for name in report.keptSecrets {
                context.line(
                    "the secrets of \(name) were rotated after the file was written and are kept;"
                        + " --replace-secrets replaces them with the declared ones")
            }
            for name in report.unusable {
                context.line(
                    "the secrets of \(name) cannot be decrypted, so it cannot be used; declare its"
                        + " secrets again")
            }
            for reward in report.unbounded {
                context.line(
                    "\(reward) has no upper limit: it is a share of the amount; declare a max"
                        + " in its value, or a budget")
            }
            show(report.addressConflicts, context)
            showMadeSecrets(report, isDryRun, context.output)
            return
        }
        var writer = Writer()
        writer.beginObject()
        writer.member("dry_run", isDryRun)
        if let account = report.account { writer.member("account", account) }
        for (name, tally) in tallies {
            writer.key(name)
            writer.beginObject()
            writer.member("added", tally.added)
            writer.member("changed", tally.changed)
            writer.member("unchanged", tally.unchanged)
            writer.endObject()
        }
        if !isDryRun, !report.madeSecrets.isEmpty {
            writer.key("made_secrets")
            writer.beginObject()
            for made in report.madeSecrets {
                writer.member(made.webhook, made.secret)
            }
            writer.endObject()
        }
        for (key, names) in [
            ("kept_secrets", report.keptSecrets), ("unusable_secrets", report.unusable),
            ("unbounded_rewards", report.unbounded),
        ] where !names.isEmpty {
            writer.member(key, names)
        }
        if !report.addressConflicts.isEmpty {
            writer.key("address_conflicts")
            writer.beginArray()
            for conflict in report.addressConflicts {
                writer.beginObject()
                writer.member("participant", conflict.participant)
                writer.member("kept_by", conflict.keptBy)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        context.json(writer.bytes)
    }

    private static let mostConflictsNamed = 50

    private static func show(_ conflicts: [Catalog.AddressConflict], _ context: Context) {
        for conflict in conflicts.prefix(mostConflictsNamed) {
            context.line(
                conflict.keptBy.map {
                    "participants \(conflict.participant) and \($0) had the same address, and \($0)"
                        + " keeps it; give participant \(conflict.participant) another one"
                }
                    ?? "the stored address of participant \(conflict.participant) cannot be read;"
                    + " give the participant another one")
        }
        let more = conflicts.count - mostConflictsNamed
        if more > 0 { context.line("\(more) more participants need another address") }
    }
}

/// Finds the campaigns of stored codes over a connection of its own.
// Sendable because the connection is used only under the lock, by one thread at a time.
private final class CodeLookup: @unchecked Sendable {
    private let lock = Mutex(())
    private let store: Store
    private let account: ID<Account>

    init(_ store: Store, account: ID<Account>) {
        self.store = store
        self.account = account
    }

    func campaign(of code: ReferralCode) -> CampaignNumber? {
        lock.withLock { _ in
            try? store.participants.find(code: code.text, account: account)?
                .participant.campaign.declared
        }
    }
}
