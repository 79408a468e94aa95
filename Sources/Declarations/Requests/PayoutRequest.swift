import Currencies
import JSON
import Reading
import Referrals
import Schemas
import Time

/// The body of a request for a payout.
package struct PayoutRequest: Equatable, Sendable {
    /// The only campaign whose rewards are paid; nil for all.
    package var campaign: CampaignNumber?
    /// The currency of the rewards; nil only with a mistake.
    package var currency: Currency?
    /// The time before which the rewards were issued; nil only with a mistake.
    package var until: Instant?

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "PayoutRequest",
        .closed([
            .optional(
                "campaign",
                .rowNumber.nullable.described("The only campaign whose rewards are paid.")),
            .required("currency", .declaredCurrency),
            .required(
                "until", .instant.described("The time before which the rewards were issued.")),
        ]))

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> PayoutRequest {
        try request(body) { members in
            let campaign = members.integer("campaign", in: 1...greatestNumber)
            let currency = members.text(
                "currency", atMost: 20, required: true, as: readCurrency)
            let until = members.instant("until")
            if until == nil, !members.says("until") { members.noteMissing("until") }
            return PayoutRequest(
                campaign: campaign.map { ID($0) }, currency: currency, until: until)
        }
    }
}
