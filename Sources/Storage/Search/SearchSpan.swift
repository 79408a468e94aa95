import Database
import Referrals
import Time

/// The numbers among which the rows between two times are.
///
/// Events, and what they made, have numbers in the order in which events arrived, so that a binary
/// search finds the bounds. Arrivals of one moment may be recorded in another order; the bounds
/// leave room for that. A conversion is created after the arrival of its event, by which it has its
/// number: by less than a minute, or `late_conversions` lists it.
struct SearchSpan {
    /// The lowest number of a row, other than those in `late`.
    private(set) var floor: Int64 = 0
    /// The bound below which all numbers are.
    private(set) var ceiling = Int64.max
    /// The rows below `floor` that may belong to the search, the greatest first.
    private(set) var late: [Int64] = []

    /// The number of events that may arrive before an event and be recorded after it, or the
    /// reverse: some transactions of the writer.
    static let disorder: Int64 = 512
    /// More than the time after which a conversion is late.
    private static let delay = Duration.seconds(60)

    init(_ query: RowSearch.Query, _ session: any Session) throws(StorageError) {
        ceiling = query.before ?? .max
        guard let perEvent = query.table.perEvent else { return }
        if let until = query.until {
            let event = try Self.first(receivedAfter: until, session) + Self.disorder
            ceiling = min(ceiling, event * perEvent)
        }
        guard let since = query.since else { return }
        guard query.table != .events else {
            floor = try Self.first(receivedAfter: since, session) - Self.disorder
            return
        }
        let event = try Self.first(receivedAfter: since - Self.delay, session) - Self.disorder
        guard let late = try Self.late(since: since, below: event, session) else { return }
        floor = event * perEvent
        self.late = late.flatMap { id in
            (0..<perEvent).reversed().map { id * perEvent + $0 }
        }.filter { [ceiling] in $0 < ceiling }
    }

    /// The number of the first event received after a time; one more than the last event's if there
    /// is none.
    static func first(
        receivedAfter time: Instant, _ session: any Session
    ) throws(StorageError) -> Int64 {
        let received = try session.prepare(
            "SELECT id, received_at FROM events WHERE id >= ?1 ORDER BY id LIMIT 1")
        var high = (try session.integer("SELECT max(id) FROM events") ?? 0) + 1
        var low: Int64 = 1
        while low < high {
            let middle = low + (high - low) / 2
            try received.bind(1, middle)
            guard try received.step() else { break }
            defer { received.reset() }
            if received.integer(1) > time.microseconds {
                high = middle
            } else {
                low = received.integer(0) + 1
            }
        }
        return low
    }

    /// The late conversions since a time, the greatest number first; nil if they are too many.
    private static func late(
        since: Instant, below id: Int64, _ session: any Session
    ) throws(StorageError) -> [Int64]? {
        let statement = try session.prepare(
            """
            SELECT conversion_id FROM late_conversions
            WHERE created_at >= ?1 AND conversion_id < ?2 LIMIT ?3
            """)
        try statement.bind(1, since.microseconds)
        try statement.bind(2, id)
        try statement.bind(3, RowSearch.mostLookedUp + 1)
        var ids: [Int64] = []
        while try statement.step() { ids.append(statement.integer(0)) }
        return ids.count > RowSearch.mostLookedUp ? nil : ids.sorted(by: >)
    }
}
