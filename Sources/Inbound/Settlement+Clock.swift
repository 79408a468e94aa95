import Database
import Storage
import Time

// What a clock does that is ahead for a while: dates that it has left are mended, and nothing is let go of on
// its word.
extension Settlement {
    /// The time for what cannot be undone: a clock that has just jumped ahead is not believed yet.
    package func cautiousNow(_ now: Instant) -> Instant {
        guard var clock = cautiousClock else { return now }
        let setbacks = clock.setbacks
        let time = clock.now()
        if clock.setbacks != setbacks { datesAreSuspect = true }
        cautiousClock = clock
        return time
    }

    /// To be called with each time that the writer dates something with. A clock that was ahead so briefly that no
    /// look fell into it is noticed here.
    func noteTime(_ now: Instant) {
        if latestTime - now > CautiousClock.tolerance {
            datesAreSuspect = true
            latestTime = now
        } else if now > latestTime {
            latestTime = now
        }
    }

    /// Has what began in the future begin now. True where there may be more of it.
    func mendDates(now: Instant) throws(StorageError) -> Bool {
        guard datesAreSuspect else { return false }
        datesAreSuspect = false
        let limit = 200
        let longest = now + .seconds(86_400 * Self.parkingDays)
        try store.records.redateAnswers(at: now)
        let parked = try store.parked.shorten(to: longest, limit: limit)
        let holds = try store.rewards.restartHolds(at: now, limit: 5 * limit)
        datesAreSuspect = parked == limit || holds == 5 * limit
        return datesAreSuspect

    }
}
