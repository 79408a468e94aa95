import Currencies
import JSON
import Reading
import Referrals
import Schemas
import Time

/// The body of a request that qualifies a participant by hand.
package struct QualifyRequest: Equatable, Sendable {
    /// The goal that the person reached; nil for the goal of their campaign.
    package var goal: String?
    /// The order or invoice number; nil without one.
    package var businessKey: String?
    /// The amount in minor units; nil if unknown.
    package var amount: Int64?
    /// The currency of the amount.
    package var currency: Currency?
    /// The time at which the goal was reached; nil for the time of the request.
    package var occurredAt: Instant?

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "QualifyRequest",
        .closed([
            .optional(
                "goal",
                .text(atMost: 128).nullable.described(
                    "The goal that was reached; that of the campaign if left out.")),
            .optional(
                "business_key",
                .text(atMost: 256).nullable.described("The order or invoice number.")),
            .optional(
                "amount",
                .integer(in: 0...greatestNumber).nullable.described(
                    "The amount in minor units; it needs a currency.")),
            .optional("currency", .declaredCurrency.nullable),
            .optional(
                "occurred_at",
                .instant.nullable.described("The time of the goal; now if left out.")),
        ]))

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> QualifyRequest {
        try request(body) { members in
            let request = QualifyRequest(
                goal: members.text("goal", atMost: 128),
                businessKey: members.text("business_key", atMost: 256, as: readIdentifier),
                amount: members.integer("amount", in: 0...greatestNumber),
                currency: members.text("currency", as: readCurrency),
                occurredAt: members.instant("occurred_at"))
            if request.amount != nil, !members.says("currency") {
                members.noteMissing("currency")
            }
            return request
        }
    }
}
