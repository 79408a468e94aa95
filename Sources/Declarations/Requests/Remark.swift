import JSON
import Reading
import Referrals
import Schemas
import Time
import Webhooks

/// A note that a reviewer adds to a decision.
package struct Remark: Equatable, Sendable {
    /// The text; nil without a note.
    package var note: String?

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> Remark {
        try request(body) { Remark(note: $0.text("note", atMost: longestNote)) }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "Remark", .closed([.optional("note", noteSchema.nullable)]))

    static let noteSchema = JSONSchema.text(atMost: longestNote)
        .described("A note, kept with the decision.")
    static let longestNote = 2000
}
