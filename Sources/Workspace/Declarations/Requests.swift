import JSON
import Referrals
import Webhooks

// Bodies of requests that declare nothing: read by the same reader, so that every member that is accepted
// has an effect and every other one is named.

/// What is asked of an API key.
package struct KeyRequest: Equatable, Sendable {
    package enum Mode: String, CaseIterable, Sendable { case live, test }

    package var name: String?
    package var mode: Mode

    package static func read(_ body: Document, takesMode: Bool) throws(Mistakes) -> KeyRequest {
        try single(body, over: nil) { members in
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
        try single(body, over: nil) { Remark(note: $0.text("note", atMost: 2000)) }
    }
}

/// Coupons for a campaign's pool: `{"coupons": [code]}`.
package struct CouponsRequest: Equatable, Sendable {
    package var codes: [String]

    package static func read(_ body: Document) throws(Mistakes) -> CouponsRequest {
        try single(body, over: nil) { members in
            guard case .listed(let codes)? = members.couponList() else {
                if !members.says("coupons") { members.noteMissing("coupons") }
                return CouponsRequest(codes: [])
            }
            return CouponsRequest(codes: codes)
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
        try single(body, over: nil) { members in
            let secret = members.text("secret", atMost: 4096)
            let overlap = members.seconds("overlap", in: 0...30 * 86_400)
            return RotationRequest(
                secret: secret.map { SecretSpec($0) },
                overlapSeconds: overlap.map { Int($0) } ?? usualOverlap)
        }
    }
}
