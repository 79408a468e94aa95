import JSON
import Reading
import Referrals
import Time
import Webhooks

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
