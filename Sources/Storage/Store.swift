import Database
import Referrals
import SQLite

/// The tables over one connection, for one thread at a time.
///
/// Everything that is stored is read and written by way of a store. Changes are made in `write`, and rows that
/// belong together are read in `snapshot`. Facts that outlive a transaction are parts of `memory`.
package final class Store {
    package let tombstones: Tombstones
    package let customers: CustomerTable
    package let participants: ParticipantTable
    package let events: EventTable
    package let claims: ClaimTable
    package let conversions: ConversionTable
    package let rewards: RewardTable
    package let coupons: CouponTable
    package let parked: ParkedTable
    package let eventNames: EventNameTable
    package let deliveries: DeliveryTable
    package let outbox: OutboxTable
    package let catalog: Catalog
    package let keys: KeyTable

    let connection: Connection
    /// Whether the path that the database was opened by leads to another file by now, where that can be told.
    /// SQLite itself watches the path without symbolic links.
    package var leadsElsewhere: (@Sendable () -> Bool)?
    /// Called when the file was found to be overwritten.
    package var whenOverwritten: (@Sendable () -> Void)?
    /// Whether the file was found to be replaced or removed. From then on no transaction begins: a file that
    /// comes back may have been written by others.
    package private(set) var isReplaced = false
    /// The size of the database's file, in bytes, when it was last looked at.
    private var fileSize: Int64
    private let dataVersion: Statement
    let erasure: Erasure
    /// What the writer remembers of the database between two transactions.
    package let memory = WriterMemory()
    /// The numbers of new rows.
    package let numbers: Numbers
    /// The deliveries that the last `write` has queued; none after one that was rolled back.
    package private(set) var queueChanges = QueueChanges()
    /// The version of the data when the last transaction began (PRAGMA data_version).
    private var lastVersion: Int64 = -1
    /// The stamps of declarations when the last transaction began; nil after a rollback.
    private var lastStamps: [[UInt8]]?

    init(_ connection: Connection) throws(StorageError) {
        self.connection = connection
        fileSize = connection.fileSize
        tombstones = try Tombstones(connection)
        customers = try CustomerTable(connection, tombstones)
        participants = try ParticipantTable(connection, customers, tombstones)
        events = try EventTable(connection)
        claims = try ClaimTable(connection)
        conversions = try ConversionTable(connection)
        rewards = try RewardTable(connection)
        coupons = try CouponTable(connection)
        parked = try ParkedTable(connection)
        eventNames = try EventNameTable(connection)
        deliveries = try DeliveryTable(connection)
        outbox = try OutboxTable(connection)
        catalog = Catalog(connection)
        keys = try KeyTable(connection)
        dataVersion = try connection.prepare("PRAGMA data_version")
        erasure = Erasure(connection, customers, tombstones)
        numbers = Numbers(events, deliveries)
        memory.register(tombstones)
        memory.register(customers)
        memory.register(rewards.totals)
        memory.register(numbers)
        memory.register(deliveries)
    }

    /// Runs the body in one write transaction: committed at the end of the body, rolled back where the body or
    /// the commit throws.
    ///
    /// The store's tables forget by themselves what another connection's commit or a rollback has made untrue.
    ///
    /// - Parameters:
    ///   - locked: called as soon as the database's lock is held.
    ///   - body: gets what others have changed since this store's last transaction.
    package func write<Result>(
        locked: () -> Void = {}, _ body: (News) throws -> Result
    ) throws -> Result {
        queueChanges = QueueChanges()
        guard !isReplaced else { throw StorageError.replaced }
        try connection.begin()
        locked()
        do {
            let result = try body(try takeNews())
            try customers.enterSome()
            try rewards.totals.write()
            try connection.commit()
            queueChanges = deliveries.takeChanges()
            return result
        } catch {
            connection.rollback()
            lastStamps = nil
            memory.transactionRolledBack()
            throw error
        }
    }

    /// The news at the begin of a transaction. After a rollback all of it is news, since what was read in the
    /// transaction may have been its own.
    private func takeNews() throws(StorageError) -> News {
        let version = try currentVersion()
        let othersCommitted = version != lastVersion
        lastVersion = version
        memory.transactionBegan(othersCommitted: othersCommitted)
        guard othersCommitted || lastStamps == nil else { return [] }
        let stamps = try catalog.stamps()
        defer { lastStamps = stamps }
        return stamps == lastStamps ? .rows : [.rows, .declarations]
    }

    /// Runs the body on one snapshot: it reads the rows as they are at one moment, whatever others commit
    /// meanwhile. Within a transaction the body reads that transaction's rows.
    package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        guard connection.isAutocommit else { return try body() }
        try connection.execute("BEGIN")
        defer { connection.rollback() }
        return try body()
    }

    /// True if another connection has committed since the last transaction began, or that one was rolled back.
    package func hasNews() throws(StorageError) -> Bool {
        if lastStamps == nil { return true }
        return try currentVersion() != lastVersion
    }

    /// A number that changes when another connection commits, and not with commits of this one.
    private func currentVersion() throws(StorageError) -> Int64 {
        _ = try dataVersion.step()
        defer { dataVersion.reset() }
        return dataVersion.integer(0)
    }
}

// MARK: Files

extension Store {
    /// Looks whether the file, its log or its index was replaced, removed or overwritten. True the first
    /// time that it was.
    package func noticesReplacement() -> Bool {
        guard !isReplaced else { return false }
        isReplaced = connection.isReplaced || leadsElsewhere?() ?? false || isOverwritten()
        return isReplaced
    }

    /// Whether something other than SQLite has cut the file, as `cp` and `>` do, which write another file's
    /// content in its place.
    ///
    /// SQLite cuts a file only where the database has fewer pages by then. The pages are counted only once the
    /// file has become smaller.
    private func isOverwritten() -> Bool {
        let size = connection.fileSize
        defer { fileSize = size }
        guard size < fileSize, shouldHold(fileSize) else { return false }
        whenOverwritten?()
        return true
    }

    /// Whether the database should have at least so many bytes, or cannot be read any more.
    private func shouldHold(_ bytes: Int64) -> Bool {
        do {
            let pages = try connection.integer("PRAGMA page_count") ?? 0
            let pageSize = try connection.integer("PRAGMA page_size") ?? 0
            return pages * pageSize >= bytes
        } catch {
            return [.corrupt, .notADatabase, .inputOutput].contains(error.kind)
        }
    }

    /// Throws where the file was replaced or removed.
    package func checkPlace() throws(StorageError) {
        _ = noticesReplacement()
        if isReplaced { throw .replaced }
    }

    /// Cuts a log that has become long, as it does while somebody reads from one snapshot for a long time.
    ///
    /// A commit that starts the log anew cuts it too (`journal_size_limit`), but no commit does so as long as
    /// others read all the time, or where nothing is committed any more.
    package func cutLog() {
        guard !isReplaced else { return }
        _ = connection.cutLog()
    }

    /// Sets how long a statement waits for another connection's lock.
    package func setLockPatience(milliseconds: Int32) {
        connection.setBusyTimeout(milliseconds: milliseconds)
    }

    /// Rows that were changed by way of this store since it was opened.
    package var changedRows: Int64 { connection.totalChanges }

    package var hasLongLog: Bool { !isReplaced && connection.logSize > Self.longestLog }
}
