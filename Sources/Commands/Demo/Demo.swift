import FoundationEssentials
import Gateway
import Glibc
import Invocation
import JSON
import Referrals
import SQLite
import Scenarios
import Sockets
import Storage
import Telemetry
import Time
import Webhooks
import Workspace

/// The main job on real fixtures in one go.
struct Demo: Command {
    static let usage = Usage(
        "demo", "post every preset's fixtures to a gateway on a scratch database and tell why",
        details: """
            Applies fixtures/workspace.json, signs each payload as its sender would, posts it over \
            HTTP and prints what was decided and why. Then it keeps serving, unless --once is said.
            """,
        options: [fixturesFolder, once, Serving.listen])

    static let fixturesFolder = Option(
        "fixtures", .path, default: "fixtures", "where workspace.json and payloads/ are",
        hasVariable: false)
    static let once = Option.flag("once", "exit when all is told", hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        var configuration = Configuration(database: "", address: context[Serving.listen])
        if context[once] { configuration.address.port = 0 }
        return try Demo(fixtures: context[fixturesFolder], context: context)
            .run(configuration, once: context[once])
    }

    let fixtures: String
    let context: Context

    func run(_ configuration: Configuration, once: Bool) throws(Failure) -> ExitCode {
        var configuration = configuration
        let scratch: ScratchFolder
        do { scratch = try ScratchFolder() } catch {
            throw Failure(.environment, error.description)
        }
        configuration.database = scratch.path + "/demo.db"
        let workspace = try apply(to: configuration.database)
        let untilStopped = once ? nil : context.world.takeSignals()
        if !once { try Serving.prepare(configuration, context) }
        let gateway: Gateway
        let port: UInt16
        do throws(GatewayError) {
            let log = Log(level: .warning, clock: context.clock, to: .standardError())
            gateway = try Gateway(configuration, clock: context.clock, log: log)
            port = try gateway.start()
        } catch {
            throw Failure(.environment, error.description)
        }
        defer { gateway.stop() }
        context.line("gateway on http://127.0.0.1:\(port), database \(configuration.database)")
        var isAsExpected = true
        for entry in workspace.sources {
            isAsExpected = try post(entry, to: port) && isAsExpected
        }
        try tellOutcomes(of: configuration.database)
        if let untilStopped {
            context.line("serving until interrupted; try: curl http://127.0.0.1:\(port)/metrics")
            untilStopped()
        }
        return isAsExpected ? .ok : .failed
    }

    private func apply(to database: String) throws(Failure) -> WorkspaceFile {
        let path = fixtures + "/workspace.json"
        let bytes = try Files.read(path)
        let folder = Folder.directory(fixtures)
        do {
            let workspace = try WorkspaceFile.read(bytes, file: path, folder: folder)
            let application = Application(
                store: try Files.store(database, for: .writer),
                box: try Files.box(database, nil), now: context.clock.now(), isDryRun: false)
            let report = try application.apply(workspace, in: folder)
            context.line(
                "applied \(path): \(report.campaigns.added) campaign,"
                    + " \(report.participants.added) participants, \(report.coupons.added) coupons,"
                    + " \(report.sources.added) sources")
            return workspace
        } catch {
            throw Failure(.environment, "\(error)")
        }
    }

    // MARK: Posting

    private func post(_ entry: SourceEntry, to port: UInt16) throws(Failure) -> Bool {
        guard let id = entry.source.id else { return true }
        let name = entry.source.preset ?? id
        let folder = fixtures + "/payloads/" + name
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasSuffix(".json") }.sorted()
        } catch {
            throw Failure(.environment, "\(folder) cannot be read")
        }
        context.line("\n\(entry.source.name), preset \(name), scheme \(entry.source.scheme)")
        var isAsExpected = true
        for file in names {
            let body = try Files.read(folder + "/" + file)
            let fields = try fields(of: body, named: file, in: folder, entry)
            let answer = try PlainClient.post(
                "/hooks/\(id)", port: port, fields: fields, body: body)
            tell(file, answer)
            // What the mapping refuses on purpose is a 422; anything else but 200 is none of ours.
            if answer.status != 200 && answer.status != 422 { isAsExpected = false }
        }
        return isAsExpected
    }

    /// The header fields its sender would send: the signature, and what stands beside the payload.
    private func fields(
        of body: [UInt8], named file: String, in folder: String, _ entry: SourceEntry
    ) throws(Failure) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if let extra = try? Files.read(folder + "/" + file.dropLast(5) + ".headers") {
            for line in String(decoding: extra, as: UTF8.self).split(whereSeparator: \.isNewline) {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                fields.append(
                    (String(parts[0]), String(parts[1].drop { $0 == " " })))
            }
        }
        if !fields.contains(where: { $0.name.lowercased() == "content-type" }) {
            fields.append(("Content-Type", "application/json"))
        }
        let id = (try? Document(parsing: body))?.root["id"]?.string ?? "demo_" + file.dropLast(5)
        do {
            let signer = try Signer(
                try entry.source.makeScheme(), secrets: entry.secrets ?? [], url: entry.source.url)
            // What the fixture says of a header, its id for one, counts.
            let said = Set(fields.map { $0.name.lowercased() })
            fields += try signer.sign(id: id, at: context.clock.now(), body: body)
                .filter { !said.contains($0.name.lowercased()) }
        } catch {
            throw Failure(.environment, "\(file) cannot be signed: \(error)")
        }
        return fields
    }

    // MARK: Telling

    private func tell(_ file: String, _ answer: PlainClient.Answer) {
        guard let root = (try? Document(parsing: answer.body))?.root else {
            return context.line("  \(file): \(answer.status)")
        }
        guard let outcome = root["outcome"]?.string, answer.status == 200 else {
            let detail = root["detail"]?.string ?? ""
            return context.line(
                "  \(file): \(answer.status) \(root["code"]?.string ?? "")\n      \(detail)")
        }
        context.line("  \(file): \(outcome)")
        if let reasons = root["reasons"] { for reason in reasons.elements { tell(reason.string) } }
        guard let rewards = root["rewards"] else { return }
        for reward in rewards.elements {
            let words = ["kind", "beneficiary", "status"].compactMap { reward[$0]?.string }
            context.line("      reward \(reward["id"]?.int ?? 0): \(words.joined(separator: ", "))")
            guard let reasons = reward["reasons"] else { continue }
            for reason in reasons.elements { tell(reason.string) }
        }
    }

    private func tell(_ reason: String?) {
        guard let reason, let code = ReasonCode(text: reason) else { return }
        context.line("      \(reason): \(code.sentence)")
    }

    /// How things stand at the end: what was parked may have been decided meanwhile.
    private func tellOutcomes(of database: String) throws(Failure) {
        let store = try Files.store(database, for: .reader)
        var counts: [Outcome: Int] = [:]
        do {
            for row in try store.events.list(of: 1, before: nil, limit: 1000) {
                counts[row.outcome, default: 0] += 1
            }
        } catch {
            throw Failure(.environment, error.description)
        }
        let words = Outcome.allCases.compactMap { outcome in
            counts[outcome].map { "\($0) \(outcome.rawValue)" }
        }
        context.line("\nevents now: " + words.joined(separator: ", "))
    }
}
