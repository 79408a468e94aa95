import Conditions
import Database
import HTTP
import Ledger
import Mapping
import Referrals
import Rules
import Storage
import Time

extension Explainer {
    /// The values of a stored event that expressions can read, for its conditions and its mapping
    /// together.
    package enum EventFacts {
        /// The values were found; those in `hidden` identify the person of the event and must not
        /// be shown.
        case found(conditions: Activation, headers: any StringTable, hidden: HiddenValues)
        /// The body is gone, or cannot be read any more; the sentence gives the reason.
        case lost(String)
        case unknown
    }

    /// The facts of an event as of its decision; for an event without a decision, only its payload
    /// and headers. It ignores accounts: its callers may read the whole file.
    package func facts(
        of id: ID<Event>
    ) throws(StorageError) -> EventFacts {
        guard let row = try store.events.find(id) else { return .unknown }
        return try rederivation.facts(of: row, now: now)
    }
}

extension Rederivation {
    func facts(
        of row: EventRow, now: Instant
    ) throws(StorageError) -> Explainer.EventFacts {
        guard case .settings(let source) = try source(row.source, version: row.sourceVersion) else {
            return .lost("The source's version of that time cannot be read.")
        }
        guard let incoming = Incoming(stored: row, source), let payload = incoming.payload else {
            return .lost("The body of the event is no longer stored.")
        }
        let fields = source.fields(kept: row.fields, eventID: row.eventID)
        let headers = CompiledMapping.headers(fields)
        var names = source.mapping.legibleFields(of: payload, headers: fields).personNames
        if case .qualification(var retrial) = try rederive(row).content {
            _ = try addPeople(to: &retrial, row)
            names += retrial.personNames
            return .found(
                conditions: retrial.activation, headers: headers, hidden: HiddenValues(names))
        }
        var conditions = Activation(ConditionLanguage.environment)
        conditions[slot: ConditionLanguage.Slot.payload.rawValue] = Rules.Value(payload)
        conditions[slot: ConditionLanguage.Slot.now.rawValue] = .timestamp(Timestamp(now))
        return .found(conditions: conditions, headers: headers, hidden: HiddenValues(names))
    }
}

extension LegibleFields {
    /// The values that the mapping marks as a person's.
    var personNames: [String] {
        [email, email.flatMap { EmailAddress($0)?.canonical }, customer, firstName].compactMap(
            \.self)
    }
}
