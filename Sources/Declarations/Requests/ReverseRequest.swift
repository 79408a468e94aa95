import JSON
import Reading
import Referrals
import Schemas
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
                amount: members.integer("amount", in: amounts),
                note: members.text("note", atMost: Remark.longestNote))
        }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "ReverseRequest",
        .closed([
            .optional(
                "amount",
                .integer(in: amounts).nullable.described(
                    "The amount to reverse in minor units; all of it if left out.")),
            .optional("note", Remark.noteSchema.nullable),
        ]))

    private static let amounts: ClosedRange<Int64> = 1...1_000_000_000_000
}
