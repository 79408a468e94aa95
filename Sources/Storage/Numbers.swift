import Database
import Referrals

/// The numbers of new rows, each series ascending and without gaps.
///
/// With one writer the last number is read once and counted in memory. A rollback returns the
/// numbers of its transaction.
package final class Numbers: ForgettableRows {
    private let events: EventTable
    private let deliveries: DeliveryTable
    private var lastEvent: Int64?
    private var lastNotification: Int64?

    init(_ events: EventTable, _ deliveries: DeliveryTable) {
        self.events = events
        self.deliveries = deliveries
    }

    /// Reads the last numbers again on next use.
    package func forget() { (lastEvent, lastNotification) = (nil, nil) }

    /// The number of a new event.
    package func nextEvent() throws(StorageError) -> ID<Event> {
        let last = if let lastEvent { lastEvent } else { try events.lastID() }
        let next = last + 1
        lastEvent = next
        return ID(next)
    }

    /// The number of a new notification; deliveries of one notification to several webhooks share
    /// it.
    package func nextNotification() throws(StorageError) -> Int64 {
        let last = if let lastNotification { lastNotification } else { try deliveries.lastID() }
        let next = last + 1
        lastNotification = next
        return next
    }
}
