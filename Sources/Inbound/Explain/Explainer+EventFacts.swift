import HTTP
import Mapping
import Referrals
import Rules
import SQLite
import Storage
import Time
import Workspace

extension Explainer {
    /// What expressions can read of a stored event, its conditions and its mapping taken together.
    package enum EventFacts {
        case found(conditions: Activation, headers: any StringTable)
        /// Its body is gone, or cannot be read any more; why, in a sentence.
        case lost(String)
        case unknown
    }

    /// The facts of an event as they were when it was decided; of one that no decision was made on, its
    /// payload and headers alone. In whichever account it is: for who may read the file.
    package func facts(
        of id: ID<Event>
    ) throws(SQLiteError) -> EventFacts {
        guard let row = try store.events.find(id) else { return .unknown }
        return try rederivation.facts(of: row, now: now)
    }
}

extension Rederivation {
    func facts(
        of row: EventRow, now: Instant
    ) throws(SQLiteError) -> Explainer.EventFacts {
        guard case .settings(let source) = try source(row.source, version: row.sourceVersion) else {
            return .lost("The source as it was then can't be read.")
        }
        guard let incoming = Incoming(stored: row, source) else {
            return .lost("Its body is no longer kept.")
        }
        let headers = CompiledMapping.headers(source.fields(kept: row.fields, eventID: row.eventID))
        if case .qualification(var retrial) = try rederive(row).content {
            _ = try addPeople(to: &retrial, row)
            return .found(conditions: retrial.activation, headers: headers)
        }
        var conditions = Activation(ConditionLanguage.environment)
        conditions[slot: ConditionLanguage.Slot.payload.rawValue] = incoming.payload.map {
            Rules.Value($0)
        }
        conditions[slot: ConditionLanguage.Slot.now.rawValue] = .timestamp(Timestamp(now))
        return .found(conditions: conditions, headers: headers)
    }
}
