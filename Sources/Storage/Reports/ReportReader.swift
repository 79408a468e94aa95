import Database
import Referrals
import Time

/// A counter of a report, as stored.
package struct ReportCount: Sendable {
    /// The beginning of the span that the counter belongs to.
    package var start: Instant
    /// The campaign; nil if none is known.
    package var campaign: ID<Campaign>?
    /// The source; nil if there is none.
    package var source: ID<Source>?
    /// The subject of the change.
    package var subject: Transition.Subject
    /// The former state; empty for a new row.
    package var was: String
    /// The new state.
    package var became: String
    /// The reasons of an event, or the kind of a reward.
    package var detail: String
    /// A currency, `points`, or empty.
    package var unit: String
    /// The number of changes.
    package var count: Int64
    /// The sum of the amounts.
    package var amount: Int64
}

/// Reads the counters of one account.
package struct ReportReader {
    private let session: any Session
    private let catalog: Catalog

    init(_ session: any Session, _ catalog: Catalog) {
        self.session = session
        self.catalog = catalog
    }

    /// One span whose counters are read together.
    struct Part: Equatable {
        var span: ReportSpan
        var start: Instant
    }

    /// Calls the closure with each counter from one instant to another, in the order of time.
    ///
    /// - Parameters:
    ///   - since: The beginning of an hour.
    ///   - until: The beginning of an hour, the first that does not count.
    ///   - coarsest: The longest span whose counters may be read as a whole.
    package func forEach(
        of account: ID<Account>, since: Instant, until: Instant, coarsest: ReportSpan,
        _ body: (ReportCount) throws -> Void
    ) throws {
        guard let range = try range(since, until) else { return }
        let folded = try ReportCounters.folded(catalog).start
        let parts = Self.parts(
            range, coarsest: coarsest,
            // The hour that was folded last may be incomplete in its day.
            foldedUntil: Instant(clampingMicroseconds: folded))
        let select = try session.prepare(
            """
            SELECT campaign_id, source, subject, was, became, detail, unit, count, amount
            FROM report_counts WHERE span = ?1 AND start = ?2 AND account_id = ?3
            """)
        for part in parts {
            try select.bind(1, part.span.rawValue)
            try select.bind(2, part.start.microseconds)
            try select.bind(3, account)
            defer { select.reset() }
            while try select.step() {
                if let count = Self.count(select, part.start) { try body(count) }
            }
        }
    }

    /// The part of a range in which anything was counted.
    private func range(
        _ since: Instant, _ until: Instant
    ) throws(StorageError) -> Range<Instant>? {
        let first = try session.integer(
            "SELECT min(start) FROM report_counts WHERE span = 'hour'")
        let last = try session.integer("SELECT max(start) FROM report_counts WHERE span = 'hour'")
        guard let first, let last else { return nil }
        // From the beginning of its month, so that the first month can be read as a whole.
        let start = max(
            since, ReportSpan.month.start(of: Instant(clampingMicroseconds: first)))
        let end = min(
            until, ReportSpan.hour.end(from: Instant(clampingMicroseconds: last)))
        return start < end ? start..<end : nil
    }

    /// The spans that make up a range, each as long as possible.
    static func parts(
        _ range: Range<Instant>, coarsest: ReportSpan, foldedUntil folded: Instant
    ) -> [Part] {
        let spans: [ReportSpan] =
            switch coarsest {
            case .hour: [.hour]
            case .day: [.day, .hour]
            case .month: [.month, .day, .hour]
            }
        let whole = min(range.upperBound, folded)
        var parts: [Part] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let span =
                spans.first { $0.start(of: start) == start && $0.end(from: start) <= whole }
                ?? .hour
            parts.append(Part(span: span, start: start))
            start = span.end(from: start)
        }
        return parts
    }

    private static func count(_ row: any Statement, _ start: Instant) -> ReportCount? {
        guard let subject = Transition.Subject(rawValue: row.text(2)) else { return nil }
        let (campaign, source) = (row.integer(0), row.integer(1))
        return ReportCount(
            start: start, campaign: campaign == 0 ? nil : ID(campaign),
            source: source == 0 ? nil : ID(source), subject: subject, was: row.text(3),
            became: row.text(4), detail: row.text(5), unit: row.text(6), count: row.integer(7),
            amount: row.integer(8))
    }
}
