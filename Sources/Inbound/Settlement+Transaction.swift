import Referrals
import SQLite
import Storage
import Time

extension Settlement {
    /// Runs the body in one write transaction. Where another connection has changed the file since the last
    /// one, `reload` is called first.
    ///
    /// - Parameter locked: called as soon as the database's lock is held.
    package func transaction(
        _ reload: (Settlement) throws(SettlementError) -> Void, locked: () -> Void = {},
        _ body: () throws(SettlementError) -> Void
    ) throws(SettlementError) {
        do throws(SettlementError) {
            let isChanged = try stored { () throws(SQLiteError) in
                try store.begin(locked: locked)
            }
            if isChanged {
                forget()
                released.search()
                try reload(self)
            }
            try body()
            try stored { () throws(SQLiteError) in try store.commit() }
            created.removeAll(keepingCapacity: true)
            released.noteCommit()
        } catch {
            store.rollback()
            forget()
            followUps.removeAll()
            created.removeAll(keepingCapacity: true)
            released.noteRollback()
            throw error
        }
    }

    /// Whether others have changed the file, or something may move on by itself.
    func needsLook(now: Instant) throws(SettlementError) -> Bool {
        if try stored({ () throws(SQLiteError) in try store.isChanged() }) { return true }
        return try mayRelease(now: now)
    }

    /// So many of them are decided however late it is.
    private static let leastFollowUps = 64

    /// Decides events again that waited for a purchase which has just been recorded. What the turn has no time
    /// for is released later, like all that waits.
    package func settleFollowUps(now: Instant, turn: Turn) throws(SettlementError) {
        isFollowingUp = true
        defer { isFollowingUp = false }
        var count = 0
        while !followUps.isEmpty {
            let ids = followUps
            followUps.removeAll()
            for id in ids {
                guard count < Self.leastFollowUps || !turn.isOver else {
                    followUps.removeAll()
                    return released.search()
                }
                count += 1
                try setAside.moving(.event(id)) { () throws(SettlementError) in
                    _ = try redecide(id, now: now)
                }
            }
        }
    }
}
