import HTTP
import Referrals
import Storage
import Time

/// The parameters of a report.
struct ReportQuery {
    /// A key by which figures are grouped.
    enum Key: String, CaseIterable {
        case day, month, campaign, source
    }

    static let parameters: [QueryParameter] = [
        .time("since", "The beginning: a time, or a date.", example: "2026-11-01"),
        .time("until", "The end: a time, or a date.", example: "2026-12-01T00:00:00Z"),
        .text(
            "by",
            "The keys of the groups, separated by commas: \(Key.allCases.map(\.rawValue)).",
            example: "day,campaign"),
        API.campaignFilter, .text("source", "The id of a source."), .format,
    ]

    /// The beginning of the first hour.
    var since: Instant
    /// The end of the last hour.
    var until: Instant
    /// The keys, in the order of `Key`.
    var keys: [Key]
    /// The only campaign that counts; nil for all.
    var campaign: ID<Campaign>?

    /// The days of a report that names no beginning.
    private static let usualDays = 30

    init(_ query: Query, of account: ID<Account>, now: Instant) throws {
        let lastHour = ReportSpan.hour.start(of: now)
        let until = query.time("until")
        self.until =
            until.map { time in
                let start = ReportSpan.hour.start(of: time)
                return start == time ? start : ReportSpan.hour.end(from: start)
            } ?? ReportSpan.hour.end(from: lastHour)
        let usual =
            ReportSpan.day.start(of: self.until) - .seconds(86_400 * (Self.usualDays - 1))
        since = ReportSpan.hour.start(of: query.time("since") ?? usual)
        guard since < self.until else {
            throw Problem.invalidParameter("since", "earlier than until")
        }
        keys = try Self.keys(query)
        campaign = query.campaign(of: account)
    }

    private static func keys(_ query: Query) throws -> [Key] {
        guard let text = query["by"] else { return [] }
        let expected =
            "a list of " + Key.allCases.map(\.rawValue).joined(separator: ", ")
            + ", each at most once, and not both day and month"
        var keys: Set<Key> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let key = Key(rawValue: String(word)), keys.insert(key).inserted else {
                throw Problem.invalidParameter("by", expected)
            }
        }
        guard !keys.isSuperset(of: [.day, .month]) else {
            throw Problem.invalidParameter("by", expected)
        }
        return Key.allCases.filter(keys.contains)
    }

    /// The span of each group; nil if one group holds the whole time.
    var span: ReportSpan? {
        if keys.contains(.day) { return .day }
        return keys.contains(.month) ? .month : nil
    }
}
