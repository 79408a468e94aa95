import Currencies
import JSON
import Reading
import Referrals
import Schemas

/// The approval of a reward, with the value of a reward whose value is not known.
package struct RewardApproval: Equatable, Sendable {
    /// The note of the reviewer; nil without a note.
    package var note: String?
    /// The value that the reward gets; nil if its value is known.
    package var value: Money?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> RewardApproval {
        try request(body) { members in
            let note = members.text("note", atMost: Remark.longestNote)
            guard var value = members.members("value") else { return RewardApproval(note: note) }
            let amount = value.integer("amount", in: 1...RewardRule.mostUnits, required: true)
            let currency = value.text("currency", required: true, as: readCurrency)
            value.end()
            guard let amount, let currency else { return RewardApproval(note: note) }
            return RewardApproval(note: note, value: Money(amount, currency))
        }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "RewardApproval",
        .closed([
            .optional("note", Remark.noteSchema.nullable),
            .optional(
                "value",
                JSONSchema.closed([
                    .required(
                        "amount",
                        .integer(in: 1...RewardRule.mostUnits)
                            .described("The amount in minor units.")),
                    .required("currency", .declaredCurrency),
                ]).described(
                    "The value of a reward whose value is not known: its rule has no amount in the"
                        + " event's currency, or the event had no amount."
                ).nullable),
        ]))
}
