import JSON
import Reading
import Schemas

/// The body of a request that tries a delivery of a partner without storing anything.
package struct TrialRequest: Equatable, Sendable {
    /// A header field of the delivery.
    package struct Header: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    /// The bytes of the delivery's body.
    package var body: [UInt8]
    /// The header fields of the delivery.
    package var headers: [Header]
    /// False to skip the check of the signature.
    package var verifies: Bool

    private static let mostHeaders = 64
    private static let longestHeader = 8192

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> TrialRequest {
        try request(body) { members in
            let text = members.member("body")
            let payload = members.member("payload")
            var bytes: [UInt8] = []
            if let text {
                if text.value.string == nil {
                    members.note(
                        .wrongType(found: JSONType(text.value.kind), expected: [.text]), at: text)
                }
                bytes = Array((text.value.string ?? "").utf8)
            } else if let payload {
                bytes = Array(body.bytes[payload.value.range])
            } else {
                members.note(.missing(.member, anyOf: ["payload", "body"]), at: "payload")
            }
            if text != nil, let payload {
                members.note(
                    .unknown("payload", .member, known: ["body", "headers", "verify"]), at: payload)
            }
            return TrialRequest(
                body: bytes, headers: headers(&members), verifies: members.flag("verify") ?? true)
        }
    }

    private static func headers(_ members: inout Members) -> [Header] {
        guard let member = members.member("headers") else { return [] }
        guard member.value.kind == .object else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.object]), at: member)
            return []
        }
        guard member.value.count <= mostHeaders else {
            members.note(.tooMany(member.value.count, limit: mostHeaders), at: member)
            return []
        }
        var headers: [Header] = []
        for (key, value) in member.value.members {
            guard isFieldName(key.string) else {
                members.reading.note(.malformed(.headerName, key.string), at: key.range)
                continue
            }
            guard let text = value.string else {
                members.reading.note(
                    .wrongType(found: JSONType(value.kind), expected: [.text]), at: value)
                continue
            }
            guard text.utf8.count <= longestHeader else {
                members.reading.note(
                    .tooLong(bytes: text.utf8.count, limit: longestHeader), at: value)
                continue
            }
            guard isFieldValue(text) else {
                members.reading.note(.malformed(.headerValue, ""), at: value)
                continue
            }
            headers.append(Header(name: key.string, value: text))
        }
        return headers
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "TrialRequest",
        .closed(
            [
                .optional(
                    "payload",
                    .anything.described(
                        "The body of the delivery as JSON; its bytes are taken as they are here.")),
                .optional(
                    "body",
                    .string.described(
                        "The body of the delivery as text, in place of `payload`: a form, or JSON"
                            + " whose bytes were signed.")),
                .optional(
                    "headers",
                    .map(of: .string, atMost: mostHeaders).nullable.described(
                        "The header fields of the delivery. Without Content-Type, the first type"
                            + " that the source accepts is assumed.")),
                .optional(
                    "verify",
                    .boolean.nullable.described(
                        "False to skip the check of the signature, for a delivery without one.")),
            ], requiringOneOf: ["payload", "body"]))
}
