import Database
import Sockets
import Storage
import Time
import Transport

/// The writer's thread: what it has to do, and its turns.
///
/// In each round it settles messages for one turn, continues one task, and moves on some of what waits in the
/// tables. Each of these is a transaction that ends with its turn, so that a message waits for three turns at
/// the most, whatever else is asked.
///
/// It never waits for more messages to gather: measured, that always lost. When a group fails for a reason that
/// is not one message's own, it is rolled back and tried again one by one, so that no message undoes its
/// neighbours.
final class WriterThread {
    private let settlement: Settlement
    private let limits: CommitQueue.Limits
    private let clock: WallClock
    private let ticks: Turn.Clock
    private let reload: (Settlement) throws -> Void
    private let observer: any CommitObserver

    private var posts = PostLine()
    private var riders: [Job] = []
    private var jobs: [Job] = []
    private var looks: [@Sendable () -> Void] = []
    private var lastLook: Instant
    private var lock = LockWait()
    private var filesDueAt: MonotonicTime
    private let logKeeper = LogKeeper()
    /// When the turn under way began. The wait for another process's lock is no part of it.
    private var turnBegan: MonotonicTime
    /// Whether the last look found more to move on than one turn could.
    private var isReleasing = false

    /// How often the database is looked at for changes made by others and for what moves on by itself.
    static let lookMilliseconds = 250

    init(
        _ settlement: Settlement, limits: CommitQueue.Limits, clock: WallClock,
        ticks: @escaping Turn.Clock,
        reload: @escaping (Settlement) throws -> Void,
        observer: any CommitObserver
    ) {
        self.settlement = settlement
        self.limits = limits
        self.clock = clock
        self.ticks = ticks
        self.reload = reload
        self.observer = observer
        lastLook = clock.now() - .seconds(60)
        settlement.cautiousClock = CautiousClock(clock)
        filesDueAt = ticks()
        turnBegan = ticks()
        settlement.store.setLockPatience(milliseconds: LockWait.tryMilliseconds)
        settlement.store.limitCheckpoints()
    }

    /// Whether somebody waits for an answer.
    var owesAnswers: Bool { !posts.isEmpty || !riders.isEmpty || !jobs.isEmpty }

    var isIdle: Bool { !owesAnswers && looks.isEmpty && !isReleasing }

    func add(_ work: [CommitQueue.Work]) {
        guard !work.isEmpty else { return }
        let now = ticks()
        for item in work {
            switch item {
            case .post(let post): posts.add(post, arrivedAt: now)
            case .rider(let makeJob): riders.append(makeJob(now))
            case .task(let makeJob): jobs.append(makeJob(now))
            case .look(let done): looks.append(done)
            }
        }
    }

    /// A turn for messages, one for a task, one for what moves on by itself.
    func takeTurns() {
        observer.turned()
        turnBegan = ticks()
        lookAtFiles()
        lock.isHeldElsewhere = false
        settleMessages()
        // One wait for the lock serves all that wait for it.
        if !lock.isHeldElsewhere { continueJob() }
        if !lock.isHeldElsewhere { lookIfDue() }
        refuseOverdue()
        endTurn()
    }

    /// Answers those whose time is over while another process holds the lock.
    private func refuseOverdue() {
        guard let (failure, since) = lock.failure else { return }
        let limit = ticks() + -LockWait.patience.inNanoseconds
        posts.refuse(arrivedBy: limit, isListOverdue: since <= limit, with: failure)
        let isOverdue: (Job) -> Bool = { $0.since <= limit }
        let refused = riders.filter(isOverdue) + jobs.filter(isOverdue)
        riders.removeAll(where: isOverdue)
        jobs.removeAll(where: isOverdue)
        let answers = posts.takeAnswered()
        guard !refused.isEmpty || !answers.isEmpty else { return }
        observer.ended(.failed(failure))
        if lock.noteRefusal() { observer.refusedForLock() }
        for job in refused { job.fail(failure) }
        answer(answers)
    }

    /// What moves on by itself does so after the next start.
    func end() {
        for done in looks { done() }
        looks = []
    }

    // MARK: Messages

    private func settleMessages() {
        guard !posts.isEmpty || !riders.isEmpty else { return }
        let began = readClock()
        var items: [PostLine.Item] = []
        var answers: [Answer] = []
        let travelling = riders
        riders = []
        var slices: [Job.Progress] = []
        posts.startTransaction()
        let attempt = attempt { turn in
            while items.count < limits.group, let item = posts.next() {
                items.append(item)
                answers.append(try settle(item))
                if turn.isOver { break }
            }
            try settlement.settleFollowUps(now: began, turn: turn)
            for rider in travelling { slices.append(try rider.step(settlement, began, turn)) }
        }
        if let error = attempt.error {
            // Not one message but a rider can fail for a reason that is no failure of the storage.
            let failure = attempt.failure
            if failure?.isLocked == true {
                // Nothing was begun, and all of it stays in its place.
                riders = travelling
                return
            }
            // All of them have waited for the database as long as this attempt did.
            while failure?.isOutage == true, let item = posts.next() { items.append(item) }
            settleAlone(items, after: failure)
            continueAlone(travelling, after: error)
        } else {
            for (item, answer) in zip(items, answers) { posts.note(.success(answer), of: item) }
            for slice in slices { finish(slice, in: &riders) }
        }
        report(attempt, count: items.count)
        answer(posts.takeAnswered())
    }

    private func settle(_ item: PostLine.Item) throws(StorageError) -> Answer {
        // What is declared may have changed since the loop read it.
        let source = settlement.programme.source(item.post.source.number) ?? item.post.source
        return try settlement.settle(item.message, from: source, now: readClock())
    }

    /// The messages of a group that failed, each in a transaction of its own. Where no transaction can be begun,
    /// no message is to blame, and each would wait as long for the lock again: then all of them fail at once.
    private func settleAlone(_ items: [PostLine.Item], after failure: StorageError?) {
        var outage = failure?.isOutage == true ? failure : nil
        for item in items {
            var answer: Answer?
            let failure = outage ?? settleAlone(item, &answer)
            if let failure, failure.isOutage { outage = failure }
            if let answer, failure == nil {
                posts.note(.success(answer), of: item)
            } else {
                posts.note(.failure(failure ?? .contradiction("no answer")), of: item)
            }
        }
    }

    private func settleAlone(_ item: PostLine.Item, _ answer: inout Answer?) -> StorageError? {
        let attempt = attemptWithoutSetAside { turn in
            answer = try settle(item)
            try settlement.settleFollowUps(now: readClock(), turn: turn)
        }
        if attempt.error == nil { report(attempt, count: 1) }
        return attempt.failure
    }

    /// The riders of a group that failed. Which part of the group is to blame is unknown, so each is tried by
    /// itself, unless no transaction could be begun.
    private func continueAlone(_ group: [Job], after error: any Error) {
        for rider in group {
            if let failure = error as? StorageError, failure.isOutage {
                rider.fail(failure)
                continue
            }
            continueAlone(rider, in: &riders)
        }
    }

    // MARK: Other work

    /// One slice of the task whose turn it is.
    private func continueJob() {
        guard !jobs.isEmpty else { return }
        continueAlone(jobs.removeFirst(), in: &jobs)
    }

    /// One slice in a transaction of its own; what is left of the job goes to the end of the line.
    private func continueAlone(_ job: Job, in line: inout [Job]) {
        var slice: Job.Progress?
        let attempt = attemptWithoutSetAside { turn in
            let now = readClock()
            slice = try job.step(settlement, now, turn)
            try settlement.settleFollowUps(now: now, turn: turn)
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

    /// Takes in what others have changed, and moves on what can.
    private func lookIfDue() {
        let now = readClock()
        // Read in each round: a clock that was ahead between two looks has dated what was settled meanwhile.
        let cautiousNow = settlement.cautiousNow(now)
        // Who is enrolled by one request appears at once: what waits for them is decided in its own order.
        guard !jobs.contains(where: \.hasCommitted) else { return }
        let isDue = now - lastLook >= .milliseconds(Self.lookMilliseconds) || now < lastLook
        guard isDue || isReleasing || !looks.isEmpty else { return }
        lastLook = now
        let datesWereSuspect = settlement.datesAreSuspect
        do {
            if !isReleasing { isReleasing = try settlement.needsLook(now: cautiousNow) }
            guard isReleasing else { return end() }
            let attempt = attempt { turn in
                isReleasing = try settlement.release(now: cautiousNow, turn: turn)
            }
            // What comes behind it goes on in the next round.
            if attempt.hasSetAside {
                settlement.datesAreSuspect = datesWereSuspect
                return isReleasing = true
            }
            if let failure = attempt.failure { throw failure }
            report(attempt, count: 0)
        } catch {
            let error = error as? StorageError ?? .contradiction("\(error)")
            settlement.datesAreSuspect = datesWereSuspect
            // Nothing is amiss with what moves on: the next look comes after the lock.
            if error.isLocked { return }
            isReleasing = false
            observer.lookFailed(error)
        }
        if !isReleasing { end() }
    }

    // MARK: Transactions

    private struct Attempt {
        /// Nil where it is committed.
        var error: (any Error)?
        /// The queues that it has made longer.
        var queues = QueueChanges()
        /// From the lock to the end of the commit.
        var took: Duration
        /// Whether it failed for something that moves on by itself, and which was set aside for it.
        var hasSetAside = false

        /// The failure of the storage; nil where it is committed, or where a task refused what was asked of it.
        var failure: StorageError? { error as? StorageError }
    }

    /// Reports a transaction that has ended. One that a task has refused is no failure.
    private func report(_ attempt: Attempt, count: Int) {
        guard attempt.error == nil || attempt.failure != nil else { return }
        observer.committed(
            count: count, took: attempt.took, failure: attempt.failure, queues: attempt.queues)
    }

    /// The same without what has to be set aside.
    private func attemptWithoutSetAside(_ body: (Turn) throws -> Void) -> Attempt {
        while true {
            let attempt = attempt(body)
            if !attempt.hasSetAside { return attempt }
        }
    }

    /// One transaction around the body; all of it or nothing.
    private func attempt(_ body: (Turn) throws -> Void) -> Attempt {
        let before = settlement.store.changedRows
        let asked = ticks()
        var turn: Turn?
        do {
            try settlement.transaction(
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
            let after = settlement.store.changedRows
            observer.ended(after == before ? .unchanged : .changed)
            if let wait = lock.ended(at: ticks) { observer.lockIsBack(after: wait) }
            return Attempt(
                queues: settlement.store.queueChanges, took: turn?.elapsed ?? .zero)
        } catch let error as StorageError {
            // Others hold the lock for a moment all the time; only a wait that is too long is a failure.
            if error.isLocked {
                turnBegan = turnBegan + (ticks() - asked)
                lock.failed(error, at: ticks())
            } else {
                endTurn()
                observer.ended(.failed(error))
            }
            let item = settlement.setAside.note(error)
            if let item { observer.setAside(item, error) }
            return Attempt(
                error: error, took: turn?.elapsed ?? .zero, hasSetAside: item != nil)
        } catch {
            // A task refuses what was asked of it; the database is well.
            endTurn()
            settlement.setAside.end()
            return Attempt(error: error, took: turn?.elapsed ?? .zero)
        }
    }

    /// The time of what is written now.
    private func readClock() -> Instant {
        let now = clock.now()
        settlement.noteTime(now)
        return now
    }

    /// Reports the time since the last turn ended: a transaction with what came before it, or the end of a round.
    private func endTurn() {
        let now = ticks()
        observer.turnEnded(after: now - turnBegan)
        turnBegan = now
    }

    /// Whether the database is where it was, and its log no longer than it should be.
    private func lookAtFiles() {
        let now = ticks()
        guard now >= filesDueAt else { return }
        filesDueAt = now + .milliseconds(Self.lookMilliseconds)
        if settlement.store.noticesReplacement() {
            observer.ended(.failed(.replaced))
            observer.storageReplaced()
        }
        logKeeper.look(settlement.store)
    }

    /// Sends each loop its answers in one piece; they are put into words there, not here.
    private func answer(_ results: [Settled]) {
        var rest = results[...]
        while let loop = rest.first?.post.reply.loop {
            let own = rest.filter { $0.post.reply.loop === loop }
            rest = rest.filter { $0.post.reply.loop !== loop }
            loop.execute { loop.complete(own.map(\.answer)) }
        }
    }
}
