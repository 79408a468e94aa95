import CSQLite

/// A connection's wait for another one's lock, with a report of long waits.
final class LockPatience {
    /// The wait after which it is reported, once.
    private static let noticeAfter: Int32 = 500
    /// The pauses between two tries, the last of which is repeated: SQLite's own.
    private static let pauses: [Int32] = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100]

    var limit: Int32
    private var notice: (() -> Void)?
    private var waited: Int32 = 0

    init(limit: Int32, notice: (() -> Void)?) {
        self.limit = limit
        self.notice = notice
    }

    /// Waits a little for the lock.
    ///
    /// - Parameter tries: The number of times that the lock was found to be held in this wait.
    /// - Returns: True if the lock is to be tried again.
    func waitAgain(after tries: Int32) -> Bool {
        if tries == 0 { waited = 0 }
        let pause = Self.pauses[min(Int(tries), Self.pauses.count - 1)]
        let rest = min(pause, limit - waited)
        guard rest > 0 else { return false }
        sqlite3_sleep(rest)
        waited += rest
        if waited >= Self.noticeAfter, let notice {
            self.notice = nil
            notice()
        }
        return true
    }
}
