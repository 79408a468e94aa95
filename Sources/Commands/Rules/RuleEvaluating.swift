import Conditions
import Gateway
import Insight
import Invocation
import JSON
import Mapping
import Programmes
import Reading
import Referrals
import Rules
import Storage
import Time

/// The command that evaluates one expression on given facts, and shows the steps.
enum RuleEvaluating: Command {
    static let expression = Operand(
        "EXPR", .anything, "the expression, as in a workspace file")
    static let factsFile = Option<String?>.optional(
        "facts", .path,
        "a JSON file with any of event, payload, lead, referrer, campaign, now and headers; other members are variables of their own name",
        hasVariable: false)
    static let event = Option<Int?>.optional(
        "event", .integer(in: 1...Int.max),
        "the number of a stored event whose facts are used instead of --facts",
        hasVariable: false)

    static let usage = Usage(
        "rules eval", "evaluate one expression and print its value, type, cost and every part",
        details: """
            The expression may be a condition, a mapping or a filter. Without --facts and \
            --event only `now` has a value, and the facts that the expression reads are \
            listed, with an example of a file for --facts. Values of a stored event that concern a person are \
            printed as `(redacted)`.

            Exit code 1 if the expression is unknown for these facts, 2 if it is invalid.
            """,
        operands: [expression],
        options: [
            factsFile, event, Common.database, Common.zoneinfo, Common.json,
        ])

    static func run(_ context: Context) throws -> ExitCode {
        let (facts, hidden) = try facts(context)
        for note in facts.notes { context.errors.line("note: \(note)") }
        let program: Program
        do {
            program = try Program.compile(context[expression], in: facts.environment)
        } catch {
            refuse(error, context)
            return .usage
        }
        let evaluation = Evaluation(
            program, facts.activation, hiding: hidden,
            hasFacts: context[factsFile] != nil || context[event] != nil)
        if context[Common.json] {
            context.json(evaluation.json)
        } else {
            context.line(evaluation.description)
        }
        return evaluation.isKnown ? .ok : .failed
    }

    // MARK: Facts

    private static func facts(_ context: Context) throws -> (TrialFacts, HiddenValues) {
        let zones = ZoneFolder.zones(in: context[Common.zoneinfo])
        switch (context[factsFile], context[event]) {
        case (.some, .some): throw Failure(.usage, "give only one of --facts and --event")
        case (nil, let number?): return try facts(ofEvent: Int64(number), zones, context)
        case (let path, nil):
            let document = try path.map { try read($0) }
            do throws(TrialFacts.Fault) {
                let facts = try TrialFacts(
                    document?.root, functions: CompiledMapping.environment.functions,
                    now: context.clock.now(), zones: zones)
                return (facts, .none)
            } catch {
                throw Failure(.usage, "\(path ?? ""): \(error)")
            }
        }
    }

    private static func read(_ path: String) throws(Failure) -> Document {
        let bytes = try Files.read(path)
        do {
            return try Document(parsing: bytes)
        } catch {
            throw Failure(
                .usage,
                "\(path):\(error.line):\(error.column): this is not JSON:"
                    + " \(error.reason.description)")
        }
    }

    private static func facts(
        ofEvent number: Int64, _ zones: Zones, _ context: Context
    ) throws -> (TrialFacts, HiddenValues) {
        let database = context[Common.database]
        let store = try Files.store(database, for: .reader)
        let explainer = try Versions(zones: zones).explainer(store, now: context.clock.now())
        switch try explainer.facts(of: ID(number)) {
        case .found(let conditions, let headers, let hidden):
            let facts = TrialFacts(
                conditions: conditions, headers: headers,
                functions: CompiledMapping.environment.functions, zones: zones)
            return (facts, hidden)
        case .lost(let why): throw Failure(.failed, "event \(number): \(why)")
        case .unknown: throw Failure(.failed, "there is no event \(number)")
        }
    }

    // MARK: Refusals

    private static func refuse(_ errors: CompileErrors, _ context: Context) {
        guard context[Common.json] else {
            for diagnostic in errors.diagnostics {
                context.errors.line(diagnostic.description)
            }
            return
        }
        var writer = Writer()
        writer.beginObject()
        writer.key("errors")
        writer.diagnostics(errors.diagnostics)
        writer.endObject()
        context.json(writer.bytes)
    }
}
