import Database
import Referrals
import Time

/// The writer's counters of changes of state, for reports.
///
/// Changes are summed in memory and written once per commit, within its transaction: a few rows,
/// however many events share the commit. Each hour's counters are added to those of its day and
/// month when the hour is over (see `foldNext`), so that a report over a year reads few rows.
package final class ReportCounters: ForgettableRows {
    private struct Sum {
        let start: Int64
        let transition: Transition
        var count: Int64
        var amount: Int64
    }

    /// The number of sums that are kept in memory. A search through them is faster than hashing.
    private static let mostSums = 48

    private let add, fold, nextStart, nextAccount, nextCampaign: any Statement
    private let catalog: Catalog
    /// The sums that are not written yet.
    private var sums: [Sum] = []
    /// The place of the sum that was changed last; before the first one if there is none.
    private var latest = -1
    /// The last part that was folded, as far as known.
    private var known: Folded?

    private static let key = """
        span, start, account_id, campaign_id, source, subject, was, became, detail, unit
        """

    init(_ session: any Session, _ catalog: Catalog) throws(StorageError) {
        self.catalog = catalog
        let sum = RewardTotals.clamped("report_counts.amount + excluded.amount")
        add = try session.prepare(
            """
            INSERT INTO report_counts(\(Self.key), count, amount)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            ON CONFLICT (\(Self.key))
            DO UPDATE SET count = report_counts.count + excluded.count, amount = \(sum)
            """)
        fold = try session.prepare(
            """
            INSERT INTO report_counts(\(Self.key), count, amount)
            SELECT ?1, ?2, account_id, campaign_id, source, subject, was, became, detail, unit, count, amount
            FROM report_counts
            WHERE span = 'hour' AND start = ?3 AND account_id = ?4 AND campaign_id = ?5
            ON CONFLICT (\(Self.key))
            DO UPDATE SET count = report_counts.count + excluded.count, amount = \(sum)
            """)
        nextStart = try session.prepare(
            "SELECT min(start) FROM report_counts WHERE span = 'hour' AND start > ?1")
        nextAccount = try session.prepare(
            """
            SELECT min(account_id) FROM report_counts
            WHERE span = 'hour' AND start = ?1 AND account_id > ?2
            """)
        nextCampaign = try session.prepare(
            """
            SELECT min(campaign_id) FROM report_counts
            WHERE span = 'hour' AND start = ?1 AND account_id = ?2 AND campaign_id > ?3
            """)
        sums.reserveCapacity(Self.mostSums)
    }

    // MARK: Counting

    /// Counts a change of state, in the open transaction.
    ///
    /// - Parameters:
    ///   - now: The time of the change itself, which may be later than that of its event.
    ///   - amount: The amount that enters the new state, or by which the amount in it changes;
    ///     negative if it takes away.
    package func count(
        _ transition: Transition, at now: Instant, amount: Int64 = 0
    ) throws(StorageError) {
        let start = ReportSpan.hour.start(of: now).microseconds
        // Events of one kind follow one another, so that the next sum is mostly the one after the last.
        for step in sums.indices {
            var index = latest &+ 1 &+ step
            if index >= sums.count { index -= sums.count }
            guard sums[index].start == start, sums[index].transition == transition else { continue }
            sums[index].count += 1
            sums[index].amount = RewardTotals.sum(sums[index].amount, amount)
            latest = index
            return
        }
        if sums.count == Self.mostSums { try write() }
        latest = sums.count
        sums.append(Sum(start: start, transition: transition, count: 1, amount: amount))
    }

    /// Counts a person who has joined.
    func enrolled(
        _ row: ParticipantRow, by source: ID<Source>?, at now: Instant
    ) throws(StorageError) {
        let person = row.participant
        try count(
            Transition(
                .enrolled(isLead: person.isLead), account: row.account, campaign: person.campaign,
                source: source), at: now)
    }

    /// Counts a participant who has a referrer from now on.
    package func referred(_ row: ParticipantRow, at now: Instant) throws(StorageError) {
        try count(
            Transition(
                .referred, account: row.account, campaign: row.participant.campaign, source: nil),
            at: now)
    }

    // MARK: Transactions

    /// Writes the sums; must be called before each commit.
    func write() throws(StorageError) {
        guard !sums.isEmpty else { return }
        let folded = try folded()
        for sum in sums {
            try write(sum, .hour, start: sum.start)
            // The clock was set back: the hour is in its day and month already.
            let part = Folded(
                start: sum.start, account: sum.transition.account.number,
                campaign: sum.transition.campaign?.number ?? 0)
            guard !(folded < part) else { continue }
            let hour = Instant(clampingMicroseconds: sum.start)
            for span in [ReportSpan.day, .month] {
                try write(sum, span, start: span.start(of: hour).microseconds)
            }
        }
        sums.removeAll(keepingCapacity: true)
        latest = -1
    }

    private func write(_ sum: Sum, _ span: ReportSpan, start: Int64) throws(StorageError) {
        let transition = sum.transition
        let texts = transition.texts
        try add.bind(1, span.rawValue)
        try add.bind(2, start)
        try add.bind(3, transition.account)
        try add.bind(4, transition.campaign?.number ?? 0)
        try add.bind(5, transition.source?.number ?? 0)
        try add.bind(6, texts.subject.rawValue)
        try add.bind(7, texts.was)
        try add.bind(8, texts.became)
        try add.bind(9, texts.detail)
        try add.bind(10, transition.unitText)
        try add.bind(11, sum.count)
        try add.bind(12, sum.amount)
        try add.run()
    }

    /// Drops the sums that are not written.
    package func forget() {
        sums.removeAll(keepingCapacity: true)
        latest = -1
        known = nil
    }

    // MARK: Folding

    /// The last part of the counters that was added to its day and month: one hour of one campaign.
    struct Folded: Comparable {
        var start: Int64
        var account: Int64
        var campaign: Int64

        static let none = Folded(start: .min, account: 0, campaign: 0)

        static func < (one: Folded, other: Folded) -> Bool {
            (one.start, one.account, one.campaign)
                < (other.start, other.account, other.campaign)
        }
    }

    private static let mark = "report_folded"

    private func folded() throws(StorageError) -> Folded {
        if let known { return known }
        let folded = try Self.folded(catalog)
        known = folded
        return folded
    }

    static func folded(_ catalog: Catalog) throws(StorageError) -> Folded {
        let parts = (try catalog.meta(mark) ?? "").split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 3 else { return .none }
        return Folded(start: parts[0], account: parts[1], campaign: parts[2])
    }

    /// True if an hour that is over is not in its day and month yet.
    package func canFold(at now: Instant) throws(StorageError) -> Bool {
        try next(before: now) != nil
    }

    /// Adds one hour of one campaign to its day and month. Returns false if no hour is left that
    /// is over.
    package func foldNext(at now: Instant) throws(StorageError) -> Bool {
        // The sums of this transaction belong to hours that may be folded.
        try write()
        guard let part = try next(before: now) else { return false }
        let hour = Instant(clampingMicroseconds: part.start)
        for span in [ReportSpan.day, .month] {
            try fold.bind(1, span.rawValue)
            try fold.bind(2, span.start(of: hour).microseconds)
            try fold.bind(3, part.start)
            try fold.bind(4, part.account)
            try fold.bind(5, part.campaign)
            try fold.run()
        }
        try catalog.set(meta: Self.mark, to: "\(part.start):\(part.account):\(part.campaign)")
        known = part
        return true
    }

    private func next(before now: Instant) throws(StorageError) -> Folded? {
        let present = ReportSpan.hour.start(of: now).microseconds
        var part = try folded()
        if part != .none {
            if let campaign = try first(nextCampaign, [part.start, part.account, part.campaign]) {
                part.campaign = campaign
                return part
            }
            if let account = try first(nextAccount, [part.start, part.account]) {
                return try firstCampaign(part.start, account)
            }
        }
        guard let start = try first(nextStart, [part.start]), start < present,
            let account = try first(nextAccount, [start, 0])
        else { return nil }
        return try firstCampaign(start, account)
    }

    private func firstCampaign(
        _ start: Int64, _ account: Int64
    ) throws(StorageError) -> Folded? {
        let campaign = try first(nextCampaign, [start, account, -1])
        return campaign.map { Folded(start: start, account: account, campaign: $0) }
    }

    private func first(
        _ statement: any Statement, _ keys: [Int64]
    ) throws(StorageError) -> Int64? {
        for (index, key) in keys.enumerated() { try statement.bind(Int32(index + 1), key) }
        defer { statement.reset() }
        return try statement.step() ? statement.optionalInteger(0) : nil
    }
}
