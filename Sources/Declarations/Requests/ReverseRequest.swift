import JSON
import Reading
import Referrals
import Time
import Webhooks

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
