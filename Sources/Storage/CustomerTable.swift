import Database
import Referrals

/// Partners' own names for people, learnt from what names both.
///
/// Most are learnt with a conversion, thousands a second, and each would dirty a page of its own in a
/// table ordered by customer: measured, a fifth of the rate. A conversion's row holds the customer too, and
/// is appended. So these are taken from the conversions and entered into `customers` later, many at a time
/// and in the table's order, so that neighbours share pages. Which conversions are entered is kept under a
/// name in `meta`; those behind it are in memory. They are read from the conversions once: after another
/// connection's commit only those that it has added, and a rollback takes back what its transaction had changed.
package final class CustomerTable: RememberedRows {
    private let ofCampaign, insert, conversions, campaigns, getMark, setMark: any Statement
    private let nameParticipant, ofParticipant, ofLead: any Statement

    private let tombstones: Tombstones

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
    /// While it is sorted there is nothing in `run` yet.
    private var run: [Entry] = []
    private var sort: SlicedSort<Entry>?
    private var entered = 0
    private var lastOfRun: Int64 = 0
    private var ofRun: [Key: Int64] = [:]
    /// What came after it.
    private var gathered: [Key: Int64] = [:]
    private var last: Int64 = 0
    private var isLoaded = false
    /// Whether another connection has committed since conversions were read.
    private var isBehind = false
    /// What the open transaction began with, and what it changed.
    private var before = Position()
    private var added: [Key] = []
    private var startedRun = false
    private var cannotUndo = false

    private struct Position {
        var mark: Int64 = 0
        var last: Int64 = 0
        var entered = 0
    }

    /// So many are entered in one order. A page of the table has room for some 150: with a million customers
    /// each page takes one or two of a run.
    package static let runLength = 8_192
    /// The conversions behind `mark`, those without a customer included, are at most about this many: all of
    /// them are read at the start.
    package static let longestWalk: Int64 = 32_768
    /// So many are entered in one transaction.
    private static let stepLength = 96
    private static let markName: StaticString = "customers_entered"

    init(_ session: any Session, _ tombstones: Tombstones) throws(StorageError) {
        self.tombstones = tombstones
        ofCampaign = try session.prepare(
            """
            SELECT participant_id FROM customers WHERE campaign_id = ?1 AND customer = ?2
                AND NOT EXISTS (SELECT 1 FROM erasures AS x
                    WHERE x.participant_id = customers.participant_id)
            """)
        // The name of somebody who was deleted is free, also where it is not erased yet.
        insert = try session.prepare(
            """
            INSERT INTO customers(campaign_id, customer, participant_id) VALUES (?1, ?2, ?3)
            ON CONFLICT (campaign_id, customer) DO UPDATE SET participant_id = excluded.participant_id
                WHERE customers.participant_id IN (SELECT participant_id FROM erasures)
            """)
        nameParticipant = try session.prepare(
            """
            INSERT INTO participant_customers(participant_id, customer) VALUES (?1, ?2)
            ON CONFLICT (participant_id) DO UPDATE SET customer = excluded.customer
                WHERE customer <> excluded.customer
            """)
        ofParticipant = try session.prepare(
            "SELECT customer FROM participant_customers WHERE participant_id = ?1")
        ofLead = try session.prepare(
            """
            SELECT customer FROM conversions WHERE customer IS NOT NULL AND id IN (
                SELECT ref FROM claims
                WHERE holder = (SELECT referred_by FROM participants WHERE id = ?1)
                    AND rule = 0 AND subject = ?1
                ORDER BY slot DESC LIMIT 20)
            ORDER BY id DESC LIMIT 1
            """)
        conversions = try session.prepare(
            """
            SELECT id, campaign_id, \(Withheld.column("customer", of: "lead_id")), lead_id
            FROM conversions WHERE id > ?1 ORDER BY id
            """)
        campaigns = try session.prepare(
            "SELECT id FROM campaigns WHERE account_id = ?1 ORDER BY id")
        getMark = try session.prepare("SELECT value FROM meta WHERE name = ?1")
        setMark = try session.prepare(
            "INSERT INTO meta(name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
    }

    // MARK: Looking up

    package func find(
        _ customer: String, in campaign: ID<Campaign>
    ) throws(StorageError) -> ID<Participant>? {
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
    ) throws(StorageError) -> ID<Participant>? {
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
    ) throws(StorageError) {
        try load()
        try tombstones.link(id, [.customer(customer)], in: campaign)
        let key = Key(campaign: campaign.number, customer: customer)
        if ofRun[key] == nil, gathered[key] == nil {
            try enter(Entry(key: key, participant: id.number))
        }
        guard try find(customer, in: campaign) == id else { return }
        try nameParticipant.bind(1, id.number)
        try nameParticipant.bind(2, customer)
        try nameParticipant.run()
    }

    /// The customer id that a participant was given last, else that of one of the lead's latest conversions.
    package func customer(of id: ID<Participant>) throws(StorageError) -> String? {
        for statement in [ofParticipant, ofLead] {
            try statement.bind(1, id.number)
            defer { statement.reset() }
            if try statement.step() { return statement.text(0) }
        }
        return nil
    }

    /// As `remember`, from a conversion just recorded.
    package func remember(_ conversion: ConversionRow) throws(StorageError) {
        guard let customer = conversion.customer else {
            if isLoaded, !isBehind { last = max(last, conversion.id.number) }
            return
        }
        try load()
        // An event that had waited may have a number that was passed already.
        guard conversion.id.number > last else {
            return try remember(customer, as: conversion.lead, in: conversion.campaign)
        }
        try tombstones.link(conversion.lead, [.customer(customer)], in: conversion.campaign)
        last = conversion.id.number
        gather(customer, conversion.lead.number, conversion.campaign.number)
    }

    private func gather(_ customer: String, _ participant: Int64, _ campaign: Int64) {
        let key = Key(campaign: campaign, customer: customer)
        guard ofRun[key] == nil else { return }
        guard gathered[key] == nil else { return }
        gathered[key] = participant
        added.append(key)
    }

    private func enter(_ entry: Entry) throws(StorageError) {
        try insert.bind(1, entry.key.campaign)
        try insert.bind(2, entry.key.customer)
        try insert.bind(3, entry.participant)
        try insert.run()
    }

    // MARK: Entering what was learnt

    /// Enters some of what conversions taught, once enough has gathered; to be called in every transaction
    /// that records any.
    package func enterSome() throws(StorageError) {
        guard !ofRun.isEmpty else { return try startRun() }
        if sort != nil {
            guard let sorted = sort?.step() else { return }
            (run, sort) = (sorted, nil)
        }
        let end = min(run.count, entered + Self.stepLength)
        for entry in run[entered..<end] where ofRun[entry.key] == entry.participant {
            try enter(entry)
        }
        entered = end
        guard entered == run.count else { return }
        try note(entered: max(mark, lastOfRun))
        run = []
        ofRun = [:]
        cannotUndo = true
    }

    private func startRun() throws(StorageError) {
        let isLongWalk = isLoaded && last - mark >= Self.longestWalk
        guard gathered.count >= Self.runLength || isLongWalk else { return }
        guard !gathered.isEmpty else { return try note(entered: last) }
        sort = SlicedSort(gathered.map { Entry(key: $0.key, participant: $0.value) })
        ofRun = gathered
        gathered = [:]
        gathered.reserveCapacity(Self.runLength)
        entered = 0
        lastOfRun = last
        startedRun = true
    }

    private func note(entered number: Int64) throws(StorageError) {
        try setMark.bind(1, Self.markName)
        try setMark.bind(2, number)
        try setMark.run()
        mark = number
    }

    // MARK: Memory

    package func transactionBegan(othersCommitted: Bool) {
        if othersCommitted { isBehind = true }
        before = Position(mark: mark, last: last, entered: entered)
        added.removeAll(keepingCapacity: true)
        startedRun = false
        cannotUndo = false
    }

    /// Takes back what the open transaction taught and entered.
    package func transactionRolledBack() {
        guard !cannotUndo else { return forget() }
        if startedRun {
            gathered = ofRun
            ofRun = [:]
            sort = nil
        }
        for key in added { gathered[key] = nil }
        added.removeAll(keepingCapacity: true)
        startedRun = false
        (mark, last, entered) = (before.mark, before.last, before.entered)
    }

    /// Forgets what these people are called; what they were called is not entered any more.
    func forget(_ people: Set<Int64>) {
        guard isLoaded, !people.isEmpty else { return }
        gathered = gathered.filter { !people.contains($0.value) }
        let isRunning = !ofRun.isEmpty
        ofRun = ofRun.filter { !people.contains($0.value) }
        // Without this run the mark would stay where it is.
        if isRunning, ofRun.isEmpty { return forget() }
        cannotUndo = true
    }

    private func forget() {
        run = []
        sort = nil
        ofRun = [:]
        gathered = [:]
        isLoaded = false
        added.removeAll(keepingCapacity: true)
        startedRun = false
        cannotUndo = false
    }

    private func load() throws(StorageError) {
        guard !isLoaded || isBehind else { return }
        // What was entered by others is in the table, and entering it again changes nothing.
        try getMark.bind(1, Self.markName)
        let stored = try getMark.step() ? getMark.integer(0) : 0
        getMark.reset()
        mark = isLoaded ? max(mark, stored) : stored
        if !isLoaded { last = mark }
        try conversions.bind(1, last)
        while try conversions.step() {
            last = conversions.integer(0)
            guard let customer = conversions.optionalText(2) else { continue }
            gather(customer, conversions.integer(3), conversions.integer(1))
        }
        (isLoaded, isBehind) = (true, false)
        // Some of these may be rows of the open transaction.
        cannotUndo = true
    }
}
