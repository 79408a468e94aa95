import Database
import Referrals
import Time

/// The pages of lists that are filtered, over a connection that may only read.
///
/// A page examines a bounded number of rows, and may have fewer rows than it could; `next` is then
/// the last row that was examined, and the next page continues below it. Rows are found by the
/// first of these ways that applies:
///
///     candidates   the rows that an index finds for a filter, if they are at most 2,000
///     a stream     an index that holds the rows of a status in the order of the list
///     a walk       the list itself, from the end or between the times of the search
///     owned rows   the rows of a source or an account that has at most 2,000, if a walk finds few
package final class RowSearch {
    /// A page to find.
    package struct Query: Sendable {
        /// The rows to search.
        package var table: SearchedTable
        /// The account that the rows belong to.
        package var account: ID<Account>
        /// The conditions, all of which a row must meet.
        package var filters: [SearchFilter]
        /// The earliest time of a row.
        package var since: Instant?
        /// The latest time of a row.
        package var until: Instant?
        /// The bound below which the numbers of the page lie; nil at the beginning of the list.
        package var before: Int64?
        /// The largest number of rows.
        package var limit: Int

        package init(
            _ table: SearchedTable, of account: ID<Account>, _ filters: [SearchFilter] = [],
            since: Instant? = nil, until: Instant? = nil, before: Int64? = nil, limit: Int
        ) {
            self.table = table
            self.account = account
            self.filters = filters
            self.since = since
            self.until = until
            self.before = before
            self.limit = limit
        }
    }

    /// A page.
    package struct Found: Equatable, Sendable {
        /// The numbers of the rows, the greatest first.
        package var numbers: [Int64]
        /// The bound below which the next page continues; nil at the end of the list.
        package var next: Int64?

        package init(numbers: [Int64], next: Int64?) {
            self.numbers = numbers
            self.next = next
        }
    }

    /// The number of rows that one page examines.
    package static let mostExamined = 2_000
    /// The number of rows that one page examines if other tables are read for each.
    static let mostLookedUp = 500
    /// The number of rows that one page hands to a condition that is not SQL.
    package static let mostJudged = 100

    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// Finds a page.
    ///
    /// - Parameter accepts: A further condition, which is not SQL; called for rows that meet all
    ///   others.
    package func page(
        _ query: Query, where accepts: ((Int64) throws -> Bool)? = nil
    ) throws -> Found {
        var page = PageInProgress(limit: query.limit, accepts: accepts)
        let span = try SearchSpan(query, session)
        for filter in query.filters.sorted(by: { $0.rank < $1.rank }) {
            guard let rows = filter.candidates(in: query.table, query.account),
                let ids = try candidates(rows, below: span.ceiling)
            else { continue }
            try check(ids, query, &page)
            return page.found
        }
        let start = page
        try walk(query, span, &page)
        if page.isSparse,
            let rows = SearchFilter.owned(in: query.table, query.filters, query.account),
            let ids = try candidates(rows, below: span.ceiling)
        {
            page = start
            try check(ids, query, &page)
        } else if page.mayContinue {
            try check(span.late, query, &page)
        }
        return page.found
    }

    // MARK: Ways

    /// The candidates below a number, the greatest first; nil if they are too many.
    private func candidates(_ rows: [Rows], below ceiling: Int64) throws(StorageError) -> [Int64]? {
        guard let first = rows.first else { return [] }
        var union = Fragment("\(first.column) AS id FROM \(first.text)", first.values)
        for more in rows.dropFirst() {
            union.sql += " UNION ALL SELECT \(more.column) AS id FROM \(more.text)"
            union.values += more.values
        }
        var inner = Conditions()
        inner.add(Fragment(SQL("SELECT ") + union.sql, union.values))
        let place = inner.nextPlace
        let statement = try session.prepare(
            """
            SELECT DISTINCT c.id FROM \(inner.sql) AS c WHERE c.id < ?\(place)
            LIMIT ?\(place + 1)
            """)
        try inner.bind(to: statement)
        try statement.bind(place, ceiling)
        try statement.bind(place + 1, Self.mostExamined + 1)
        var ids: [Int64] = []
        while try statement.step() { ids.append(statement.integer(0)) }
        return ids.count > Self.mostExamined ? nil : ids.sorted(by: >)
    }

    /// Takes those of some rows into the page that meet the conditions.
    private func check(_ ids: [Int64], _ query: Query, _ page: inout PageInProgress) throws {
        guard !ids.isEmpty else { return }
        let conditions = query.conditions
        let place = conditions.nextPlace
        let statement = try session.prepare(
            """
            SELECT CASE WHEN \(conditions.sql) THEN 1 ELSE 0 END FROM \(query.table.name) AS t
            WHERE t.id = ?\(place)
            """)
        try conditions.bind(to: statement)
        for id in ids {
            guard page.examined < Self.mostLookedUp else { return page.isCut = true }
            try statement.bind(place, id)
            let isMet = try statement.step() && statement.integer(0) != 0
            statement.reset()
            guard try page.take(id, isMet) else { return }
        }
    }

    /// Takes rows into the page along a stream, or along the list.
    private func walk(
        _ query: Query, _ span: SearchSpan, _ page: inout PageInProgress
    ) throws {
        let conditions = query.conditions
        let stream = query.filters.lazy.compactMap { $0.stream(of: query.table, query.filters) }
            .first
        var way = Conditions(from: conditions.nextPlace)
        if let stream { way.add(stream.condition) }
        let id = stream?.id ?? "t.id"
        way.add(
            "\(id) >= ? AND \(id) < ?", .integer(span.floor), .integer(span.ceiling))
        let bound = query.isCorrelated ? Self.mostLookedUp : Self.mostExamined
        let statement = try session.prepare(
            """
            SELECT t.id, CASE WHEN \(conditions.sql) THEN 1 ELSE 0 END
            FROM \(stream?.tables ?? "\(query.table.name) AS t")
            WHERE \(way.sql) ORDER BY \(id) DESC LIMIT ?\(way.nextPlace)
            """)
        try conditions.bind(to: statement)
        try way.bind(to: statement)
        try statement.bind(way.nextPlace, bound)
        defer { statement.reset() }
        while try statement.step() {
            guard try page.take(statement.integer(0), statement.integer(1) != 0) else { return }
        }
        page.isCut = page.examined >= bound
    }
}

/// A page while rows are taken into it.
private struct PageInProgress {
    let limit: Int
    let accepts: ((Int64) throws -> Bool)?
    var numbers: [Int64] = []
    var examined = 0
    /// True if rows are left that were not examined.
    var isCut = false
    private var judged = 0
    private var last: Int64?

    init(limit: Int, accepts: ((Int64) throws -> Bool)?) {
        self.limit = limit
        self.accepts = accepts
    }

    /// Takes in a row that was examined. Returns false if the page has ended with it.
    mutating func take(_ id: Int64, _ isMet: Bool) throws -> Bool {
        examined += 1
        last = id
        guard isMet else { return true }
        if let accepts {
            judged += 1
            isCut = judged == RowSearch.mostJudged
            guard try accepts(id) else { return !isCut }
        }
        numbers.append(id)
        return numbers.count <= limit && !isCut
    }

    /// True if the page has ended because few of the rows met the conditions.
    var isSparse: Bool { numbers.count <= limit && isCut && judged < RowSearch.mostJudged }

    /// True if rows below those examined may be taken.
    var mayContinue: Bool { numbers.count <= limit && !isCut }

    var found: RowSearch.Found {
        if numbers.count > limit {
            let kept = Array(numbers.prefix(limit))
            return RowSearch.Found(numbers: kept, next: kept.last)
        }
        return RowSearch.Found(numbers: numbers, next: isCut ? last : nil)
    }
}

extension RowSearch.Query {
    /// The conditions on a row `t`: those that read only the row come first, as SQLite reads no
    /// further ones after one that is false.
    fileprivate var conditions: Conditions {
        var conditions = Conditions()
        for filter in filters where !filter.isCorrelated(on: table) {
            conditions.add(filter.condition(on: table, account))
        }
        conditions.add(table.ownership(of: account))
        if let since { conditions.add("\(table.time) >= ?", .integer(since.microseconds)) }
        if let until { conditions.add("\(table.time) <= ?", .integer(until.microseconds)) }
        for filter in filters where filter.isCorrelated(on: table) {
            conditions.add(filter.condition(on: table, account))
        }
        return conditions
    }

    fileprivate var isCorrelated: Bool { filters.contains { $0.isCorrelated(on: table) } }
}
