import Database
import Referrals
import Time

/// The pages of lists of deliveries, over a connection that may only read.
///
/// A page examines a bounded number of deliveries of each webhook, and may have fewer rows than it
/// could (see RowSearch). Failed and cancelled deliveries are found by an index of their own,
/// waiting ones from the beginning of the queue; all others along the list.
package final class DeliverySearch {
    /// A page to find.
    package struct Query: Sendable {
        /// The webhooks whose deliveries are searched.
        package var webhooks: [ID<Webhook>]
        /// The account of the webhooks.
        package var account: ID<Account>
        /// The status of the deliveries.
        package var status: DeliveryStatus?
        /// The type of the notifications.
        package var type: NotificationType?
        /// The people whom the notifications name, and the orders whose conversions they name.
        /// Other filters have no effect.
        package var names: [SearchFilter] = []
        /// The earliest time of queueing.
        package var since: Instant?
        /// The latest time of queueing.
        package var until: Instant?
        /// The bound below which the numbers of the page lie; nil at the beginning of the list.
        package var before: DeliveryNumber?
        /// The largest number of rows.
        package var limit: Int

        package init(
            of webhooks: [ID<Webhook>], account: ID<Account>, before: DeliveryNumber? = nil,
            limit: Int
        ) {
            self.webhooks = webhooks
            self.account = account
            self.before = before
            self.limit = limit
        }
    }

    /// A page.
    package struct Found: Sendable {
        /// The deliveries in descending order of their numbers.
        package var rows: [DeliveryLog.Row]
        /// The bound below which the next page continues; nil at the end of the list.
        package var next: DeliveryNumber?
    }

    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// Finds a page.
    package func page(_ query: Query) throws(StorageError) -> Found {
        var rows: [DeliveryLog.Row] = []
        // Above this number the deliveries of every webhook have been examined.
        var frontier: Int64?
        let share = max(200, query.mostExamined / max(1, query.webhooks.count))
        for webhook in query.webhooks {
            let (found, last) = try deliveries(of: webhook, query, atMost: share)
            rows += found
            guard let last else { continue }
            let number = DeliveryNumber(notification: last, webhook: webhook).number
            frontier = max(frontier ?? number, number)
        }
        rows.sort { $0.number > $1.number }
        if let frontier { rows.removeAll { $0.number < frontier } }
        if rows.count > query.limit {
            rows = Array(rows.prefix(query.limit))
            frontier = rows.last?.number
        }
        return Found(rows: rows, next: frontier.map { DeliveryNumber($0) })
    }

    /// One webhook's part of a page, and the last delivery that was examined; nil if none is left.
    private func deliveries(
        of webhook: ID<Webhook>, _ query: Query, atMost bound: Int
    ) throws(StorageError) -> (rows: [DeliveryLog.Row], last: Int64?) {
        let conditions = query.conditions
        var way = Conditions(from: conditions.nextPlace)
        way.add("deliveries.webhook_id = ?", .integer(webhook.number))
        var (tables, id): (SQL, SQL) = ("deliveries", "deliveries.id")
        if let status = query.status, status.isRare {
            (tables, id) = ("rare_states AS s CROSS JOIN deliveries", "s.number")
            way.add(
                "s.list = 'deliveries' AND s.owner = ? AND s.state = ? AND deliveries.id = s.number",
                .integer(webhook.number), .text(status.rawValue))
        }
        let span = try span(of: webhook, query)
        way.add(
            "\(id) >= ? AND \(id) < ?", .integer(span.lowerBound), .integer(span.upperBound))
        let statement = try session.prepare(
            """
            SELECT \(DeliveryLog.columns), CASE WHEN \(conditions.sql) THEN 1 ELSE 0 END
            FROM \(tables) WHERE \(way.sql)
            ORDER BY \(id) DESC LIMIT ?\(way.nextPlace)
            """)
        try conditions.bind(to: statement)
        try way.bind(to: statement)
        try statement.bind(way.nextPlace, bound)
        defer { statement.reset() }
        var rows: [DeliveryLog.Row] = []
        var (examined, last): (Int, Int64?) = (0, nil)
        while try statement.step() {
            examined += 1
            last = statement.integer(1)
            guard statement.integer(8) != 0 else { continue }
            rows.append(DeliveryLog.row(statement))
            if rows.count > query.limit { return (rows, last) }
        }
        return (rows, examined == bound ? last : nil)
    }

    // MARK: Bounds

    /// The numbers among which the deliveries of a webhook are.
    private func span(
        of webhook: ID<Webhook>, _ query: Query
    ) throws(StorageError) -> Range<Int64> {
        // Of one notification the webhook with the higher number comes first.
        var ceiling =
            query.before.map { webhook < $0.webhook ? $0.notification + 1 : $0.notification }
            ?? Int64.max
        var floor: Int64 = 0
        if let until = query.until {
            ceiling = min(ceiling, try first(after: until, of: webhook) + SearchSpan.disorder)
        }
        if let since = query.since {
            floor = try first(after: since, of: webhook) - SearchSpan.disorder
        }
        if query.status == .pending || query.status == .sending {
            floor = max(floor, try firstWaiting(of: webhook))
        }
        return min(floor, ceiling)..<ceiling
    }

    /// The number of a webhook's first delivery queued after a time: numbers and times grow
    /// together, so a binary search finds it.
    private func first(
        after time: Instant, of webhook: ID<Webhook>
    ) throws(StorageError) -> Int64 {
        let queued = try session.prepare(
            """
            SELECT id, created_at FROM deliveries WHERE webhook_id = ?1 AND id >= ?2
            ORDER BY id LIMIT 1
            """)
        try queued.bind(1, webhook)
        let last = try session.prepare("SELECT max(id) FROM deliveries WHERE webhook_id = ?1")
        try last.bind(1, webhook)
        guard try last.step() else { return 0 }
        var high = last.integer(0) + 1
        last.reset()
        var low: Int64 = 1
        while low < high {
            let middle = low + (high - low) / 2
            try queued.bind(2, middle)
            guard try queued.step() else { break }
            defer { queued.reset() }
            if queued.integer(1) > time.microseconds {
                high = middle
            } else {
                low = queued.integer(0) + 1
            }
        }
        return low
    }

    /// The number of the first delivery that may wait: below the head of the queue only those wait
    /// that were attempted before. If there are many of these, they are not looked through.
    private func firstWaiting(of webhook: ID<Webhook>) throws(StorageError) -> Int64 {
        let head = try session.prepare("SELECT head FROM webhook_queues WHERE webhook_id = ?1")
        try head.bind(1, webhook)
        guard try head.step() else { return 0 }
        var first = head.integer(0)
        head.reset()
        let again = try session.prepare(
            """
            SELECT id FROM deliveries \(sqlite: "INDEXED BY deliveries_again")
            WHERE webhook_id = ?1 AND attempts > 0 AND next_attempt_at IS NOT NULL LIMIT ?2
            """)
        try again.bind(1, webhook)
        try again.bind(2, RowSearch.mostLookedUp + 1)
        var count = 0
        while try again.step() {
            first = min(first, again.integer(0))
            count += 1
        }
        return count > RowSearch.mostLookedUp ? 0 : first
    }
}

extension DeliverySearch.Query {
    /// The conditions on a row of `deliveries`.
    fileprivate var conditions: Conditions {
        var conditions = Conditions()
        if let type { conditions.add("deliveries.type = ?", .text(type.rawValue)) }
        if let status { conditions.add("deliveries.status = ?", .text(status.rawValue)) }
        let time: SQL = "deliveries.created_at"
        conditions.add(
            "\(time) >= ? AND \(time) <= ?", .integer((since ?? .earliest).microseconds),
            .integer((until ?? .latest).microseconds))
        for filter in names {
            switch filter {
            case .person(let name, _):
                let people = SearchFilter.people(name, account)
                conditions.add(
                    Fragment(
                        """
                        EXISTS (SELECT 1 FROM participants AS p
                            WHERE p.id IN (\(Withheld.people)) AND p.id IN \(people.list))
                        """, people.values))
            case .businessKey(let key, _):
                let conversions = SearchFilter.conversions(key, account)
                conditions.add(
                    Fragment(
                        "\(Withheld.conversion) IN \(conversions.list)", conversions.values))
            default: break
            }
        }
        return conditions
    }

    /// Fewer if other tables are read for each delivery.
    fileprivate var mostExamined: Int {
        names.isEmpty ? RowSearch.mostExamined : RowSearch.mostLookedUp
    }
}

extension DeliveryLog.Row {
    /// The number by which the API names the delivery.
    package var number: Int64 { DeliveryNumber(notification: id, webhook: webhook).number }
}
