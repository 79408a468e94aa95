import JSON
import Reading
import Referrals
import Schemas
import Time
import Webhooks

/// The body of an action without members: no body, or an empty object.
package struct EmptyRequest: Equatable, Sendable {
    /// Checks that the body has no members.
    package static func read(_ body: Document) throws(Mistakes) -> EmptyRequest {
        try request(body) { _ in EmptyRequest() }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.closed([])
}
