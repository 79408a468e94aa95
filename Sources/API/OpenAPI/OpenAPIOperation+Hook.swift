import Declarations
import HTTP
import Inbound
import Ledger
import Schemas

extension OpenAPIOperation {
    /// The address to which a partner posts events. The scheme and the mapping of the source decide
    /// which header fields and which body it needs.
    static var hook: OpenAPIOperation {
        OpenAPIOperation(
            method: .post, template: "/hooks/{source}", id: "postEvent", tag: "hooks",
            summary: "Post a signed event of a source, or a list of events",
            parameters: [
                Parameter(
                    name: "source", place: .path, schema: SourceDeclaration.idSchema,
                    summary: "The id of the source. Some presets accept a form instead of JSON.")
            ]
                + ["webhook-id", "webhook-timestamp", "webhook-signature"].map {
                    Parameter(
                        name: $0, place: .header, schema: .string(.init(pattern: "^[!-~]+$")),
                        summary: "Needed by the scheme `standard-webhooks`.")
                },
            bodies: [
                ("application/json", .any(of: [.object([]), .array(of: .object([]))]))
            ], isBodyRequired: true, answers: [.ok(PostResult.schema)],
            problems: [
                .badRequest, .unauthorized, .notFound, .conflict, .contentTooLarge,
                .unsupportedMediaType, .unprocessableContent, .tooManyRequests,
                .serviceUnavailable,
            ], needsKey: false)
    }
}
