import Referrals
import Schemas

extension ParticipantDeclaration {
    /// Members of responses that cannot be declared. They are ignored in requests, so that a client
    /// can change a response and send it back.
    static let responseMembers = ["uid", "created_at", "updated_at", "referral_link", "joined_at"]

    /// The schema of a participant in a request or a workspace file.
    package static func schema(for form: DeclarationForm) -> JSONSchema {
        typealias Limits = ParticipantLimits
        let external = JSONSchema.text(atMost: Limits.id)
        let id = JSONSchema.any(of: [.rowNumber, external])
            .described("A number is refgate's own; a text is the partner's id.")
        var members: [JSONSchema.Property] = [
            .optional("id", (form == .creation ? external : id).nullable),
            JSONSchema.Property(
                "campaign",
                .rowNumber.described("The number of the campaign in which the person is enrolled."),
                isRequired: form != .change),
        ]
        if form != .file {
            members.append(form.nullable("external_id", external.described("The partner's id.")))
        }
        members += [
            form.nullable("email", .email.described("The e-mail address.")),
            form.nullable(
                "first_name", .text(atMost: Limits.firstName).described("The first name.")),
            form.nullable(
                "referral_code", .code.described("The referral code; generated if left out.")),
            form.nullable("referred_by", .code.described("The code of the referrer.")),
            form.nullable(
                "source",
                .text(atMost: Limits.source).described("The page or advertisement of the join.")),
            form.nullable(
                "customer", .text(atMost: Limits.customer).described("The partner's customer id.")),
            form.nullable("status", .choice(Status.self)),
            form.nullable(
                "payout_destination",
                .text(atMost: Limits.payoutDestination).described("Where the person is paid.")),
        ]
        return form.object(
            "Participant", members, ignoring: responseMembers,
            requiringOneOf: form == .file ? keys : form == .creation ? keys + ["external_id"] : [])
    }
}

extension JSONSchema {
    /// A referral code as a request names it, before it is made canonical.
    package static let code = JSONSchema.string(
        .init(
            minimum: 1, maximum: ParticipantLimits.code,
            pattern: #"^\s*[0-9A-Za-z\uFF10-\uFF5A][!-~\uFF01-\uFF5E]*\s*$"#))

    /// A referral code in canonical form.
    package static let canonicalCode = JSONSchema.string(
        .init(pattern: "^[A-Z0-9][A-Z0-9._-]{0,63}$"))
}
