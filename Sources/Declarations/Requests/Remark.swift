import JSON
import Reading
import Referrals
import Time
import Webhooks

/// A note that a reviewer adds to a decision.
package struct Remark: Equatable, Sendable {
    /// The text; nil without a note.
    package var note: String?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> Remark {
        try request(body) { Remark(note: $0.text("note", atMost: 2000)) }
    }
}
