import JSON
import Reading
import Schemas

/// The body of a request that approves the first signups of a waitlist.
package struct AdmissionRequest: Equatable, Sendable {
    /// The number of signups.
    package var count: Int

    /// The largest number of signups in one request, whose answer lists them.
    package static let most = 1_000

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "AdmissionRequest",
        .closed([
            .required(
                "count", .integer(in: 1...Int64(most)).described("The number of signups."))
        ]))

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> AdmissionRequest {
        try request(body) { members in
            if members.member("count") == nil { members.noteMissing("count") }
            return AdmissionRequest(count: members.count("count", in: 1...most) ?? 1)
        }
    }
}
