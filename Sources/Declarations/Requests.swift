import JSON
import Reading
import Referrals
import Time
import Webhooks

// Bodies of requests that are not declarations. They are read by the same reader, so that every
// accepted member has an effect and every other one is reported.

/// The body of a request for an API key.
package struct KeyRequest: Equatable, Sendable {
    /// The events that the key may send: live or test events.
    package enum Mode: String, CaseIterable, Sendable { case live, test }

    /// The name of the key; nil for the default.
    package var name: String?
    /// The events that the key may send.
    package var mode: Mode

    /// Reads the body. `takesMode` is true for a new key; false for one that is renamed, whose
    /// name is then required.
    package static func read(_ body: Document, takesMode: Bool) throws(Mistakes) -> KeyRequest {
        try request(body) { members in
            let name = members.text("name", required: !takesMode)
            let mode = takesMode ? members.choice("mode", of: Mode.self) : nil
            return KeyRequest(name: name, mode: mode ?? .live)
        }
    }
}

/// A note that a reviewer adds to a decision.
package struct Remark: Equatable, Sendable {
    /// The text; nil without a note.
    package var note: String?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> Remark {
        try request(body) { Remark(note: $0.text("note", atMost: 2000)) }
    }
}

/// Coupons for a campaign's pool: `{"coupons": [code]}`, or a number of coupons to generate from a
/// pattern.
package enum CouponsRequest: Equatable, Sendable {
    case codes([Coupons.Entry])
    case pattern(String, count: Int)

    private static let mostMade = 10_000

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> CouponsRequest {
        try request(body) { members in
            guard members.says("pattern") else {
                if case .listed(let codes)? = members.couponList() {
                    return .codes(codes.map { Coupons.Entry(code: $0) })
                }
                if !members.says("coupons") { members.noteMissing("coupons") }
                return .codes([])
            }
            let pattern = members.text("pattern", atMost: 100) { text throws(Fault) in
                guard text.contains("#") else { throw .malformed(.couponPattern, text) }
                return try surroundedByNothing(text)
            }
            let count = members.integer("count", in: 1...Int64(mostMade), required: true)
            return .pattern(pattern ?? "#", count: Int(count ?? 1))
        }
    }
}

/// The body of an action without members: no body, or an empty object.
package struct EmptyRequest: Equatable, Sendable {
    /// Checks that the body has no members.
    package static func read(_ body: Document) throws(Mistakes) -> EmptyRequest {
        try request(body) { _ in EmptyRequest() }
    }
}

/// The body of a request that changes a campaign's audience.
package struct PublishRequest: Equatable, Sendable {
    /// The new audience.
    package var publish: Campaign.Visibility

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> PublishRequest {
        try request(body) { PublishRequest(publish: $0.choice("publish") ?? .public) }
    }
}

/// The body of a request that reverses a conversion.
package struct ReverseRequest: Equatable, Sendable {
    /// The amount to reverse in minor units; nil for the whole amount.
    package var amount: Int64?
    /// The reviewer's note; nil without one.
    package var note: String?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> ReverseRequest {
        try request(body) { members in
            ReverseRequest(
                amount: members.integer("amount", in: 1...1_000_000_000_000),
                note: members.text("note", atMost: 2000))
        }
    }
}

/// The body of a request for a test notification.
package struct WebhookTrial: Equatable, Sendable {
    /// The type to send; nil for one that the webhook subscribes to.
    package var type: NotificationType?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> WebhookTrial {
        try request(body) { WebhookTrial(type: $0.choice("type")) }
    }
}

/// The body of a request that sends failed deliveries again.
package struct ResendRequest: Equatable, Sendable {
    /// The earliest instant at which the deliveries were queued; required.
    package var since: Instant?
    /// The latest instant at which the deliveries were queued, inclusive; nil for no limit.
    package var until: Instant?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> ResendRequest {
        try request(body) { members in
            let since = members.instant("since")
            if since == nil, !members.says("since") { members.noteMissing("since") }
            return ResendRequest(since: since, until: members.instant("until"))
        }
    }
}

/// The body of a request that replaces the current secret.
package struct RotationRequest: Equatable, Sendable {
    /// The new secret; nil to generate one.
    package var secret: SecretSpec?
    /// The number of seconds for which the previous secret stays valid.
    package var overlapSeconds: Int

    /// The default overlap: one day.
    package static let usualOverlap = 86_400

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> RotationRequest {
        try request(body) { members in
            let secret = members.text("secret", atMost: 4096)
            let overlap = members.seconds("overlap", in: 0...30 * 86_400)
            return RotationRequest(
                secret: secret.map { SecretSpec($0) },
                overlapSeconds: overlap.map { Int($0) } ?? usualOverlap)
        }
    }

    /// Returns the secrets after the rotation, the current one first. Earlier secrets stay valid
    /// for the overlap, and no longer than before.
    package func secrets(
        from current: SecretSpec, replacing old: [SecretSpec], at now: Instant
    ) -> [SecretSpec] {
        let expiry = now + .seconds(overlapSeconds)
        return [current]
            + old.compactMap { before in
                let end = min(before.expiresAt ?? expiry, expiry)
                guard before.secret != current.secret, end > now else { return nil }
                return SecretSpec(before.secret, expiresAt: end)
            }
    }
}

/// The body of a request that decides an event again.
package struct ReplayRequest: Equatable, Sendable {
    /// The lead of an event whose body does not identify one.
    package struct Lead: Equatable, Sendable {
        /// The e-mail address.
        package var email: EmailAddress?
        /// The partner's id of the person.
        package var customer: String?
    }

    /// The lead; nil if the event identifies one.
    package var lead: Lead?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> ReplayRequest {
        try request(body) { members in
            guard var named = members.members("lead") else { return ReplayRequest() }
            let lead = Lead(
                email: named.text("email", atMost: ParticipantLimits.email, as: readEmail),
                customer: named.text(
                    "customer", atMost: ParticipantLimits.customer, as: readIdentifier))
            if named.object != nil, !named.says("email"), !named.says("customer") {
                named.note(.missing(.member, anyOf: ["email", "customer"]), at: "email")
            }
            named.end()
            return ReplayRequest(lead: lead)
        }
    }
}
