import HTTP
import Inbound
import Insight
import JSON
import Ledger
import Mapping
import Referrals
import Schemas
import Webhooks

extension Trial {
    /// The schema of the object that `write` writes.
    package static let schema = JSONSchema.named(
        "Trial",
        .object([
            .required("dry_run", .constant(true)),
            .required("source", .string.described("The id of the source.")),
            .required(
                "signature",
                .object([
                    .required(
                        "checked",
                        .boolean.described(
                            "False if the check was skipped, or not reached.")),
                    .required("valid", .boolean.nullable),
                    .required("verdict", .string.nullable),
                    .required("sentence", .string.nullable),
                ])),
            .required(
                "problem",
                Problem.schema.nullable.described(
                    "The refusal of the delivery as a whole; null if it is accepted.")),
            .required("events", .array(of: eventSchema)),
            .required(
                "left_out",
                .count.described("The number of events of a long list that were not tried.")),
        ]))

    private static let eventSchema = JSONSchema.named(
        "TriedEvent",
        .object([
            .required("event_id", .string),
            .required(
                "fields",
                .array(
                    of: .object([
                        .required("field", .string),
                        .required("expressions", .array(of: .string)),
                        .required(
                            "value",
                            .anything.described("Null if the expression gives no value.")),
                        .required("problems", .array(of: .string)),
                    ]))),
            .required(
                "decision",
                Answer.Recorded.schema(isAlone: false).nullable.described(
                    "The answer to the partner; its numbers are not taken.")),
            .required(
                "problem",
                Problem.schema.nullable.described(
                    "The refusal of this event; null if it is decided.")),
            .required("trace", Explanation.schema.nullable),
            .required(
                "notifications",
                .array(
                    of: .object([
                        .required("webhook", .id),
                        .required("name", .string),
                        .required("type", .string),
                        .required("method", .string),
                        .required("url", .string),
                        .required("body", .string.nullable),
                    ]))),
        ]))

    /// Writes the result as one object.
    package func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("dry_run", true)
        writer.member("source", source)
        writer.object("signature") { writer in signature.write(to: &writer) }
        writer.key("problem")
        if let refusal { refusal.append(to: &writer) } else { writer.null() }
        writer.list("events", events) { $0.write(to: &$1) }
        writer.member("left_out", leftOut)
        writer.endObject()
    }
}

extension Trial.Signature {
    fileprivate func write(to writer: inout Writer) {
        switch self {
        case .valid, .refused:
            writer.member("checked", true)
            writer.member("valid", self == .valid)
        case .unchecked:
            writer.member("checked", false)
            writer.key("valid")
            writer.null()
        }
        if case .refused(let refusal) = self {
            writer.member("verdict", refusal.verdict)
            writer.member("sentence", refusal.description)
        } else {
            writer.member("verdict", self == .valid ? "valid" : nil)
            writer.member("sentence", String?.none)
        }
    }
}

extension Trial.Tried {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("event_id", eventID)
        writer.list("fields", fields) { $0.write(to: &$1) }
        writer.key("decision")
        switch answer {
        case .recorded(let recorded):
            recorded.append(to: &writer, isAlone: false)
            writer.key("problem")
            writer.null()
        case .refused(let refused):
            writer.null()
            writer.key("problem")
            refused.problem.append(to: &writer)
        }
        writer.key("trace")
        if let trace { writer.raw(trace.json) } else { writer.null() }
        writer.list("notifications", notifications) { notification, writer in
            writer.beginObject()
            writer.member("webhook", notification.webhook.number)
            writer.member("name", notification.name)
            writer.member("type", notification.type)
            writer.member("method", notification.method)
            writer.member("url", notification.url)
            writer.member("body", notification.body.map { String(decoding: $0, as: UTF8.self) })
            writer.endObject()
        }
        writer.endObject()
    }
}

extension ShownField {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("field", field.name)
        writer.member("expressions", expressions)
        writer.key("value")
        switch value {
        case .absent: writer.null()
        case .text(let text): writer.string(text)
        case .texts(let texts): writer.array(texts) { $1.string($0) }
        case .integer(let number): writer.integer(number)
        case .flag(let flag): writer.bool(flag)
        }
        writer.member("problems", problems.map(\.description))
        writer.endObject()
    }
}
