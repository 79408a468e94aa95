import Database
import Referrals
import Time

/// Events in the order of their numbers, read in one pass.
package final class EventScan {
    private let statement: any Statement
    private var isDone = false

    /// The number of the first event of the scan.
    package let first: ID<Event>

    init(_ session: any Session, since: Instant?) throws(StorageError) {
        var first: Int64 = 1
        if let since {
            // The times of arrival are in the order of the numbers but for a few transactions.
            first = try SearchSpan.first(receivedAfter: since - .seconds(1), session)
            first = max(1, first - SearchSpan.disorder)
        }
        self.first = ID(first)
        statement = try session.prepare(
            """
            SELECT \(EventTable.columns) FROM events
            WHERE id >= ?1 AND received_at >= ?2 ORDER BY id
            """)
        try statement.bind(1, first)
        try statement.bind(2, since?.microseconds ?? .min)
    }

    /// The next events, at most `limit`; empty at the end.
    package func next(_ limit: Int) throws(StorageError) -> [EventRow] {
        guard !isDone else { return [] }
        var rows: [EventRow] = []
        rows.reserveCapacity(limit)
        while rows.count < limit {
            guard try statement.step() else {
                isDone = true
                break
            }
            rows.append(EventTable.row(statement))
        }
        return rows
    }
}
