import JSON
import Reading
import Referrals
import Schemas

/// The body of a request that changes the status of a signup.
package struct SignupStatusRequest: Equatable, Sendable {
    /// The new status.
    package var status: SignupStatus

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "SignupStatusRequest", .closed([.required("status", .choice(SignupStatus.self))]))

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> SignupStatusRequest {
        try request(body) { members in
            SignupStatusRequest(status: members.choice("status", required: true) ?? .waiting)
        }
    }
}
