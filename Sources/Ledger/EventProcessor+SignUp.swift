import Database
import HTTP
import JSON
import Mapping
import Referrals
import Storage
import Time

// Events that the API itself causes, from the built-in source.
extension EventProcessor {
    /// The goal that a referred person reaches by enrolling through the API.
    package static let signUpGoal = "signup"

    /// Processes the sign-up of a person who was just enrolled: an event like any other, which
    /// names them by their own code.
    ///
    /// - Parameter customer: The partner's id of the person, if they were enrolled with one.
    package func processSignUp(
        of person: ParticipantRow, customer: String?, from source: SourceSettings, now: Instant
    ) throws(StorageError) {
        var writer = Writer(reservingCapacity: 192)
        writer.beginObject()
        writer.member("goal", ifPresent: Self.signUpGoal)
        writer.member("referral_code", ifPresent: person.code)
        writer.member("email", ifPresent: person.participant.email)
        writer.member("customer", ifPresent: customer)
        writer.endObject()
        let body = writer.bytes
        guard let document = source.reading.document(of: body, kept: nil) else {
            throw .contradiction("the event of a sign-up is no JSON")
        }
        let item = source.reading.item(document, headers: Fields(), kept: nil)
        _ = try process(
            Incoming(
                item, payload: document.root,
                // At most one for each person.
                eventID: "\(Self.signUpGoal):\(person.participant.id.number)", digest: nil,
                receivedAt: now, fields: nil, body: body),
            from: source, now: now)
    }
}
