import Referrals
import SQLite

/// The tables over one connection, for one thread at a time.
///
/// Numbers of events and notifications are handed out from memory. They, and whatever else a caller keeps
/// of the tables, hold until the transaction is rolled back or another connection commits: `begin` tells.
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

    package let connection: Connection
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
    private var seenVersion: Int64 = -1
    /// As `seenVersion`, but not forgotten with a rollback.
    private var lastVersion: Int64 = -1
    private var lastEvent: Int64 = 0
    private var lastNotification: Int64 = 0

    package init(_ connection: Connection) throws(SQLiteError) {
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
    }

    /// The tables of a file that was just opened.
    package convenience init(
        opening connection: Connection, path: String
    ) throws(DatabaseError) {
        do { try self.init(connection) } catch { throw DatabaseError(path: path, error) }
    }

    /// Opens a write transaction. True where another connection has changed the file since the last one,
    /// so that whatever was remembered of it may be out of date.
    ///
    /// - Parameter locked: called as soon as the database's lock is held.
    package func begin(locked: () -> Void = {}) throws(SQLiteError) -> Bool {
        guard !isReplaced else { throw .replaced }
        try connection.begin()
        locked()
        do {
            let version = try currentVersion()
            customers.begin(isBehind: version != lastVersion)
            lastVersion = version
            guard version != seenVersion else { return false }
            tombstones.forget()
            lastEvent = try events.lastID()
            lastNotification = try deliveries.lastID()
            seenVersion = version
            return true
        } catch {
            connection.rollback()
            throw error
        }
    }

    package func commit() throws(SQLiteError) {
        try customers.enterSome()
        try rewards.totals.write()
        try connection.commit()
    }

    /// Undoes the transaction; the next `begin` says that all is to be read anew.
    package func rollback() {
        connection.rollback()
        seenVersion = -1
        customers.rollback()
        rewards.totals.forget()
        tombstones.forget()
    }

    /// Whether another connection has committed since the last transaction began.
    package func isChanged() throws(SQLiteError) -> Bool {
        try currentVersion() != seenVersion
    }

    /// Changes when another connection commits, not with commits of this one (PRAGMA data_version).
    private func currentVersion() throws(SQLiteError) -> Int64 {
        _ = try dataVersion.step()
        defer { dataVersion.reset() }
        return dataVersion.integer(0)
    }

    package func nextEvent() -> ID<Event> {
        lastEvent += 1
        return ID(lastEvent)
    }

    package func nextNotification() -> Int64 {
        lastNotification += 1
        return lastNotification
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
    package func checkPlace() throws(SQLiteError) {
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

    package var hasLongLog: Bool { !isReplaced && connection.logSize > Database.longestLog }
}
