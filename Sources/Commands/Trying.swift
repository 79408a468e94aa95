import Crypto
import Database
import Declarations
import Gateway
import HTTP
import Inbound
import Invocation
import JSON
import Ledger
import Mapping
import Programmes
import Reading
import Referrals
import Scenarios
import Storage
import Time
import Webhooks
import Workspace

/// The command that tries one payload on a database without storing anything.
enum Trying: Command {
    static let usage = Usage(
        "try", "show what one payload of a source would do, without storing anything",
        details: """
            Prints the result of the signature's check, each field of the mapping with its \
            expression, the decision with every check, and the notifications that would be sent. \
            Works on the database file, also while a gateway serves it. Headers come from \
            --header and from the file beside the payload: NAME.headers beside NAME.json. Exit \
            code 1 if the partner would get a refusal.
            """,
        operands: [source, file],
        options: [
            Common.database, Common.account, Common.test, Common.keyFile, Common.zoneinfo, header,
            unsigned, Common.json,
        ])

    static let source = Operand("SOURCE", .text("SOURCE"), "the id or the name of the source")
    static let file = Operand("FILE", .path, "the file with the body; `-` for standard input")
    static let header = Option<[Scenario.Header]>.repeated(
        "header", headers, "a header of the delivery, such as 'webhook-id: 1'", hasVariable: false)
    static let unsigned = Option.flag(
        "unsigned", "skip the check of the signature", hasVariable: false)

    private static let headers = Kind<Scenario.Header>(
        "LINE", allowed: "a header line such as 'webhook-id: 1' is needed"
    ) { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, isFieldName(String(parts[0])) else { return nil }
        let value = String(parts[1].drop { $0 == " " })
        return isFieldValue(value) ? Scenario.Header(name: String(parts[0]), value: value) : nil
    }

    static func run(_ context: Context) throws -> ExitCode {
        var delivery = Trial.Delivery(body: [], verifies: !context[unsigned])
        let path = context[file]
        var lines = context[header]
        if Files.isLasting(path) {
            let message: RecordedMessage
            do throws(FileFailure) {
                message = try RecordedMessage.read(path, in: .directory(""))
            } catch {
                throw Failure(.environment, error.description)
            }
            delivery.body = message.body
            lines = message.headers + lines
        } else {
            delivery.body = try Files.read(path)
        }
        for line in lines where line.value != nil {
            delivery.fields.append(stored: line.name, line.value ?? "")
        }
        let database = context[Common.database]
        let store = try Files.store(database, for: .trial, tellingOf: context.errors)
        let box = try Files.box(for: store, keyFile: context[Common.keyFile], database, .trial)
        let trial = try Files.using(database) {
            try run(delivery, store, box, context)
        }
        if context[Common.json] {
            var writer = Writer()
            trial.write(to: &writer)
            context.json(writer.bytes)
        } else {
            for line in trial.lines { context.line(line) }
        }
        return trial.isRefused ? .failed : .ok
    }

    private static func run(
        _ delivery: Trial.Delivery, _ store: Store, _ box: SecretBox, _ context: Context
    ) throws -> Trial {
        let loader = DeclarationLoader(
            box: box, zones: ZoneFolder.zones(in: context[Common.zoneinfo]))
        store.recognizeDeletedPeople(with: box)
        let processor = EventProcessor(
            store, declarations: try loader.load(store),
            earlierRules: loader.versions.earlierRules(store), randomBytes: SecureRandom.bytes)
        let side = try Common.choice(context).side(in: store.catalog)
        let wanted = context[source]
        return try Trial.run(
            delivery, on: processor, loader.versions, at: context.clock.now()
        ) { declarations in
            let rows = try store.catalog.sources()
                .filter { $0.account == side && !$0.isDeleted }
            let row =
                rows.first { $0.id == wanted } ?? rows.first { name(of: $0) == wanted }
            guard let row, let settings = declarations.source(row.number) else {
                let known = rows.map(\.id).joined(separator: ", ")
                throw Failure(
                    .failed, "there is no source \(wanted) (known sources: \(known))")
            }
            return settings
        }
    }

    private static func name(of row: Catalog.SourceRow) -> String? {
        (try? SourceDeclaration.read(stored: Array(row.document.utf8)))?.name
    }
}

extension Trial {
    /// True if the partner would get a refusal.
    var isRefused: Bool {
        refusal != nil
            || events.contains { if case .refused = $0.answer { true } else { false } }
    }

    /// The result as text for people.
    var lines: [String] {
        var lines: [String] = []
        switch signature {
        case .valid: lines.append("signature  valid")
        case .refused(let refusal):
            lines.append("signature  \(refusal.verdict): \(refusal.description)")
        case .unchecked: lines.append("signature  not checked")
        }
        if let refusal {
            lines.append("refused    \(refusal.status.code) \(refusal.code): \(refusal.detail)")
        }
        for event in events { lines += [""] + event.lines }
        if leftOut > 0 { lines.append("\(leftOut) more events were not tried") }
        lines.append("")
        lines.append("nothing was stored")
        return lines.map { HiddenText.escaped($0) }
    }
}

extension Trial.Tried {
    fileprivate var lines: [String] {
        var lines = ["event      \(eventID)"]
        let width = fields.map(\.field.name.count).max() ?? 0
        for field in fields {
            let name = field.field.name
            lines.append(
                "  " + name + String(repeating: " ", count: width - name.count) + "  "
                    + field.words + "   " + field.expressions.joined(separator: ", "))
            lines += field.problems.map { "    problem: \($0)" }
        }
        switch answer {
        case .recorded(let recorded):
            let reasons = recorded.reasons.map(\.text).joined(separator: ", ")
            lines.append(
                "decision   \(recorded.outcome.rawValue)" + (reasons.isEmpty ? "" : "  \(reasons)"))
            lines += recorded.rewards.map {
                "reward     \($0.kind.rawValue) for the \($0.beneficiary.rawValue): "
                    + $0.status.rawValue
            }
        case .refused(let refused):
            lines.append("refused    \(refused.problem.code): \(refused.problem.detail)")
        }
        if let trace {
            lines += trace.text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { "  " + $0 }
        }
        for notification in notifications {
            lines.append(
                "notifies   \(notification.name): \(notification.type)  \(notification.method)"
                    + " \(notification.url)")
            if let body = notification.body {
                lines.append("  " + String(decoding: body, as: UTF8.self))
            }
        }
        return lines
    }
}

extension ShownField {
    fileprivate var words: String {
        switch value {
        case .absent: "-"
        case .text(let text): text
        case .texts(let texts): texts.isEmpty ? "-" : texts.joined(separator: ", ")
        case .integer(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        }
    }
}
