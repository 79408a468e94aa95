import JSON
import Reading
import Referrals
import Time
import Webhooks

// Bodies of requests that declare nothing: read by the same reader, so that every member that is accepted
// has an effect and every other one is named.

/// What is asked of an API key.
package struct KeyRequest: Equatable, Sendable {
    package enum Mode: String, CaseIterable, Sendable { case live, test }

    package var name: String?
    package var mode: Mode

    package static func read(_ body: Document, takesMode: Bool) throws(Mistakes) -> KeyRequest {
        try request(body) { members in
            let name = members.text("name", required: !takesMode)
            let mode = takesMode ? members.choice("mode", of: Mode.self) : nil
            return KeyRequest(name: name, mode: mode ?? .live)
        }
    }
}

/// What a person adds to their decision.
package struct Remark: Equatable, Sendable {
    package var note: String?

    package static func read(_ body: Document) throws(Mistakes) -> Remark {
        try request(body) { Remark(note: $0.text("note", atMost: 2000)) }
    }
}

/// Coupons for a campaign's pool: `{"coupons": [code]}`, or so many made after a pattern.
package enum CouponsRequest: Equatable, Sendable {
    case codes([Coupons.Entry])
    case pattern(String, count: Int)

    private static let mostMade = 10_000

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

/// The body of an action that takes no members: none, or an empty object.
package struct EmptyRequest: Equatable, Sendable {
    package static func read(_ body: Document) throws(Mistakes) -> EmptyRequest {
        try request(body) { _ in EmptyRequest() }
    }
}

/// Whom a campaign is shown to.
package struct PublishRequest: Equatable, Sendable {
    package var publish: Campaign.Visibility

    package static func read(_ body: Document) throws(Mistakes) -> PublishRequest {
        try request(body) { PublishRequest(publish: $0.choice("publish") ?? .public) }
    }
}

/// How much of a conversion is taken back, and why.
package struct ReverseRequest: Equatable, Sendable {
    /// Nil for all of it.
    package var amount: Int64?
    package var note: String?

    package static func read(_ body: Document) throws(Mistakes) -> ReverseRequest {
        try request(body) { members in
            ReverseRequest(
                amount: members.integer("amount", in: 1...1_000_000_000_000),
                note: members.text("note", atMost: 2000))
        }
    }
}

/// Which notification a webhook is tried with; one that it asks for where nothing is said.
package struct WebhookTrial: Equatable, Sendable {
    package var type: NotificationType?

    package static func read(_ body: Document) throws(Mistakes) -> WebhookTrial {
        try request(body) { WebhookTrial(type: $0.choice("type")) }
    }
}

/// Which failed deliveries are sent again.
package struct ResendRequest: Equatable, Sendable {
    package var since: Instant?
    package var until: Instant?

    package static func read(_ body: Document) throws(Mistakes) -> ResendRequest {
        try request(body) { members in
            let since = members.instant("since")
            if since == nil, !members.says("since") { members.noteMissing("since") }
            return ResendRequest(since: since, until: members.instant("until"))
        }
    }
}

/// A new secret that takes the place of the current one: one that is given, else one that is made.
package struct RotationRequest: Equatable, Sendable {
    package var secret: SecretSpec?
    /// For how long the one before stays good.
    package var overlapSeconds: Int

    package static let usualOverlap = 86_400

    package static func read(_ body: Document) throws(Mistakes) -> RotationRequest {
        try request(body) { members in
            let secret = members.text("secret", atMost: 4096)
            let overlap = members.seconds("overlap", in: 0...30 * 86_400)
            return RotationRequest(
                secret: secret.map { SecretSpec($0) },
                overlapSeconds: overlap.map { Int($0) } ?? usualOverlap)
        }
    }

    /// The secrets from now on, the current one first: those before stay good for the overlap, and no longer
    /// than they would have.
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

/// How an event is decided again.
package struct ReplayRequest: Equatable, Sendable {
    /// Whom the event is about, where it says nothing of that itself.
    package struct Lead: Equatable, Sendable {
        package var email: EmailAddress?
        package var customer: String?
    }

    package var lead: Lead?

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
