import Database
import Referrals
import Storage
import Time

extension Settlement {
    /// Runs the body in one write transaction. Where others have changed declarations since the last one,
    /// `reload` is called first.
    ///
    /// - Parameter locked: called as soon as the database's lock is held.
    package func transaction<Result>(
        _ reload: (Settlement) throws -> Void, locked: () -> Void = {}, _ body: () throws -> Result
    ) throws -> Result {
        defer { created.removeAll(keepingCapacity: true) }
        do {
            let result = try store.write(locked: locked) { news in
                if news.contains(.rows) { released.search() }
                if news.contains(.declarations) { try reload(self) }
                return try body()
            }
            released.noteCommit()
            return result
        } catch {
            followUps.removeAll()
            released.noteRollback()
            throw error
        }
    }

    /// True if others have changed rows, or something may move on by itself.
    func needsLook(now: Instant) throws(StorageError) -> Bool {
        if try store.hasNews() { return true }
        return try mayRelease(now: now)
    }

    /// So many of them are decided however late it is.
    private static let leastFollowUps = 64

    /// Decides events again that waited for a purchase which has just been recorded. What the turn has no time
    /// for is released later, like all that waits.
    package func settleFollowUps(now: Instant, turn: Turn) throws(StorageError) {
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
                try setAside.moving(.event(id)) { () throws(StorageError) in
                    _ = try redecide(id, now: now)
                }
            }
        }
    }
}
