import JSON
import Reading
import Referrals
import Schemas
import Time
import Webhooks

/// The body of a request that decides an event again.
package struct ReplayRequest: Equatable, Sendable {
    /// The lead of an event whose body does not identify one.
    package struct Lead: Equatable, Sendable {
        /// The e-mail address.
        package var email: EmailAddress?
        /// The partner's id of the person.
        package var customer: String?
    }

    /// The lead; nil if the event identifies one.
    package var lead: Lead?
    /// True to answer the decision and store nothing.
    package var isDryRun = false

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> ReplayRequest {
        try request(body) { members in
            let isDryRun = members.flag("dry_run") ?? false
            guard var named = members.members("lead") else {
                return ReplayRequest(isDryRun: isDryRun)
            }
            let lead = Lead(
                email: named.text("email", atMost: ParticipantLimits.email, as: readEmail),
                customer: named.text(
                    "customer", atMost: ParticipantLimits.customer, as: readIdentifier))
            if named.object != nil, !named.says("email"), !named.says("customer") {
                named.note(.missing(.member, anyOf: ["email", "customer"]), at: "email")
            }
            named.end()
            return ReplayRequest(lead: lead, isDryRun: isDryRun)
        }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "ReplayRequest",
        .closed([
            .optional(
                "lead",
                .closed(
                    [
                        .optional("email", .email.nullable),
                        .optional(
                            "customer", .text(atMost: ParticipantLimits.customer).nullable),
                    ], requiringOneOf: ["email", "customer"]
                ).nullable.described("The lead of an event whose body identifies none.")),
            .optional(
                "dry_run",
                .boolean.nullable.described(
                    "True to answer the decision that would be made now, and store nothing.")),
        ]))
}
