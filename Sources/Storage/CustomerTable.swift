import Referrals
import SQLite

/// Partners' own names for people, learnt from what names both.
///
/// Most are learnt with a conversion, thousands a second, and each would dirty a page of its own in a
/// table ordered by customer: measured, a fifth of the rate. A conversion's row holds the customer too, and
/// is appended. So these are taken from the conversions and entered into `customers` later, many at a time
/// and in the table's order, so that neighbours share pages. Which conversions are entered is kept under a
/// name in `meta`; those behind it are in memory, and are read again from the conversions when what was
/// remembered is to be forgotten.
package final class CustomerTable {
    private let ofCampaign, insert, conversions, campaigns, getMark, setMark: Statement

    private struct Key: Hashable {
        let campaign: Int64
        let customer: String
    }

    private struct Entry: Comparable {
        let key: Key
        let participant: Int64

        /// The order of the table: bytes, as SQLite compares text.
        static func < (one: Self, other: Self) -> Bool {
            guard one.key.campaign == other.key.campaign else {
                return one.key.campaign < other.key.campaign
            }
            let (left, right) = (one.key.customer.utf8.span, other.key.customer.utf8.span)
            let shared = min(left.count, right.count)
            for index in 0..<shared where left[index] != right[index] {
                return left[index] < right[index]
            }
            return left.count < right.count
        }
    }

    /// Learnt with conversions up to this number, and entered.
    private var mark: Int64 = 0
    /// What is being entered: in the order of the table, up to `entered`, with conversions up to `lastOfRun`.
    private var run: [Entry] = []
    private var entered = 0
    private var lastOfRun: Int64 = 0
    private var ofRun: [Key: Int64] = [:]
    /// What came after it.
    private var gathered: [Key: Int64] = [:]
    private var last: Int64 = 0
    private var isLoaded = false

    /// So many are entered in one order. A page of the table has room for some 150: with a million customers
    /// each page takes one or two of a run.
    package static let runLength = 8_192
    /// The conversions behind `mark`, those without a customer included, are at most about this many: all of
    /// them are read again after `forget`.
    package static let longestWalk: Int64 = 32_768
    /// So many are entered in one transaction.
    private static let stepLength = 96
    private static let markName: StaticString = "customers_entered"

    init(_ connection: Connection) throws(SQLiteError) {
        ofCampaign = try connection.prepare(
            """
            SELECT participant_id FROM customers WHERE campaign_id = ?1 AND customer = ?2
                AND NOT EXISTS (SELECT 1 FROM erasures AS x
                    WHERE x.participant_id = customers.participant_id)
            """)
        // The name of somebody who was deleted is free, also where it is not erased yet.
        insert = try connection.prepare(
            """
            INSERT INTO customers VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET participant_id = excluded.participant_id
                WHERE customers.participant_id IN (SELECT participant_id FROM erasures)
            """)
        conversions = try connection.prepare(
            """
            SELECT id, campaign_id, \(Withheld.column("customer", of: "lead_id")), lead_id
            FROM conversions WHERE id > ?1 ORDER BY id
            """)
        campaigns = try connection.prepare(
            "SELECT id FROM campaigns WHERE account_id = ?1 ORDER BY id")
        getMark = try connection.prepare("SELECT value FROM meta WHERE name = ?1")
        setMark = try connection.prepare(
            "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")
    }

    // MARK: Looking up

    package func find(
        _ customer: String, in campaign: ID<Campaign>
    ) throws(SQLiteError) -> ID<Participant>? {
        try load()
        try ofCampaign.bind(1, campaign.number)
        try ofCampaign.bind(2, customer)
        if try ofCampaign.step() {
            defer { ofCampaign.reset() }
            return ID(ofCampaign.integer(0))
        }
        let key = Key(campaign: campaign.number, customer: customer)
        return (ofRun[key] ?? gathered[key]).map { ID($0) }
    }

    /// In any campaign of the account, the first one where there are several.
    package func find(
        _ customer: String, account id: Int64
    ) throws(SQLiteError) -> ID<Participant>? {
        var ids: [ID<Campaign>] = []
        try campaigns.bind(1, id)
        while try campaigns.step() { ids.append(ID(campaigns.integer(0))) }
        for campaign in ids {
            if let found = try find(customer, in: campaign) { return found }
        }
        return nil
    }

    // MARK: Learning

    /// The first one to bear a customer id keeps it.
    package func remember(
        _ customer: String, as id: ID<Participant>, in campaign: ID<Campaign>
    ) throws(SQLiteError) {
        try load()
        let key = Key(campaign: campaign.number, customer: customer)
        guard ofRun[key] == nil, gathered[key] == nil else { return }
        try enter(Entry(key: key, participant: id.number))
    }

    /// As `remember`, from a conversion just recorded.
    package func remember(_ conversion: ConversionRow) throws(SQLiteError) {
        guard let customer = conversion.customer else {
            if isLoaded { last = max(last, conversion.id.number) }
            return
        }
        try load()
        // An event that had waited may have a number that was passed already.
        guard conversion.id.number > last else {
            return try remember(customer, as: conversion.lead, in: conversion.campaign)
        }
        last = conversion.id.number
        gather(customer, conversion.lead.number, conversion.campaign.number)
    }

    private func gather(_ customer: String, _ participant: Int64, _ campaign: Int64) {
        let key = Key(campaign: campaign, customer: customer)
        guard ofRun[key] == nil else { return }
        if gathered[key] == nil { gathered[key] = participant }
    }

    private func enter(_ entry: Entry) throws(SQLiteError) {
        try insert.bind(1, entry.key.campaign)
        try insert.bind(2, entry.key.customer)
        try insert.bind(3, entry.participant)
        try insert.run()
    }

    // MARK: Entering what was learnt

    /// Enters some of what conversions taught, once enough has gathered; to be called in every transaction
    /// that records any.
    package func enterSome() throws(SQLiteError) {
        if run.isEmpty {
            let isLongWalk = isLoaded && last - mark >= Self.longestWalk
            guard gathered.count >= Self.runLength || isLongWalk else { return }
            startRun()
        }
        let end = min(run.count, entered + Self.stepLength)
        for entry in run[entered..<end] { try enter(entry) }
        entered = end
        guard entered == run.count else { return }
        try note(entered: lastOfRun)
        run = []
        ofRun = [:]
    }

    private func startRun() {
        run = gathered.map { Entry(key: $0.key, participant: $0.value) }
        run.sort()
        ofRun = gathered
        gathered = [:]
        gathered.reserveCapacity(Self.runLength)
        entered = 0
        lastOfRun = last
    }

    private func note(entered number: Int64) throws(SQLiteError) {
        try setMark.bind(1, Self.markName)
        try setMark.bind(2, number)
        try setMark.run()
        mark = number
    }

    // MARK: Memory

    /// After a rollback, and after another connection's commit.
    func forget() {
        run = []
        ofRun = [:]
        gathered = [:]
        isLoaded = false
    }

    private func load() throws(SQLiteError) {
        guard !isLoaded else { return }
        try getMark.bind(1, Self.markName)
        mark = try getMark.step() ? getMark.integer(0) : 0
        getMark.reset()
        last = mark
        try conversions.bind(1, mark)
        while try conversions.step() {
            last = conversions.integer(0)
            guard let customer = conversions.optionalText(2) else { continue }
            gather(customer, conversions.integer(3), conversions.integer(1))
        }
        isLoaded = true
    }
}
