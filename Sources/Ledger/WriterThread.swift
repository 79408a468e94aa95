import Database
import Sockets
import Storage
import Time

/// The writer's thread: its work and its turns.
///
/// In each round it processes messages for one turn, continues one task, and does some automatic
/// work. Each of these is a transaction that ends with its turn, so that a message waits for at
/// most three turns, whatever else is requested.
///
/// It never waits for more messages to gather: that was slower in every measurement. If a group
/// fails for a reason that is not one message's own, it is rolled back and tried again one by one,
/// so that no message undoes its neighbours.
final class WriterThread {
    private let processor: EventProcessor
    private let limits: WriteQueue.Limits
    private let clock: WallClock
    private let ticks: Turn.Clock
    private let reload: (EventProcessor) throws -> Void
    private let observer: any WriteObserver
    private let answer: WriteQueue.Answering

    private var posts = PostLine()
    private var joinedJobs: [Job] = []
    private var jobs: [Job] = []
    private var polls: [@Sendable () -> Void] = []
    private var lastHousekeeping: Instant
    private var lock = LockWait()
    private var filesDueAt: MonotonicTime
    private let logKeeper = LogKeeper()
    /// The beginning of the present turn. The wait for another process's lock is not part of it.
    private var turnBegan: MonotonicTime
    /// True if the last check found more automatic work than fits one turn.
    private var isReleasing = false

    /// The interval between checks for other connections' changes and for automatic work.
    static let housekeepingMilliseconds = 250

    init(
        _ processor: EventProcessor, limits: WriteQueue.Limits, clock: WallClock,
        ticks: @escaping Turn.Clock,
        reload: @escaping (EventProcessor) throws -> Void,
        observer: any WriteObserver, answer: @escaping WriteQueue.Answering
    ) {
        self.processor = processor
        self.limits = limits
        self.clock = clock
        self.ticks = ticks
        self.reload = reload
        self.observer = observer
        self.answer = answer
        lastHousekeeping = clock.now() - .seconds(60)
        processor.cautiousClock = CautiousClock(clock)
        filesDueAt = ticks()
        turnBegan = ticks()
        processor.store.setLockPatience(milliseconds: LockWait.tryMilliseconds)
        processor.store.limitCheckpoints()
    }

    /// True if a request waits for its answer.
    var owesAnswers: Bool { !posts.isEmpty || !joinedJobs.isEmpty || !jobs.isEmpty }

    var isIdle: Bool { !owesAnswers && polls.isEmpty && !isReleasing }

    func add(_ work: [WriteQueue.Work]) {
        guard !work.isEmpty else { return }
        let now = ticks()
        for item in work {
            switch item {
            case .post(let post): posts.add(post, arrivedAt: now)
            case .joined(let makeJob): joinedJobs.append(makeJob(now))
            case .task(let makeJob): jobs.append(makeJob(now))
            case .poll(let done): polls.append(done)
            }
        }
    }

    /// Takes a turn for messages, one for a task, one for automatic work.
    func takeTurns() {
        observer.turned()
        turnBegan = ticks()
        checkFiles()
        lock.isHeldElsewhere = false
        processMessages()
        // One wait for the lock serves all that wait for it.
        if !lock.isHeldElsewhere { continueJob() }
        if !lock.isHeldElsewhere { keepHouseIfDue() }
        refuseOverdue()
        endTurn()
    }

    /// Answers the requests whose time is over while another process holds the lock.
    private func refuseOverdue() {
        guard let (failure, since) = lock.failure else { return }
        let limit = ticks() + -LockWait.patience.inNanoseconds
        posts.refuse(arrivedBy: limit, isListOverdue: since <= limit, with: failure)
        let isOverdue: (Job) -> Bool = { $0.since <= limit }
        let refused = joinedJobs.filter(isOverdue) + jobs.filter(isOverdue)
        joinedJobs.removeAll(where: isOverdue)
        jobs.removeAll(where: isOverdue)
        let answers = posts.takeAnswered()
        guard !refused.isEmpty || !answers.isEmpty else { return }
        observer.ended(.failed(failure))
        if lock.noteRefusal() { observer.refusedForLock() }
        for job in refused { job.fail(failure) }
        answer(answers)
    }

    /// Ends the thread's work. Automatic work continues after the next start.
    func end() {
        for done in polls { done() }
        polls = []
    }

    // MARK: Messages

    private func processMessages() {
        guard !posts.isEmpty || !joinedJobs.isEmpty else { return }
        let began = readClock()
        var items: [PostLine.Item] = []
        var answers: [Answer] = []
        let travelling = joinedJobs
        joinedJobs = []
        var slices: [Job.Progress] = []
        posts.startTransaction()
        let attempt = attempt { turn in
            while items.count < limits.group, let item = posts.next() {
                items.append(item)
                answers.append(try process(item))
                if turn.isOver { break }
            }
            try processor.processFollowUps(now: began, turn: turn)
            for joined in travelling { slices.append(try joined.step(processor, began, turn)) }
        }
        if let error = attempt.error {
            // Work that shares the transaction can fail for a reason that is no failure of the
            // storage; a message cannot.
            let failure = attempt.failure
            if failure?.isLocked == true {
                // No transaction began, and all work stays in its place.
                joinedJobs = travelling
                return
            }
            // All of them have waited for the database as long as this attempt did.
            while failure?.isOutage == true, let item = posts.next() { items.append(item) }
            processAlone(items, after: failure)
            continueAlone(travelling, after: error)
        } else {
            for (item, answer) in zip(items, answers) { posts.note(.success(answer), of: item) }
            for slice in slices { finish(slice, in: &joinedJobs) }
        }
        report(attempt, count: items.count)
        answer(posts.takeAnswered())
    }

    private func process(_ item: PostLine.Item) throws(StorageError) -> Answer {
        try processor.process(
            item.message, from: processor.settings(for: item.post.source), now: readClock())
    }

    /// Processes the messages of a group that failed, each in a transaction of its own. If no
    /// transaction can begin, no message is the cause, and each would wait as long for the lock
    /// again: then all fail at once.
    private func processAlone(_ items: [PostLine.Item], after failure: StorageError?) {
        var outage = failure?.isOutage == true ? failure : nil
        for item in items {
            var answer: Answer?
            let failure = outage ?? processAlone(item, &answer)
            if let failure, failure.isOutage { outage = failure }
            if let answer, failure == nil {
                posts.note(.success(answer), of: item)
            } else {
                posts.note(.failure(failure ?? .contradiction("no answer")), of: item)
            }
        }
    }

    private func processAlone(_ item: PostLine.Item, _ answer: inout Answer?) -> StorageError? {
        let attempt = attemptWithoutSetAside { turn in
            answer = try process(item)
            try processor.processFollowUps(now: readClock(), turn: turn)
        }
        if attempt.error == nil { report(attempt, count: 1) }
        return attempt.failure
    }

    /// Runs the work that shared a failed transaction. The cause within the group is unknown, so
    /// each part is tried by itself, unless no transaction could begin.
    private func continueAlone(_ group: [Job], after error: any Error) {
        for joined in group {
            if let failure = error as? StorageError, failure.isOutage {
                joined.fail(failure)
                continue
            }
            continueAlone(joined, in: &joinedJobs)
        }
    }

    // MARK: Other work

    /// Runs one slice of the task whose turn it is.
    private func continueJob() {
        guard !jobs.isEmpty else { return }
        continueAlone(jobs.removeFirst(), in: &jobs)
    }

    /// Runs one slice in a transaction of its own; the rest of the task goes to the end of the
    /// queue.
    private func continueAlone(_ job: Job, in line: inout [Job]) {
        var slice: Job.Progress?
        let attempt = attemptWithoutSetAside { turn in
            let now = readClock()
            slice = try job.step(processor, now, turn)
            try processor.processFollowUps(now: now, turn: turn)
        }
        if attempt.failure?.isLocked == true { return line.insert(job, at: 0) }
        report(attempt, count: 0)
        if let error = attempt.error { return job.fail(error) }
        if let slice { finish(slice, in: &line) }
    }

    private func finish(_ slice: Job.Progress, in line: inout [Job]) {
        switch slice {
        case .done(let report): report()
        case .more(var job):
            job.since = ticks()
            line.append(job)
        }
    }

    /// Takes in changes made by others, and does automatic work.
    private func keepHouseIfDue() {
        let now = readClock()
        // Read in each round: a clock that was ahead between two checks has dated the messages
        // processed meanwhile.
        let cautiousNow = processor.cautiousNow(now)
        // People enrolled by one request appear at once: the events that wait for them are
        // decided in order.
        guard !jobs.contains(where: \.hasCommitted) else { return }
        let isDue =
            now - lastHousekeeping >= .milliseconds(Self.housekeepingMilliseconds)
            || now < lastHousekeeping
        guard isDue || isReleasing || !polls.isEmpty else { return }
        lastHousekeeping = now
        let datesWereSuspect = processor.datesAreSuspect
        do {
            if !isReleasing { isReleasing = try processor.needsHousekeeping(now: cautiousNow) }
            guard isReleasing else { return end() }
            let attempt = attempt { turn in
                isReleasing = try processor.release(now: cautiousNow, turn: turn)
            }
            // The work behind it continues in the next round.
            if attempt.hasSetAside {
                processor.datesAreSuspect = datesWereSuspect
                return isReleasing = true
            }
            if let failure = attempt.failure { throw failure }
            report(attempt, count: 0)
        } catch {
            let error = error as? StorageError ?? .contradiction("\(error)")
            processor.datesAreSuspect = datesWereSuspect
            // The automatic work itself has not failed: the next check follows when the lock is
            // free.
            if error.isLocked { return }
            isReleasing = false
            observer.housekeepingFailed(error)
        }
        if !isReleasing { end() }
    }

    // MARK: Transactions

    private struct Attempt {
        /// The error; nil if the transaction is committed.
        var error: (any Error)?
        /// The queues that the transaction has extended.
        var queues = QueueChanges()
        /// The time from the lock to the end of the commit.
        var took: Duration
        /// True if automatic work was the cause of the failure and was set aside.
        var hasSetAside = false

        /// The failure of the storage; nil if the transaction is committed, or a task refused its
        /// request.
        var failure: StorageError? { error as? StorageError }
    }

    /// Reports a transaction that has ended. A refusal by a task is not a failure.
    private func report(_ attempt: Attempt, count: Int) {
        guard attempt.error == nil || attempt.failure != nil else { return }
        observer.committed(
            count: count, took: attempt.took, failure: attempt.failure, queues: attempt.queues)
    }

    /// Attempts a transaction without the automatic work that is set aside.
    private func attemptWithoutSetAside(_ body: (Turn) throws -> Void) -> Attempt {
        while true {
            let attempt = attempt(body)
            if !attempt.hasSetAside { return attempt }
        }
    }

    /// Runs one transaction around the body; all of it or nothing.
    private func attempt(_ body: (Turn) throws -> Void) -> Attempt {
        let before = processor.store.changedRows
        let asked = ticks()
        var turn: Turn?
        do {
            try processor.transaction(
                reload,
                locked: {
                    let started = Turn(limits.turn, clock: ticks)
                    turnBegan = turnBegan + (started.began - asked)
                    turn = started
                }
            ) {
                if let turn { try body(turn) }
            }
            endTurn()
            let after = processor.store.changedRows
            observer.ended(after == before ? .unchanged : .changed)
            for item in processor.setAside.takeRecovered() { observer.recovered(item) }
            if let wait = lock.ended(at: ticks) { observer.lockIsBack(after: wait) }
            return Attempt(
                queues: processor.store.queueChanges, took: turn?.elapsed ?? .zero)
        } catch let error as StorageError {
            // Others hold the lock briefly all the time; only a wait that is too long is a
            // failure.
            if error.isLocked {
                turnBegan = turnBegan + (ticks() - asked)
                lock.failed(error, at: ticks())
            } else {
                endTurn()
                observer.ended(.failed(error))
            }
            let item = processor.setAside.note(error)
            if let item { observer.setAside(item, error) }
            return Attempt(
                error: error, took: turn?.elapsed ?? .zero, hasSetAside: item != nil)
        } catch {
            // A task refused its request; the database is fine.
            endTurn()
            processor.setAside.end()
            return Attempt(error: error, took: turn?.elapsed ?? .zero)
        }
    }

    /// Reads the time for the rows written now.
    private func readClock() -> Instant {
        let now = clock.now()
        processor.noteTime(now)
        return now
    }

    /// Reports the time since the last turn ended: a transaction with the work before it, or the
    /// end of a round.
    private func endTurn() {
        let now = ticks()
        observer.turnEnded(after: now - turnBegan)
        turnBegan = now
    }

    /// Checks that the database is in its place, and its log not too long.
    private func checkFiles() {
        let now = ticks()
        guard now >= filesDueAt else { return }
        filesDueAt = now + .milliseconds(Self.housekeepingMilliseconds)
        if processor.store.noticesReplacement() {
            observer.ended(.failed(.replaced))
            observer.storageReplaced()
        }
        logKeeper.check(processor.store)
    }
}
