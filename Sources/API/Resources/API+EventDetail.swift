import Crypto
import Currencies
import Database
import HTTP
import Insight
import JSON
import Ledger
import Mapping
import Programmes
import Referrals
import Schemas
import Storage
import Time

// One event with all that was received and decided.
extension API {
    /// `GET /events/{id}`: the event as received, the fields that the mapping finds in it, the
    /// rewards of its conversion, and the trace of the decision.
    func event(_ call: Call, _ store: Store) throws -> Response {
        let id = call.number
        let found = try store.events.find(ID(id))
        let declarations = current.declarations
        guard let row = found, declarations.source(row.source)?.account == call.account else {
            throw Problem.noSuchEvent(id)
        }
        let explainer = try loader.versions.explainer(store, now: clock.now())
        let trace = try explainer.explain(.event(id), account: call.account).json
        let incoming = try explainer.incoming(row)
        let rewards = try row.conversion.map { try store.rewards.of($0) } ?? []
        return try .json { writer in
            writer.beginObject()
            members(of: row, declarations, to: &writer)
            writer.member("participant", row.participant?.number)
            Self.write(row, to: &writer)
            Self.write(incoming, to: &writer)
            try writer.list("rewards", rewards) { reward, writer in
                try writer.object { writer in try members(of: reward, store, to: &writer) }
            }
            writer.member("trace", raw: trace)
            writer.endObject()
        }
    }

    /// The schema of an event with its trace.
    static let tracedEventSchema = JSONSchema.named(
        "TracedEvent",
        .object(
            eventSchema.properties + [
                .required("participant", .id.nullable),
                .required(
                    "body",
                    .string.nullable.described("The body as received; null after its erasure.")),
                .required(
                    "body_encoding",
                    .choice(["utf-8", "base64"]).nullable.described(
                        "The encoding of `body`: base64 for bytes that are not UTF-8.")),
                .required(
                    "headers",
                    .array(
                        of: .object([.required("name", .string), .required("value", .string)])
                    ).described("The header fields that the mapping reads.")),
                .required("fields", fieldsSchema.nullable),
                .required(
                    "mapping_problems",
                    .array(of: .string).described(
                        "The reasons for which the mapping finds no event.")),
                .required("rewards", .array(of: rewardSchema)),
                .required("trace", Explanation.schema),
            ]))

    /// The schema of the fields that a mapping finds in a body.
    private static let fieldsSchema = JSONSchema.named(
        "MappedFields",
        .object([
            .required("goal", .string.nullable),
            .required("codes", .array(of: .string)),
            .required("business_keys", .array(of: .string)),
            .required("amount", .integer.nullable),
            .required("currency", .currency.nullable),
            .required("paid", .integer.nullable),
            .required("occurred_at", .instant.nullable),
            .required("email", .string.nullable),
            .required("customer", .string.nullable),
            .required("first_name", .string.nullable),
            .required("test", .boolean),
            .required("reversal", .choice(Reversal.Kind.self).nullable),
            .required("link", .boolean),
        ]))

    /// Writes the event as received.
    private static func write(_ row: EventRow, to writer: inout Writer) {
        let text = row.body.flatMap { String(validating: $0, as: UTF8.self) }
        writer.member("body", text ?? row.body.map { Base64.encode($0) })
        writer.member("body_encoding", row.body.map { _ in text == nil ? "base64" : "utf-8" })
        let lines = (row.fields ?? "").split(separator: "\n").filter { line in
            line.firstIndex(of: ":").map { $0 > line.startIndex } ?? false
        }
        writer.list("headers", lines) { line, writer in
            let parts = line.split(separator: ":", maxSplits: 1)
            writer.object { writer in
                writer.member("name", String(parts[0]))
                writer.member("value", parts.count > 1 ? String(parts[1].dropFirst()) : "")
            }
        }
    }

    /// Writes the fields that the mapping finds.
    private static func write(_ incoming: Incoming?, to writer: inout Writer) {
        var problems: [MappingProblem] = []
        writer.key("fields")
        switch incoming?.content {
        case .event(let event): write(event, to: &writer)
        case .unmapped(let found):
            problems = found
            writer.null()
        case .notOurs, nil: writer.null()
        }
        writer.member("mapping_problems", problems.map(\.description))
    }

    private static func write(_ event: MappedEvent, to writer: inout Writer) {
        writer.beginObject()
        writer.member("goal", event.goal)
        writer.member("codes", event.code.texts)
        writer.member("business_keys", event.businessKeys)
        writer.member("amount", event.amount)
        writer.member("currency", event.currency?.text)
        writer.member("paid", event.paid)
        writer.member("occurred_at", event.occurredAt?.rfc3339)
        writer.member("email", event.email)
        writer.member("customer", event.customer)
        writer.member("first_name", event.firstName)
        writer.member("test", event.isTest)
        writer.member("reversal", event.reversal?.rawValue)
        writer.member("link", event.isLink)
        writer.endObject()
    }
}
