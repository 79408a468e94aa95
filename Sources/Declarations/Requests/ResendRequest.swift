import JSON
import Reading
import Referrals
import Schemas
import Time
import Webhooks

/// The body of a request that sends failed deliveries again.
package struct ResendRequest: Equatable, Sendable {
    /// The earliest instant at which the deliveries were queued; required.
    package var since: Instant?
    /// The latest instant at which the deliveries were queued, inclusive; nil for no limit.
    package var until: Instant?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> ResendRequest {
        try request(body) { members in
            let since = members.instant("since")
            if since == nil, !members.says("since") { members.noteMissing("since") }
            return ResendRequest(since: since, until: members.instant("until"))
        }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "ResendRequest",
        .closed([
            .required(
                "since", .instant.described("The earliest time at which deliveries were queued.")),
            .optional(
                "until",
                .instant.described("The latest time at which deliveries were queued.").nullable),
        ]))
}
