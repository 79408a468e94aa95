import JSON
import Reading
import Referrals
import Schemas
import Time

/// The body of a request for an API key.
package struct KeyRequest: Equatable, Sendable {
    /// The name of the key; nil for the default.
    package var name: String?
    /// The side of the account that the key is for.
    package var mode = AccountMode.live
    /// The routes that the key may use.
    package var scope = KeyScope.admin
    /// The time from which the key is not valid; nil if it does not expire.
    package var expiresAt: Instant?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> KeyRequest {
        try request(body) { members in
            KeyRequest(
                name: members.text("name"), mode: members.choice("mode") ?? .live,
                scope: members.choice("scope") ?? .admin, expiresAt: members.instant("expires_at"))
        }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "KeyCreation",
        .closed([
            .optional("name", nameSchema.nullable),
            .optional(
                "mode",
                .choice(AccountMode.self).nullable.described(
                    "The side of the account that the key is for.")),
            .optional(
                "scope",
                .choice(KeyScope.self).nullable.described("The routes that the key may use.")),
            .optional("expires_at", expirySchema.nullable),
        ]))

    fileprivate static let nameSchema = JSONSchema.text(atMost: 200).described(
        "The name of the key.")
    fileprivate static let expirySchema = JSONSchema.instant.described(
        "The time from which the key is not valid.")
}

/// The body of a request that changes an API key.
package struct KeyChange: Equatable, Sendable {
    /// The new name; nil if it stays.
    package var name: String?
    /// The new expiry, where `nil` inside means that the key does not expire; nil if it stays.
    package var expiresAt: Instant??

    /// Reads the body. It must have one of its members.
    package static func read(_ body: Document) throws(Mistakes) -> KeyChange {
        try request(body) { members in
            var change = KeyChange(name: members.text("name"))
            let expiry = members.instant("expires_at")
            if members.says("expires_at") { change.expiresAt = .some(expiry) }
            if !members.says("name"), !members.says("expires_at") { members.noteMissing("name") }
            return change
        }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "KeyChange",
        .closed(
            [
                .optional("name", KeyRequest.nameSchema.nullable),
                .optional("expires_at", KeyRequest.expirySchema.nullable),
            ], requiringOneOf: ["name", "expires_at"]))
}
