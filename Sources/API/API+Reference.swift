import HTTP
import JSON
import Outbound
import Referrals
import Schemas
import Storage
import Transport

// The API's description of itself: the OpenAPI document, the types of notifications, and the reason
// codes.
extension API {
    static let referenceRoutes: [Route] = [
        .open(
            "openapi.json", "showOpenAPI", "Show the OpenAPI document of all routes",
            answering: .ok(openAPISchema), by: API.openAPI),
        .get(
            "event-types", "listEventTypes",
            "List the types of notifications, with schema and example in each dialect",
            answering: .ok(Page.schema(of: eventTypeSchema, with: [])), by: API.eventTypes),
        .get(
            "reasons", "listReasons", "List the reason codes with meaning and remedy",
            answering: .ok(Page.schema(of: reasonSchema, with: [])), by: API.reasons),
    ]

    private static let openAPISchema = JSONSchema.object(
        [.required("openapi", .string)]
            + ["info", "servers", "security", "paths", "webhooks", "components"].map {
                .required($0, .anything)
            })

    /// `GET /openapi.json`: the document, for any client.
    func openAPI(_ reply: Reply) {
        let response = Response(status: .ok, contentType: .json, body: OpenAPIDocument.bytes)
        reply.answer(CrossOrigin.open(response, true))
    }

    /// `GET /event-types`: all types, on one page.
    func eventTypes(_ call: Call, _ store: Store) throws -> Response {
        Response(status: .ok, contentType: .json, body: Self.eventTypeList)
    }

    private static let eventTypeList = page(NotificationType.allCases) { type, json in
        json.object { json in
            json.member("type", type.rawValue)
            json.member("summary", type.summary)
            json.object("dialects") { json in
                for dialect in NotificationReference.dialects(of: type) {
                    json.object(dialect.name) { json in
                        json.member("schema", raw: dialect.schema.document(titled: type.rawValue))
                        json.member("fields", dialect.fields)
                        json.member("example", raw: dialect.example)
                    }
                }
            }
        }
    }

    private static let eventTypeSchema = JSONSchema.named(
        "EventType",
        .object([
            .required("type", .choice(NotificationType.self)),
            .required("summary", .string),
            .required(
                "dialects",
                .map(
                    of: .object([
                        .required("schema", .object([])), .required("example", .object([])),
                        .required(
                            "fields",
                            .array(of: .string).described(
                                "The fields that a webhook may choose, by their dotted names.")),
                    ])
                ).described("The body in each dialect.")),
        ]))

    /// `GET /reasons`: all codes, on one page.
    func reasons(_ call: Call, _ store: Store) throws -> Response {
        Response(status: .ok, contentType: .json, body: Self.reasonList)
    }

    private static let reasonList = page(ReasonCode.allCases) { reason, json in
        json.object { json in
            json.member("code", reason.text)
            json.member("outcome", reason.outcome?.rawValue)
            json.member("meaning", reason.sentence)
            json.member("remedy", reason.remedy)
        }
    }

    private static let reasonSchema = JSONSchema.named(
        "Reason",
        .object([
            .required("code", ReasonCode.schema),
            .required(
                "outcome",
                .choice(Outcome.self).nullable.described(
                    "The outcome that this reason alone gives an event.")),
            .required("meaning", .string),
            .required("remedy", .string),
        ]))

    /// A list that has one page.
    private static func page<Row>(
        _ rows: [Row], _ write: (Row, inout Writer) -> Void
    ) -> [UInt8] {
        var json = Writer(reservingCapacity: 4096)
        json.object { json in
            json.list("data", rows, write)
            json.member("next", String?.none)
        }
        return json.bytes
    }
}
