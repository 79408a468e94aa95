import HTTP
import JSON
import Outbound
import Referrals
import Schemas

/// The OpenAPI 3.1 document of all routes and notifications, made from their declarations.
package enum OpenAPIDocument {
    /// The document as compact JSON.
    static let bytes = document(.compact)

    /// The document as JSON text.
    package static func document(_ layout: Writer.Layout) -> [UInt8] {
        var json = Writer(layout: layout)
        json.object(writeMembers)
        return json.bytes
    }

    static let operations = API.routes.map { OpenAPIOperation($0) } + [.hook]

    /// The header fields of each response to a request with a key.
    static let fields: [RouteAnswer.Field] = [
        .init(name: "RateLimit-Policy", summary: "The limits of the key, in requests a minute."),
        .init(name: "RateLimit", summary: "The rest of each limit, and the seconds of its window."),
    ]

    private static func writeMembers(to json: inout Writer) {
        json.member("openapi", "3.1.0")
        json.object("info") { json in
            json.member("title", "refgate")
            json.member("version", "1.0.0")
            json.member(
                "description",
                "A gateway between a company's own backends and its referral programme.")
        }
        json.list("servers", ["/"]) { url, json in json.object { $0.member("url", url) } }
        json.key("security")
        json.array(["apiKey", "bearer"]) { name, json in
            json.object { $0.list(name, [String]()) { $1.string($0) } }
        }
        json.object("paths", writePaths)
        json.object("webhooks", writeWebhooks)
        json.object("components", writeComponents)
    }

    private static func writePaths(to json: inout Writer) {
        var templates: [String] = []
        for operation in operations where !templates.contains(operation.template) {
            templates.append(operation.template)
        }
        for template in templates {
            json.object(template) { json in
                for operation in operations where operation.template == template {
                    operation.write(to: &json)
                }
            }
        }
    }

    // MARK: Notifications

    private static func writeWebhooks(to json: inout Writer) {
        for type in NotificationType.allCases {
            json.object(type.rawValue) { json in
                json.object("post") { json in
                    json.member("operationId", "receive " + type.rawValue)
                    json.member("summary", type.summary)
                    json.list("security", [String]()) { $1.string($0) }
                    json.list("parameters", NotificationReference.fields) { field, json in
                        json.object { json in
                            json.member("name", field.name)
                            json.member("in", "header")
                            json.member("description", field.summary)
                            json.member("required", true)
                            json.object("schema") { $0.member("type", "string") }
                        }
                    }
                    json.object("requestBody") { writeNotification(type, to: &$0) }
                    json.object("responses") { json in
                        json.object("2XX") { $0.member("description", "The notification arrived.") }
                    }
                }
            }
        }
    }

    private static func writeNotification(_ type: NotificationType, to json: inout Writer) {
        let dialects = NotificationReference.dialects(of: type)
        json.member("required", true)
        json.object("content") { json in
            json.object("application/json") { json in
                json.key("schema")
                JSONSchema.any(of: dialects.map(\.schema)).write(to: &json, .openAPI)
                json.object("examples") { json in
                    for dialect in dialects {
                        json.object(dialect.name) { $0.member("value", raw: dialect.example) }
                    }
                }
            }
        }
    }

    // MARK: Components

    private static func writeComponents(to json: inout Writer) {
        var schemas = Problem.schema.components
        for operation in operations { operation.collect(into: &schemas) }
        for type in NotificationType.allCases {
            for dialect in NotificationReference.dialects(of: type) {
                dialect.schema.collect(into: &schemas)
            }
        }
        json.object("schemas") { json in
            for (name, schema) in schemas.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                schema.write(to: &json, .openAPI)
            }
        }
        json.object("responses", writeProblems)
        json.object("headers") { json in
            for field in fields {
                json.object(field.name) { json in
                    json.member("description", field.summary)
                    json.key("schema")
                    field.schema.write(to: &json, .openAPI)
                }
            }
        }
        json.object("parameters") { json in
            for field in requestFields {
                json.object(field.component) { json in
                    json.member("name", field.name)
                    json.member("in", "header")
                    json.member("required", false)
                    json.member("description", field.summary)
                    json.key("schema")
                    field.schema.write(to: &json, .openAPI)
                }
            }
        }
        json.object("securitySchemes") { json in
            json.object("apiKey") { json in
                json.member("type", "apiKey")
                json.member("in", "header")
                json.member("name", "X-API-Key")
            }
            json.object("bearer") { json in
                json.member("type", "http")
                json.member("scheme", "bearer")
            }
        }
    }

    /// The header fields of requests that operations refer to.
    private static let requestFields:
        [(component: String, name: String, summary: String, schema: JSONSchema)] = [
            (
                "IdempotencyKey", "Idempotency-Key",
                "A repeat of the request with this key gets the response to the first one.",
                Idempotency.keySchema
            ),
            (
                "IfMatch", "If-Match",
                "The `ETag` that the resource must have; otherwise nothing is changed, and the"
                    + " response is 412.", .string
            ),
            (
                "IfNoneMatch", "If-None-Match",
                "The `ETag` that the client has; if the resource still has it, the response is 304.",
                .string
            ),
        ]

    /// The problems that operations refer to, by status, with the fields that each always has.
    private static let problems: [(status: Status, fields: [RouteAnswer.Field])] = [
        (.badRequest, []),
        (
            .unauthorized,
            [.init(name: "WWW-Authenticate", summary: "The accepted proofs of identity.")]
        ),
        (.forbidden, []), (.notFound, []),
        (.methodNotAllowed, [.init(name: "Allow", summary: "The accepted methods.")]),
        (.conflict, []), (.preconditionFailed, []), (.contentTooLarge, []),
        (.unsupportedMediaType, []),
        (.unprocessableContent, []),
        (
            .tooManyRequests,
            [.init(name: "Retry-After", summary: "The seconds until the next request.")]
        ),
        (
            .serviceUnavailable,
            [.init(name: "Retry-After", summary: "The seconds until the next request.")]
        ),
    ]

    private static func writeProblems(to json: inout Writer) {
        for problem in problems {
            json.object("Problem\(problem.status.code)") { json in
                json.member("description", "\(problem.status.reason)")
                if !problem.fields.isEmpty {
                    json.object("headers") { json in
                        for field in problem.fields {
                            json.object(field.name) { json in
                                json.member("description", field.summary)
                                json.key("schema")
                                field.schema.write(to: &json, .openAPI)
                            }
                        }
                    }
                }
                json.object("content") { json in
                    json.object("application/problem+json") { json in
                        json.key("schema")
                        Problem.schema.write(to: &json, .openAPI)
                    }
                }
            }
        }
    }
}
