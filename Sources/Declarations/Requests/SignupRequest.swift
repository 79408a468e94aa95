import JSON
import Reading
import Referrals
import Schemas

/// The body of a request that adds a signup to a waitlist.
package struct SignupRequest: Equatable, Sendable {
    /// A waitlist, by either of its names.
    package enum Waitlist: Equatable, Sendable {
        case uid(UID)
        case campaign(CampaignNumber)
    }

    /// The waitlist; nil after a mistake.
    package var waitlist: Waitlist?
    /// The address of the person; nil after a mistake.
    package var email: EmailAddress?
    /// The name of the person; nil if not given.
    package var name: String?
    /// The code of the referrer; nil if not given.
    package var referredBy: ReferralCode?
    /// A JSON object of the operator's, compact; nil if not given.
    package var metadata: String?

    /// The maximum length of `metadata` in bytes.
    package static let longestMetadata = 8_192

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "SignupRequest",
        .closed(
            [
                .optional(
                    "waitlist_id", .declaredUUID.nullable.described("The UUID of the waitlist.")),
                .optional(
                    "campaign_id",
                    .rowNumber.nullable.described("The number of the waitlist's campaign.")),
                .required("email", .email.described("The address of the person.")),
                .optional(
                    "name",
                    .text(atMost: ParticipantLimits.firstName).nullable.described(
                        "The name of the person.")),
                .optional(
                    "referred_by", .code.nullable.described("The code of the referrer.")),
                .optional(
                    "metadata",
                    .map(of: .anything).nullable.described("Members of your own, kept as sent.")),
            ], requiringOneOf: ["waitlist_id", "campaign_id"]))

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> SignupRequest {
        try request(body) { members in read(&members) }
    }

    private static func read(_ members: inout Members) -> SignupRequest {
        let uid = members.uid("waitlist_id")
        let number = members.integer("campaign_id", in: 1...greatestNumber)
        let names = ["waitlist_id", "campaign_id"]
        if names.allSatisfy({ members.member($0) == nil }) {
            members.reading.note(
                .missing(.member, anyOf: names), at: members.anchor, absent: names[0])
        }
        let email = members.text(
            "email", atMost: ParticipantLimits.email, required: true, as: readEmail)
        let name = members.text("name", atMost: ParticipantLimits.firstName)
        let code = members.text("referred_by", atMost: ParticipantLimits.code, as: readCode)
        let metadata = members.metadata()
        return SignupRequest(
            waitlist: uid.map { .uid($0) } ?? number.map { .campaign(ID($0)) }, email: email,
            name: name, referredBy: code, metadata: metadata)
    }
}

extension Members {
    /// Reads a UUID.
    mutating func uid(_ name: String, required: Bool = false) -> UID? {
        text(name, atMost: 100, required: required) { text throws(Fault) in
            guard let uid = UID(text) else { throw .malformed(.uid, text) }
            return uid
        }
    }

    /// Reads the object `metadata`, as compact JSON.
    fileprivate mutating func metadata() -> String? {
        guard let member = member("metadata") else { return nil }
        guard member.value.kind == .object else {
            note(.wrongType(found: JSONType(member.value.kind), expected: [.object]), at: member)
            return nil
        }
        let bytes = compact { $0.value(member.value) }
        guard bytes.count <= SignupRequest.longestMetadata else {
            note(.tooLong(bytes: bytes.count, limit: SignupRequest.longestMetadata), at: member)
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONSchema {
    /// A UUID as a request names it.
    static let declaredUUID = JSONSchema.string(
        .init(
            format: "uuid",
            pattern: "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"))
}
