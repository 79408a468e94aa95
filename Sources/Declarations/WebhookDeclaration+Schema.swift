import Reading
import Referrals
import Schemas

extension WebhookDeclaration {
    /// Members of responses that cannot be declared. They are ignored in requests, so that a client
    /// can change a response and send it back. Requests identify a webhook by its name or path.
    static let responseMembers = [
        "id", "uid", "secret_hints", "credential_names", "breaker", "created_at", "updated_at",
    ]

    private static let types = JSONSchema.array(
        of: .choice(NotificationType.self), atLeast: 1, atMost: Members.mostOfOneOrMore,
        isUnique: true)

    /// The schema of a webhook.
    package static func schema(for form: DeclarationForm) -> JSONSchema {
        let isResponse = form == .response
        var members: [JSONSchema.Property] = [
            form == .file
                ? .required("name", nameSchema) : form.needed("name", nameSchema),
            form.needed("url", .url.described("The address that is called.")),
            method.property(for: form, usual: usual),
            form.needed(
                "events",
                (isResponse ? types : JSONSchema.any(of: [types, .choice(NotificationType.self)]))
                    .described("The types of notifications to send.")),
        ]
        members += (filters + delivery).map { $0.property(for: form, usual: usual) }
        if !isResponse {
            members += [
                .optional(
                    "credentials",
                    .headers(atMost: WebhookEntry.mostCredentials).nullable.described(
                        "Secret header fields, beside the others; write-only.")),
                .optional(
                    "secret",
                    secret.nullable.described(
                        "`whsec_` and the base64 of 24 to 64 bytes; write-only. One is generated if"
                            + " left out.")),
            ]
        }
        return form.object("Webhook", members, ignoring: responseMembers)
    }

    private static let nameSchema = JSONSchema.text(atMost: 200)
        .described("The name, unique in the account.")

    private static let secret = JSONSchema.string(
        .init(maximum: 200, pattern: "^whsec_[A-Za-z0-9+/_-]+={0,2}$"))
}

extension RetryPolicy {
    /// The schema of a policy in a declaration.
    static let schema = JSONSchema.any(of: [
        .choice(named.map(\.name)),
        .closed([
            .optional(
                "delays",
                .array(of: .duration(in: 0...longestDelay), atMost: mostDelays).nullable.described(
                    "The delays, each from the end of the previous attempt.")),
            .optional(
                "jitter",
                .integer(in: 0...100).nullable.described(
                    "The maximum extension of a delay in per cent.")),
        ]),
    ]).described("The times at which a failed delivery is retried.")
}

extension JSONSchema {
    /// Header fields to send, as an object or as a list of pairs.
    static func headers(atMost limit: Int) -> JSONSchema {
        let value = JSONSchema.string(
            .init(
                maximum: Members.longestHeaderValue, pattern: "^[!-~]([\\t -~]*[!-~])?$"))
        let name = JSONSchema.string(
            .init(maximum: 100, pattern: "^[0-9A-Za-z!#$%&'*+.^_`|~-]+$"))
        return .any(of: [
            .map(of: value, atMost: limit),
            .array(
                of: .closed([.required("name", name), .required("value", value)]), atMost: limit),
        ])
    }
}
