import Crypto
import Database
import HTTP
import JSON
import Referrals
import Schemas
import Storage

/// A part of a list: its length and its beginning.
struct Page {
    let limit: Int
    /// The bound below which the numbers of the page lie; nil at the beginning of the list.
    let before: Int64?
    private let list: String

    static let parameters: [QueryParameter] = [
        .integer("limit", in: 1...most, "The number of rows in a page; \(usual) by default."),
        .cursor,
    ]

    private static let usual = 20
    private static let most: Int64 = 100

    init(_ query: Query) throws {
        limit = Int(query.integer("limit") ?? Int64(Self.usual))
        before = try Self.before(query)
        list = query.list
    }

    /// The bound in the parameter `cursor`.
    static func before(_ query: Query) throws -> Int64? {
        guard let text = query["cursor"] else { return nil }
        guard let number = number(ofCursor: text, in: query.list) else {
            throw Problem.invalidParameter(
                "cursor", "the `next` of the previous page of this list", found: text)
        }
        return number
    }

    /// The cursor of a bound; opaque to clients, so that its content may change. It names its list,
    /// because the numbers of another list mean other rows.
    static func cursor(before number: Int64, in list: String) -> String {
        Base64.encode(Array("\(number):\(list)".utf8)).replacing("=", with: "")
    }

    private static func number(ofCursor text: String, in list: String) -> Int64? {
        let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let bytes = Base64.decode(padded) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.elementsEqual(list.utf8) else { return nil }
        return QueryParameter.integer(String(parts[0])).flatMap { $0 > 0 ? $0 : nil }
    }

    /// The rows of the page that meet conditions, and the place at which the next page begins.
    ///
    /// - Parameter accepts: A condition that the database does not check.
    func search(
        _ table: SearchedTable, _ filters: [SearchFilter], _ times: TimeRange, _ call: Call,
        _ store: Store, where accepts: ((Int64) throws -> Bool)? = nil
    ) throws -> RowSearch.Found {
        try store.search.page(
            RowSearch.Query(
                table, of: call.account, filters, since: times.since, until: times.until,
                before: before, limit: limit), where: accepts)
    }

    /// The numbers of the page's rows, and one more if there are more rows.
    func numbers(
        of table: Listing.Table, _ filters: [Listing.Filter], _ account: ID<Account>, _ store: Store
    ) throws -> [Int64] {
        try store.listing.numbers(
            of: table, account: account, filters, before: before, limit: limit + 1)
    }

    /// `{"data": […], "next": cursor|null}`.
    ///
    /// - Parameter rows: The rows of the page, and one more if there are more rows.
    func response<Row>(
        _ rows: [Row], number: (Row) -> Int64,
        _ write: (Row, inout JSON.Writer) throws -> Void
    ) throws -> Response {
        let kept = rows.prefix(limit)
        let next = rows.count > limit ? kept.last.map(number) : nil
        return try response(Array(kept), next: next, write)
    }

    /// `{"data": […], "next": cursor|null}`.
    ///
    /// - Parameters:
    ///   - next: The bound below which the next page lies; nil at the end of the list.
    ///   - more: Writes further members.
    func response<Row>(
        _ rows: [Row], next: Int64?,
        more: (inout JSON.Writer) -> Void = { _ in },
        _ write: (Row, inout JSON.Writer) throws -> Void
    ) throws -> Response {
        var writer = Writer(reservingCapacity: 4096)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for row in rows { try write(row, &writer) }
        writer.endArray()
        writer.member("next", next.map { Self.cursor(before: $0, in: list) })
        more(&writer)
        writer.endObject()
        return Response(status: .ok, contentType: .json, body: writer.bytes)
    }

    /// The schema of a page with rows of one schema.
    ///
    /// - Parameter more: further members of the page.
    static func schema(of row: JSONSchema, with more: [JSONSchema.Property]) -> JSONSchema {
        .object(
            [
                .required("data", .array(of: row)),
                .required(
                    "next",
                    .string.nullable.described(
                        "The cursor of the next page; null at the end. A page of a filtered list may"
                            + " have fewer rows than the limit, even none, before the end.")),
            ] + more)
    }
}

extension QueryParameter {
    /// The place at which a page begins.
    static let cursor = QueryParameter.text(
        "cursor", "The `next` of the previous page of this list.")
}
