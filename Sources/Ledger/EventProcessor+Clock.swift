import Database
import Storage
import Time

// Protection against a clock that is ahead for a while: dates it has left are corrected, and
// nothing is given up because of it.
extension EventProcessor {
    /// The time for steps that cannot be undone: a clock that has just jumped ahead is not trusted
    /// yet.
    package func cautiousNow(_ now: Instant) -> Instant {
        guard var clock = cautiousClock else { return now }
        let setbacks = clock.setbacks
        let time = clock.now()
        if clock.setbacks != setbacks { datesAreSuspect = true }
        cautiousClock = clock
        return time
    }

    /// Must be called with each time that the writer stores. It detects a clock that was ahead too
    /// briefly for a periodic check to see it.
    package func noteTime(_ now: Instant) {
        if latestTime - now > CautiousClock.tolerance {
            datesAreSuspect = true
            latestTime = now
        } else if now > latestTime {
            latestTime = now
        }
    }

    /// Sets beginnings in the future to now. Returns true if there may be more of them.
    func mendDates(now: Instant) throws(StorageError) -> Bool {
        guard datesAreSuspect else { return false }
        datesAreSuspect = false
        let limit = 200
        let longest = now + .seconds(86_400 * Self.parkingDays)
        try store.records.redateAnswers(at: now)
        try store.signupNotices.redate(at: now, latest: now + Self.signupNoticeDelay)
        let parked = try store.parked.shorten(to: longest, limit: limit)
        let holds = try store.rewards.restartHolds(at: now, limit: 5 * limit)
        if holds > 0 { try store.goals.followHolds(after: now, limit: 5 * limit) }
        datesAreSuspect = parked == limit || holds == 5 * limit
        return datesAreSuspect

    }
}
