import Crypto
import Database
import Declarations
import HTTP
import JSON
import Ledger
import Outbound
import Programmes
import Referrals
import Schemas
import Storage
import Time

// One delivery with the request that is sent and its attempts.
extension API {
    /// `GET /deliveries/{id}`: with the request and the attempts.
    func delivery(_ call: Call, _ store: Store) throws -> Response {
        let row = try find(call, store)
        let attempts = try store.log.attempts(at: row.id, of: row.webhook)
        let next = try nextAttempts(of: row, call, store)
        return try .json { writer in
            writer.beginObject()
            Self.members(of: row, next, to: &writer)
            try writeRequest(of: row, call, store, to: &writer)
            writer.list("attempt_log", attempts) { attempt, writer in
                writer.object { Self.members(of: attempt, to: &$0) }
            }
            writer.endObject()
        }
    }

    /// The schema of a delivery with its attempts.
    static let deliveryDetailSchema = JSONSchema.named(
        "DeliveryDetail",
        .object(
            deliverySchema.properties + [
                .required("request", requestSchema),
                .required(
                    "attempt_log",
                    .array(
                        of: .object([
                            .required("started_at", .instant),
                            .required("latency_ms", .count.nullable),
                            .required("status", .integer.nullable),
                            .required("error", .string.nullable),
                            .required("detail", .string.nullable),
                            .required(
                                "answer",
                                .string.nullable.described("The start of the receiver's answer.")),
                        ]))),
            ]))

    private static let requestSchema = JSONSchema.named(
        "DeliveryRequest",
        .object([
            .required("method", .string.nullable.described("Null for a deleted webhook.")),
            .required("url", .string.nullable),
            .required(
                "headers",
                .array(
                    of: .object([
                        .required("name", .string),
                        .required(
                            "value",
                            .string.nullable.described(
                                "Null for credentials, and for signatures, which differ in each"
                                    + " attempt.")),
                    ]))),
            .required(
                "body",
                .string.nullable.described(
                    "The body of the notification; null if its subject is gone.")),
            .required(
                "body_is_stored",
                .boolean.described(
                    "True if `body` is what was sent. The bodies of delivered notifications are not"
                        + " stored: `body` is then what the notification would say now.")),
        ]))

    /// Writes the request of a delivery, under the present declaration of its webhook.
    private func writeRequest(
        of row: DeliveryLog.Row, _ call: Call, _ store: Store, to writer: inout Writer
    ) throws {
        let webhook = try store.catalog.webhook(row.webhook).flatMap {
            $0.account == call.account ? $0 : nil
        }
        let declared = try webhook.map { try declaration(of: $0) }
        let stored = try store.log.body(of: row.id, to: row.webhook)
        let body =
            try stored
            ?? NotificationPreview.body(
                of: row,
                in: declared.map { NotificationForm(of: $0) } ?? NotificationForm(.standard),
                campaigns: current.declarations.campaigns.mapValues(\.note), store)
        let credentials = webhook.flatMap { try? loader.secrets(of: $0) }?.credentials ?? []
        writer.object("request") { writer in
            writer.member("method", declared?.method.rawValue)
            writer.member("url", declared?.url)
            let fields =
                Endpoint.ownFields.map { (name: $0.name, value: String?($0.value)) }
                + (declared?.headers ?? []).map { (name: $0.name, value: String?($0.value)) }
                + credentials.map { (name: $0.name, value: nil) }
                + NotificationReference.fields.map { (name: $0.name, value: nil) }
            writer.list("headers", declared == nil ? [] : fields) { field, writer in
                writer.object { writer in
                    writer.member("name", field.name)
                    writer.member("value", field.value)
                }
            }
            writer.member("body", body.map { String(decoding: $0, as: UTF8.self) })
            writer.member("body_is_stored", stored != nil)
        }
    }

    private static func members(of attempt: OutboxTable.Attempt, to writer: inout Writer) {
        writer.member("started_at", attempt.startedAt.rfc3339)
        writer.member(
            "latency_ms",
            attempt.latency.map { latency in
                let (seconds, attoseconds) = latency.components
                return seconds * 1000 + attoseconds / 1_000_000_000_000_000
            })
        writer.member("status", attempt.status)
        writer.member("error", attempt.error)
        writer.member("detail", attempt.detail)
        writer.member("answer", attempt.answer)
    }
}
