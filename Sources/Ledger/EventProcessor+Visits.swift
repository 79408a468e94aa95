import Database
import Referrals
import Storage
import Time

extension OwnEvent {
    /// The beginning of the ids of events about visits.
    static let visitPrefix = "visit:"
}

// Visits of referral links.
extension EventProcessor {
    /// The goal that a participant's link reaches by being visited.
    package static let visitGoal = "visit"

    /// The number of rows of former days that are deleted with a new visit.
    private static let forgotten = 100

    /// Counts a visit. In a campaign with the goal `visit`, each visit that completes a multiple of
    /// the goal threshold is an event of the built-in source; its lead is an unnamed person who
    /// stands for the visitors.
    ///
    /// - Parameter source: The built-in source of the participant's account; called only for an
    ///   event.
    package func note(
        _ visit: Visit, source: (ParticipantRow) throws -> SourceSettings, now: Instant
    ) throws {
        _ = try store.visits.forget(before: visit.day, limit: Self.forgotten)
        guard let person = try store.participants.find(visit.participant),
            !person.participant.isDisabled, let count = try store.visits.add(visit),
            let rules = declarations.campaigns[person.participant.campaign]?.version.rules,
            rules.goalType == Self.visitGoal, count % max(1, rules.goalThreshold) == 0
        else { return }
        let number = person.participant.id.number
        var event = OwnEvent(
            id: "\(OwnEvent.visitPrefix)\(number):\(count)", goal: Self.visitGoal)
        event.customer = "visits:\(number):\(count)"
        event.isOfOwner = false
        _ = try process(event, about: person, from: source(person), now: now)
    }
}
