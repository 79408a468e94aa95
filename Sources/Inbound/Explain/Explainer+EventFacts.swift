import Conditions
import Database
import HTTP
import Mapping
import Referrals
import Rules
import Storage
import Time

extension Explainer {
    /// What expressions can read of a stored event, its conditions and its mapping taken together.
    package enum EventFacts {
        /// What names the person of the event is not to be shown.
        case found(conditions: Activation, headers: any StringTable, hidden: HiddenValues)
        /// Its body is gone, or cannot be read any more; why, in a sentence.
        case lost(String)
        case unknown
    }

    /// The facts of an event as they were when it was decided; of one that no decision was made on, its
    /// payload and headers alone. In whichever account it is: for who may read the file.
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
            return .lost("The source as it was then can't be read.")
        }
        guard let incoming = Incoming(stored: row, source), let payload = incoming.payload else {
            return .lost("Its body is no longer kept.")
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
    /// What the mapping marks as a person's.
    var personNames: [String] {
        [email, email.flatMap { EmailAddress($0)?.canonical }, customer, firstName].compactMap(
            \.self)
    }
}
