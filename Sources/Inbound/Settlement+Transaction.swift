import Referrals
import SQLite
import Storage
import Time

extension Settlement {
    /// Runs the body in one write transaction. Where another connection has changed the file since the last
    /// one, `reload` is called first.
    package func transaction(
        _ reload: (Settlement) throws(SettlementError) -> Void,
        _ body: () throws(SettlementError) -> Void
    ) throws(SettlementError) {
        do throws(SettlementError) {
            if try stored({ () throws(SQLiteError) in try store.begin() }) {
                forget()
                participantsMayHaveAppeared = true
                try reload(self)
            }
            try body()
            try stored { () throws(SQLiteError) in try store.commit() }
        } catch {
            store.rollback()
            forget()
            followUps.removeAll()
            throw error
        }
    }

    /// Whether others have changed the file, or something may move on by itself.
    func needsLook(now: Instant) throws(SettlementError) -> Bool {
        if try stored({ () throws(SQLiteError) in try store.isChanged() }) { return true }
        return try mayRelease(now: now)
    }

    /// Decides events again that waited for a purchase which has just been recorded.
    package func settleFollowUps(now: Instant) throws(SettlementError) {
        while !followUps.isEmpty {
            let ids = followUps
            followUps.removeAll()
            for id in ids { _ = try redecide(id, now: now) }
        }
    }
}
