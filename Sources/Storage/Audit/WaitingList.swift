import Database
import Referrals
import Time

/// The missing parts that parked events wait for.
package final class WaitingList {
    /// One missing part that an event waits for.
    package struct Entry: Equatable, Sendable {
        /// The kind of the missing part.
        package let awaited: ParkedTable.Awaited
        /// The key of the missing part.
        package let key: String
        /// The end of the wait.
        package let until: Instant
    }

    private let ofEvent: any Statement

    init(_ session: any Session) throws(StorageError) {
        ofEvent = try session.prepare(
            "SELECT awaits, key, expires_at FROM parked WHERE event_id = ?1 ORDER BY awaits, key")
    }

    /// The missing parts of an event.
    package func entries(of event: ID<Event>) throws(StorageError) -> [Entry] {
        try ofEvent.bind(1, event)
        var entries: [Entry] = []
        while try ofEvent.step() {
            guard let awaited = ParkedTable.Awaited(rawValue: ofEvent.text(0)) else { continue }
            entries.append(
                Entry(
                    awaited: awaited, key: ofEvent.text(1),
                    until: Instant(clampingMicroseconds: ofEvent.integer(2))))
        }
        return entries
    }
}
