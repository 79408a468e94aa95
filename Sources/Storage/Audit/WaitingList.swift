import Database
import Referrals
import Time

/// What parked events wait for.
package final class WaitingList {
    package struct Entry: Equatable, Sendable {
        package let awaited: ParkedTable.Awaited
        package let key: String
        package let until: Instant
    }

    private let ofEvent: any Statement

    init(_ session: any Session) throws(StorageError) {
        ofEvent = try session.prepare(
            "SELECT awaits, key, expires_at FROM parked WHERE event_id = ?1 ORDER BY awaits, key")
    }

    package func entries(of event: ID<Event>) throws(StorageError) -> [Entry] {
        try ofEvent.bind(1, event.number)
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
