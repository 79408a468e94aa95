import Database
import Referrals

/// The tables over one session with a database, for one thread at a time.
///
/// All rows are read and written through a store. Changes are made in `write`, and rows that belong
/// together are read in `snapshot`. Facts that outlive a transaction are parts of `memory`.
package final class Store {
    /// The digests of deleted people.
    package let tombstones: Tombstones
    /// The partners' ids of people.
    package let customers: CustomerTable
    /// The participants.
    package let participants: ParticipantTable
    /// The signups of waitlists.
    package let signups: SignupTable
    /// The notifications of signups that are to be sent.
    package let signupNotices: SignupNotices
    /// The events as received, with their decisions.
    package let events: EventTable
    /// The slots in use.
    package let claims: ClaimTable
    /// The conversions, their business keys and reversals.
    package let conversions: ConversionTable
    /// The granted rewards and their ledger.
    package let rewards: RewardTable
    /// The pools of coupons.
    package let coupons: CouponTable
    /// The parked events.
    package let parked: ParkedTable
    /// The names in events without a conversion.
    package let eventNames: EventNameTable
    /// The queues of notifications.
    package let deliveries: DeliveryTable
    /// The deliveries in progress.
    package let outbox: OutboxTable
    /// The operators' declarations.
    package let catalog: Catalog
    /// The API keys.
    package let keys: KeyTable
    /// The payouts of cash rewards.
    package let payouts: PayoutTable
    /// The counters of reports.
    package let counters: ReportCounters
    /// The running counts that rules read.
    package let counts: RunningCounts

    let session: any Session
    /// The file of the database; nil for an engine that keeps its files to itself.
    let file: DatabaseFile?
    /// True if the path that the database was opened by leads to another file now, as far as that
    /// can be found out. SQLite itself watches the path without symbolic links.
    package var leadsElsewhere: (@Sendable () -> Bool)?
    /// Called when the file was found to be overwritten.
    package var whenOverwritten: (@Sendable () -> Void)?
    /// True if the file was found to be replaced or removed. From then on no transaction begins: a
    /// file that returns may have been written by others.
    package internal(set) var isReplaced = false
    let erasure: Erasure
    /// The facts that the writer keeps between two transactions.
    package let memory = WriterMemory()
    /// The numbers of new rows.
    package let numbers: Numbers
    /// The deliveries that the last `write` has queued; none after a rollback.
    package private(set) var queueChanges = QueueChanges()
    /// The version of the data when the last transaction began (PRAGMA data_version).
    private var lastVersion: Int64 = -1
    /// The stamps of declarations when the last transaction began; nil after a rollback.
    private var lastStamps: [[UInt8]]?

    init(_ session: any Session, file: DatabaseFile?) throws(StorageError) {
        self.session = session
        self.file = file
        tombstones = try Tombstones(session)
        customers = try CustomerTable(session, tombstones)
        catalog = Catalog(session)
        counters = try ReportCounters(session, catalog)
        participants = try ParticipantTable(session, customers, tombstones, counters)
        signups = try SignupTable(session)
        signupNotices = try SignupNotices(session)
        events = try EventTable(session)
        claims = try ClaimTable(session)
        conversions = try ConversionTable(session)
        rewards = try RewardTable(session)
        coupons = try CouponTable(session)
        parked = try ParkedTable(session)
        eventNames = try EventNameTable(session)
        deliveries = try DeliveryTable(session)
        outbox = try OutboxTable(session)
        keys = try KeyTable(session)
        payouts = try PayoutTable(session)
        counts = try RunningCounts(session)
        erasure = Erasure(session, customers, tombstones, signups)
        numbers = Numbers(events, deliveries)
        memory.keep(tombstones)
        memory.keep(customers)
        memory.keep(rewards.totals)
        memory.keep(coupons.counts)
        memory.keep(counters)
        memory.keep(numbers)
        memory.keep(deliveries)
        memory.keep(signups)
        memory.keep(counts)
    }

    /// Runs the body in one write transaction: committed at the end of the body, rolled back if the
    /// body or the commit throws.
    ///
    /// The store's tables drop by themselves the facts that another connection's commit or a
    /// rollback has made invalid.
    ///
    /// - Parameters:
    ///   - locked: Called as soon as the database's lock is held.
    ///   - body: Receives the changes that others have committed since this store's last
    ///     transaction.
    package func write<Result>(
        locked: () -> Void = {}, _ body: (News) throws -> Result
    ) throws -> Result {
        queueChanges = QueueChanges()
        guard !isReplaced else { throw StorageError.replaced }
        try session.begin(.write)
        locked()
        do {
            let result = try body(try takeNews())
            try customers.enterSome()
            try rewards.totals.write()
            try coupons.counts.write()
            try counters.write()
            try signups.blocks.write()
            try session.commit()
            queueChanges = deliveries.takeChanges()
            return result
        } catch {
            session.rollback()
            lastStamps = nil
            memory.transactionRolledBack()
            throw error
        }
    }

    /// The changes made by others, as of the begin of a transaction. After a rollback all kinds are
    /// reported, since rows read in that transaction may have been its own.
    private func takeNews() throws(StorageError) -> News {
        let version = try session.dataVersion()
        let othersCommitted = version != lastVersion
        lastVersion = version
        memory.transactionBegan(othersCommitted: othersCommitted)
        guard othersCommitted || lastStamps == nil else { return [] }
        let stamps = try catalog.stamps()
        defer { lastStamps = stamps }
        return stamps == lastStamps ? .rows : [.rows, .declarations]
    }

    /// Runs the body on one snapshot: it reads the rows as of one moment, whatever others commit
    /// meanwhile. Within a transaction the body reads that transaction's rows.
    package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        guard !session.isInTransaction else { return try body() }
        try session.begin(.snapshot)
        defer { session.rollback() }
        return try body()
    }

    /// The number of rows changed through this store since it was opened.
    package var changedRows: Int64 { session.totalChanges }

    /// True if another connection has committed since the last transaction began, or that one was
    /// rolled back.
    package func hasNews() throws(StorageError) -> Bool {
        if lastStamps == nil { return true }
        return try session.dataVersion() != lastVersion
    }
}
