import Database
import Referrals
import Storage
import Time

extension EventProcessor {
    /// Runs the body in one write transaction. If others have changed declarations since the last
    /// one, `reload` is called first.
    ///
    /// - Parameter locked: Called as soon as the database's lock is held.
    package func transaction<Result>(
        _ reload: (EventProcessor) throws -> Void, locked: () -> Void = {},
        _ body: () throws -> Result
    ) throws -> Result {
        defer { created.removeAll(keepingCapacity: true) }
        do {
            let result = try store.write(locked: locked) { news in
                if news.contains(.rows) { released.search() }
                if news.contains(.declarations) { try reload(self) }
                let result = try body()
                try noteSignupMoves(now: latestTime)
                return result
            }
            released.noteCommit()
            return result
        } catch {
            followUps.removeAll()
            released.noteRollback()
            throw error
        }
    }

    /// True if others have changed rows, or automatic work may be due.
    func needsHousekeeping(now: Instant) throws(StorageError) -> Bool {
        if try store.hasNews() { return true }
        return try mayRelease(now: now)
    }

    /// The number of events decided even if the turn is over.
    private static let leastFollowUps = 64

    /// Decides events again that waited for a purchase which has just been recorded. Those for
    /// which the turn has no time are released later, like all waiting events.
    package func processFollowUps(now: Instant, turn: Turn) throws(StorageError) {
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
