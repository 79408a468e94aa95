import JSON
import Reading
import Referrals
import Schemas
import Time
import Webhooks

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
            let secret = members.text("secret", atMost: Members.longestSecret)
            let overlap = members.seconds("overlap", in: overlaps)
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

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "RotationRequest",
        .closed([
            .optional(
                "secret",
                .text(atMost: Members.longestSecret).nullable.described(
                    "The new secret; generated if left out.")),
            .optional(
                "overlap",
                .duration(in: overlaps).nullable.described(
                    "The time for which the previous secret stays valid; one day if left out.")),
        ]))

    private static let overlaps: ClosedRange<Int64> = 0...30 * 86_400
}
