import Mapping
import Reading
import Referrals
import Schemas
import Webhooks

extension SourceDeclaration {
    /// Members of responses that cannot be declared. They are ignored in requests, so that a client
    /// can change a response and send it back.
    static let responseMembers = ["hook_path", "secret_hints", "created_at", "updated_at"]

    /// The id of a source.
    package static let idSchema = JSONSchema.string(
        .init(pattern: "^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$"))

    /// The schema of a source. Which members a source needs depends on its preset and scheme.
    package static func schema(for form: DeclarationForm) -> JSONSchema {
        var members: [JSONSchema.Property] = [
            form.key("id", idSchema.described("The id; it is the last part of the hook's path.")),
            form.defaulted("name", .text(atMost: 200).described("The name that operators see.")),
            form.nullable(
                "preset",
                .choice(Preset.all.map(\.name)).described("The preset that fills in the rest.")),
            form.defaulted(
                "scheme",
                .choice(Scheme.named.keys.sorted()).described("The signature scheme.")),
            settings,
            tolerance.property(for: form, usual: usual),
            form.defaulted(
                "code_of",
                .choice(CodeOwner.self).described("The person whose code the events contain.")),
            campaign.property(for: form, usual: usual),
        ]
        members += [Field.each, .filter].map { field in
            .optional(field.name, expressions(of: field).nullable)
        }
        members += [
            form.defaulted("mapping", mapping),
            form.defaulted(
                "on_unmapped",
                .choice(OnUnmapped.self)
                    .described(
                        "The answer to events that cannot be mapped: an error, or a success.")
            ),
            url.property(for: form, usual: usual), status.property(for: form, usual: usual),
        ]
        if form != .response { members.append(.optional("secrets", secrets)) }
        return form.object("Source", members, ignoring: responseMembers)
    }

    private static let settings = JSONSchema.Property.optional(
        "signature",
        .map(of: .string.nullable).nullable.described(
            "The settings of the schemes `hmac` and `bearer`."))

    private static let mapping = JSONSchema.named(
        "Mapping",
        .closed(
            Field.allCases.filter { !$0.standsBesideMapping }.map {
                .optional($0.name, expressions(of: $0).nullable)
            }
        ).described("A CEL expression over `payload` and `headers` for each field of an event."))

    private static func expressions(of field: Field) -> JSONSchema {
        field.takesSeveral ? .any(of: [.string, .array(of: .string)]) : .string
    }

    private static let secret = JSONSchema.string(
        .init(maximum: Members.longestSecret))

    private static let secrets = JSONSchema.array(
        of: .any(of: [
            secret,
            .closed([
                .required("secret", secret), .optional("expires_at", .instant.nullable),
            ]),
        ]), atMost: Members.mostSecrets
    ).nullable.described("The secrets, the current one first; write-only.")
}
