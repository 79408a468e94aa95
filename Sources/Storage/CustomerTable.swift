import Database
import Referrals

/// Partners' ids of people, learnt from rows that contain both.
///
/// Most are learnt with a conversion, thousands per second, and each would dirty a page of its own
/// in a table ordered by customer: measured, that costs a fifth of the rate. A conversion's row
/// holds the customer too, and is appended. So the ids are taken from the conversions and entered
/// into `customers` later, many at a time and in the table's order, so that neighbours share pages.
/// `meta` stores the number of the last conversion entered; later ones are in memory. They are read
/// from the conversions once: after another connection's commit only its additions are read, and a
/// rollback undoes the changes of its transaction.
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

    /// The number up to which conversions are entered.
    private var mark: Int64 = 0
    /// The entries being entered: in the order of the table, up to `entered`, with conversions up
    /// to `lastOfRun`. `run` is empty while they are being sorted.
    private var run: [Entry] = []
    private var sort: SlicedSort<Entry>?
    private var entered = 0
    private var lastOfRun: Int64 = 0
    private var ofRun: [Key: Int64] = [:]
    /// The ids learnt after the run.
    private var gathered: [Key: Int64] = [:]
    private var last: Int64 = 0
    private var isLoaded = false
    /// True if another connection has committed since conversions were read.
    private var isBehind = false
    /// The state at the begin of the open transaction, and its changes.
    private var before = Position()
    private var added: [Key] = []
    private var startedRun = false
    private var cannotUndo = false

    private struct Position {
        var mark: Int64 = 0
        var last: Int64 = 0
        var entered = 0
    }

    /// The number of ids entered in one order. A page of the table has room for some 150: with a
    /// million customers each page takes one or two of a run.
    package static let runLength = 8_192
    /// The approximate largest number of conversions after `mark`, including those without a
    /// customer: all of them are read at the start.
    package static let longestWalk: Int64 = 32_768
    /// The number of ids entered in one transaction.
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
        // The id of a deleted person is free, even if it is not erased yet.
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

    /// The participant with a customer id in one campaign.
    package func find(
        _ customer: String, in campaign: ID<Campaign>
    ) throws(StorageError) -> ID<Participant>? {
        try load()
        try ofCampaign.bind(1, campaign)
        try ofCampaign.bind(2, customer)
        if try ofCampaign.step() {
            defer { ofCampaign.reset() }
            return ofCampaign.id(0)
        }
        let key = Key(campaign: campaign.number, customer: customer)
        return (ofRun[key] ?? gathered[key]).map { ID($0) }
    }

    /// The participant with a customer id in any campaign of the account; the first one if there
    /// are several.
    package func find(
        _ customer: String, account id: ID<Account>
    ) throws(StorageError) -> ID<Participant>? {
        var ids: [ID<Campaign>] = []
        try campaigns.bind(1, id)
        while try campaigns.step() { ids.append(campaigns.id(0)) }
        for campaign in ids {
            if let found = try find(customer, in: campaign) { return found }
        }
        return nil
    }

    // MARK: Learning

    /// Stores a customer id. The first participant who has it keeps it.
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
        try nameParticipant.bind(1, id)
        try nameParticipant.bind(2, customer)
        try nameParticipant.run()
    }

    /// The latest customer id stored for a participant, else that of one of the lead's latest
    /// conversions.
    package func customer(of id: ID<Participant>) throws(StorageError) -> String? {
        for statement in [ofParticipant, ofLead] {
            try statement.bind(1, id)
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
        // An event that had waited may have a number below the last one.
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

    // MARK: Entering

    /// Enters some of the ids learnt from conversions, once enough have gathered; must be called in
    /// every transaction that records any.
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

    /// Notes that rows must be read again if another connection has committed.
    package func transactionBegan(othersCommitted: Bool) {
        if othersCommitted { isBehind = true }
        before = Position(mark: mark, last: last, entered: entered)
        added.removeAll(keepingCapacity: true)
        startedRun = false
        cannotUndo = false
    }

    /// Undoes the changes of the open transaction.
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

    /// Removes the ids of these people; they are not entered any more.
    func forget(_ people: Set<Int64>) {
        guard isLoaded, !people.isEmpty else { return }
        gathered = gathered.filter { !people.contains($0.value) }
        let isRunning = !ofRun.isEmpty
        ofRun = ofRun.filter { !people.contains($0.value) }
        // Without this run the mark would not advance.
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
        // Ids entered by others are in the table, and entering them again changes nothing.
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
