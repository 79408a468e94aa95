import Referrals
import Storage
import Time

/// One event on its way from a message to the rows that it leaves. Each step of the processing adds what it found,
/// and later steps read it.
struct Case {
    // MARK: Given

    /// The message, as the source's mapping read it.
    let incoming: Incoming
    let source: SourceSettings
    /// The time of the processing.
    let now: Instant
    /// The event's own row. The steps set its outcome, its reasons, and what it names.
    var row: EventRow

    // MARK: Found by attribution

    /// The owner of the event's code.
    var owner: Person?
    var lead: Person?
    var referrer: Person?
    /// The campaign of the owner or the lead.
    var campaign: CampaignSettings?

    // MARK: Made by the decision

    /// Rewards that were granted, or are on record from an earlier event.
    var rewards: [Answer.RewardSummary] = []
    /// The refusal that the partner gets, though the event is kept.
    var refusal: Answer.Refused?

    init(_ incoming: Incoming, as id: ID<Event>, from source: SourceSettings, now: Instant) {
        self.incoming = incoming
        self.source = source
        self.now = now
        row = EventRow(
            id: id, source: source.number, sourceVersion: source.version,
            eventID: incoming.eventID, fingerprint: incoming.fingerprint,
            receivedAt: incoming.receivedAt, outcome: .ignored, fields: incoming.fields,
            body: incoming.body)
    }

    /// The role of the person whose code the event has.
    var codeOf: CodeOwner {
        isOfVisits ? .referrer : source.codeOf
    }

    /// True for the event that a participant's link was visited often enough.
    var isOfVisits: Bool { source.isBuiltIn && row.eventID.hasPrefix(OwnEvent.visitPrefix) }

    /// The answer to the partner, once the rows are written.
    func answer(isDuplicate: Bool) -> Answer {
        if let refusal { return .refused(refusal) }
        return .recorded(
            Answer.Recorded(
                event: row.id, outcome: row.outcome, reasons: row.reasons,
                conversion: row.conversion, rewards: rewards, isDuplicate: isDuplicate))
    }
}

/// A participant's row by reference: it is passed along often, and each copy of its six texts would
/// count as many references.
package final class Person {
    let row: ParticipantRow

    init(_ row: ParticipantRow) { self.row = row }

    var id: ID<Participant> { row.participant.id }
}
