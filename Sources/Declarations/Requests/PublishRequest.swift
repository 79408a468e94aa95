import JSON
import Reading
import Referrals
import Schemas
import Time
import Webhooks

/// The body of a request that changes a campaign's audience.
package struct PublishRequest: Equatable, Sendable {
    /// The new audience.
    package var publish: Campaign.Visibility

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> PublishRequest {
        try request(body) { PublishRequest(publish: $0.choice("publish") ?? .public) }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "PublishRequest",
        .closed([.optional("publish", .choice(Campaign.Visibility.self).nullable)]))
}
