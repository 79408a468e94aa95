import JSON
import Reading
import Referrals
import Schemas

/// The body of a request for a subscription in ReferralLoop's form: one event of one waitlist.
package struct SubscriptionRequest: Equatable, Sendable {
    /// The event.
    package var event: NotificationType
    /// The URL to call.
    package var url: String
    /// The waitlist; nil after a mistake.
    package var waitlist: UID?

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "SubscriptionRequest",
        .closed([
            .required("event_type", .choice(NotificationType.self)),
            .required("target_url", .url.described("The address that is called.")),
            .required("waitlist_id", .declaredUUID.described("The UUID of the waitlist.")),
        ]))

    /// Reads the body.
    ///
    /// - Parameter refusal: returns the reason for which a URL must not be called; nil if it may
    ///   be.
    package static func read(
        _ body: Document, refusal: (String) -> String?
    ) throws(Mistakes) -> SubscriptionRequest {
        try request(body) { members in
            let event = members.choice(
                "event_type", of: NotificationType.self, required: true)
            let url = members.text("target_url", atMost: longestURL, required: true) {
                text throws(Fault) in
                let url = try readURL(text)
                if let reason = refusal(url) { throw .refusedAddress(reason) }
                return url
            }
            return SubscriptionRequest(
                event: event ?? .signupCreated, url: url ?? "",
                waitlist: members.uid("waitlist_id", required: true))
        }
    }
}
