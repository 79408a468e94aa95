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

    /// Processes the sign-up of a person who was just enrolled. There is at most one for each
    /// person.
    ///
    /// - Parameter customer: The partner's id of the person, if they were enrolled with one.
    package func processSignUp(
        of person: ParticipantRow, customer: String?, from source: SourceSettings, now: Instant
    ) throws(StorageError) {
        var event = OwnEvent(
            id: "\(Self.signUpGoal):\(person.participant.id.number)", goal: Self.signUpGoal)
        event.customer = customer
        _ = try process(event, about: person, from: source, now: now)
    }

    /// Processes an event of the API about a person as if a partner had posted it.
    package func process(
        _ event: OwnEvent, about person: ParticipantRow, from source: SourceSettings, now: Instant
    ) throws(StorageError) -> Answer {
        let body = event.body(about: person)
        guard let document = source.reading.document(of: body, kept: nil) else {
            throw .contradiction("an event of the API is no JSON")
        }
        let item = source.reading.item(document, headers: Fields(), kept: nil)
        return try process(
            Incoming(
                item, payload: document.root, eventID: event.id, digest: nil, receivedAt: now,
                fields: nil, body: body),
            from: source, now: now)
    }
}
