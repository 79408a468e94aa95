import JSON
import Reading
import Referrals
import Schemas
import Time
import Webhooks

/// Coupons for a campaign's pool: `{"coupons": [code]}`, or a number of coupons to generate from a
/// pattern.
package enum CouponsRequest: Equatable, Sendable {
    case codes([Coupons.Entry])
    case pattern(String, count: Int)

    private static let mostMade = 10_000
    private static let longestPattern = 100

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> CouponsRequest {
        try request(body) { members in read(&members) }
    }

    /// Reads the body, without the coupons that have a mistake. Throws if another part has one.
    ///
    /// - Returns: The request, and the mistakes in the list of coupons.
    package static func readSkipping(
        _ body: Document
    ) throws(Mistakes) -> (request: CouponsRequest, skipped: Mistakes) {
        let reading = DocumentReading(body, file: "body")
        var members = Members(body.root, in: reading)
        let request = read(&members)
        members.end()
        let mistakes = reading.mistakes()
        let isInList = mistakes.list.allSatisfy { $0.pointer?.hasPrefix("/coupons/") ?? false }
        guard isInList, mistakes.omitted == 0 else { throw mistakes }
        return (request, mistakes)
    }

    private static func read(_ members: inout Members) -> CouponsRequest {
        guard members.says("pattern") else {
            if case .listed(let codes)? = members.couponList() {
                return .codes(codes.map { Coupons.Entry(code: $0) })
            }
            if !members.says("coupons") { members.noteMissing("coupons") }
            return .codes([])
        }
        let pattern = members.text("pattern", atMost: longestPattern) { text throws(Fault) in
            guard text.contains("#") else { throw .malformed(.couponPattern, text) }
            return try surroundedByNothing(text)
        }
        let count = members.integer("count", in: 1...Int64(mostMade), required: true)
        return .pattern(pattern ?? "#", count: Int(count ?? 1))
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "CouponsRequest",
        .any(of: [
            .closed([
                .required("coupons", .array(of: .text(atMost: Coupons.longestCode)))
            ]),
            .closed([
                .required(
                    "pattern",
                    .string(.init(maximum: longestPattern, pattern: "#")).described(
                        "The pattern of the codes: each # becomes a random character.")),
                .required(
                    "count",
                    .integer(in: 1...Int64(mostMade)).described("The number of codes to make.")),
            ]),
        ]))
}
