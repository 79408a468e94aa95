import Referrals
import Sockets
import Storage
import Synchronization
import Time
import Transport

/// The one thread that writes. What has gathered while it was busy is settled in one transaction, so that
/// all who wait share one fsync; nobody is answered before that commit has returned.
///
/// It never waits for more to gather: measured, that always lost. When a group fails for a reason that is
/// not one message's own, it is rolled back and tried again one by one, so that no message undoes its
/// neighbours.
package final class CommitQueue: Sendable {
    package struct Limits: Sendable {
        /// Requests that wait; beyond, 503.
        package var waiting = 4096
        /// Requests in one transaction.
        package var group = 256

        package init() {}
    }

    /// Work beside messages: what operators do. Runs in a transaction of its own.
    package typealias Task = @Sendable (Settlement, Instant) throws(SettlementError) -> Void

    private enum Work {
        case post(Post)
        case task(Task, @Sendable (SettlementError?) -> Void)
        case rider(Rider)
        case look(@Sendable () -> Void)
    }

    /// Work that shares the transaction of the messages around it.
    private struct Rider {
        var task: Task
        var done: @Sendable (SettlementError?) -> Void
    }

    private struct State {
        var waiting: [Work] = []
        var isAsleep = false
        var isStopping = false
    }

    private let state = Mutex(State())
    private let bell = Doorbell()
    private let stopped = Latch()
    private let limits: Limits
    private let clock: WallClock
    /// Makes the settlement on the writer's thread, which it never leaves.
    private let open: @Sendable () throws(SettlementError) -> Settlement
    /// Reads what is declared, after another connection may have changed it.
    private let reload: @Sendable (Settlement) throws(SettlementError) -> Void
    private let observer: any CommitObserver

    /// How often the database is looked at for changes made by others and for what moves on by itself.
    static let lookMilliseconds = 250

    package init(
        limits: Limits = Limits(), clock: WallClock, observer: any CommitObserver,
        open: @escaping @Sendable () throws(SettlementError) -> Settlement,
        reload: @escaping @Sendable (Settlement) throws(SettlementError) -> Void
    ) {
        self.limits = limits
        self.clock = clock
        self.observer = observer
        self.open = open
        self.reload = reload
    }

    // MARK: From other threads

    /// Hands over what a loop has gathered in one turn. What finds no place is returned.
    package func submit(_ posts: [Post]) -> ArraySlice<Post> {
        let (refused, shallRing) = state.withLock { state -> (ArraySlice<Post>, Bool) in
            guard !state.isStopping else { return (posts[...], false) }
            let room = max(0, limits.waiting - state.waiting.count)
            for post in posts.prefix(room) { state.waiting.append(.post(post)) }
            defer { state.isAsleep = false }
            return (posts.dropFirst(room), state.isAsleep)
        }
        if shallRing { bell.ring() }
        return refused
    }

    /// Queues operators' work; `done` is called on the writer's thread after the commit, or with the error.
    /// False where the queue is stopping.
    package func submit(
        _ task: @escaping Task, done: @escaping @Sendable (SettlementError?) -> Void
    ) -> Bool {
        submit(.task(task, done))
    }

    /// Has the writer look for what others have changed and what may move on, without waiting for its next
    /// look; `done` is called on its thread after that. False where the queue is stopping.
    package func look(done: @escaping @Sendable () -> Void) -> Bool { submit(.look(done)) }

    private func submit(_ work: Work) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopping else { return false }
            state.waiting.append(work)
            state.isAsleep = false
            return true
        }
        if isTaken { bell.ring() }
        return isTaken
    }

    /// Queues work that shares a commit with whatever is settled with it. It must not change what messages
    /// are settled by. `done` as above; false where the queue is stopping.
    package func ride(
        _ task: @escaping Task, done: @escaping @Sendable (SettlementError?) -> Void
    ) -> Bool {
        let (isTaken, shallRing) = state.withLock { state -> (Bool, Bool) in
            guard !state.isStopping else { return (false, false) }
            state.waiting.append(.rider(Rider(task: task, done: done)))
            defer { state.isAsleep = false }
            return (true, state.isAsleep)
        }
        if shallRing { bell.ring() }
        return isTaken
    }

    /// Starts the thread; throws what `open` throws.
    package func start() throws(SettlementError) {
        let opened = Latch()
        let failure = Mutex<SettlementError?>(nil)
        do {
            let thread = try Thread(name: "writer") { [self] in
                do throws(SettlementError) {
                    let settlement = try open()
                    opened.open()
                    run(settlement)
                } catch {
                    failure.withLock { $0 = error }
                    opened.open()
                }
                stopped.open()
            }
            thread.detach()
        } catch {
            throw .contradiction("no thread for the writer: \(error)")
        }
        opened.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Settles what is queued, then ends the thread.
    package func stop() {
        state.withLock { $0.isStopping = true }
        bell.ring()
        stopped.wait()
    }

    // MARK: On the writer's thread

    private func run(_ settlement: Settlement) {
        var lastLook = clock.now() - .seconds(60)
        while true {
            let (work, isStopping) = state.withLock { state -> ([Work], Bool) in
                let taken = state.waiting
                state.waiting = []
                state.isAsleep = taken.isEmpty
                return (taken, state.isStopping)
            }
            let isOut = settle(work, with: settlement)
            if work.isEmpty, isStopping { return }
            let now = clock.now()
            // Where the database is locked a look waits for it as long as a group, and so would who comes next.
            if isOut { continue }
            if now - lastLook >= .milliseconds(Self.lookMilliseconds) || now < lastLook {
                lastLook = now
                look(settlement, now)
            }
            if work.isEmpty { _ = bell.wait(milliseconds: Self.lookMilliseconds) }
        }
    }

    /// - Returns: whether the last of it found no database to write to.
    private func settle(_ work: [Work], with settlement: Settlement) -> Bool {
        var group: [Post] = []
        var riders: [Rider] = []
        var isOut = false
        for item in work {
            switch item {
            case .post(let post):
                group.append(post)
                if group.count == limits.group {
                    isOut = commit(&group, &riders, with: settlement)
                }
            case .rider(let rider): riders.append(rider)
            case .task(let task, let done):
                isOut = commit(&group, &riders, with: settlement)
                done(
                    attempt(settlement) { () throws(SettlementError) in
                        try task(settlement, clock.now())
                        settlement.participantsMayHaveAppeared = true
                    })
            case .look(let done):
                isOut = commit(&group, &riders, with: settlement)
                look(settlement, clock.now())
                done()
            }
        }
        guard !group.isEmpty || !riders.isEmpty else { return isOut }
        return commit(&group, &riders, with: settlement)
    }

    /// - Returns: whether there was no database to write to.
    private func commit(
        _ group: inout [Post], _ riders: inout [Rider], with settlement: Settlement
    ) -> Bool {
        guard !group.isEmpty || !riders.isEmpty else { return false }
        let began = clock.now()
        var results: [Settled] = []
        results.reserveCapacity(group.count)
        let failure = attempt(settlement) { () throws(SettlementError) in
            for post in group {
                results.append(Settled(post: post, result: .success(try settle(post, settlement))))
            }
            try settlement.settleFollowUps(now: began)
            for rider in riders { try rider.task(settlement, began) }
        }
        if let failure { results = oneByOne(group, after: failure, settlement) }
        for rider in riders {
            // Whose fault it was nobody knows, so that each is tried by itself, too; but nobody's where no
            // transaction could be begun.
            guard let failure, !failure.isOutage else {
                rider.done(failure)
                continue
            }
            rider.done(
                attempt(settlement) { () throws(SettlementError) in
                    try rider.task(settlement, clock.now())
                })
        }
        observer.committed(count: group.count, took: clock.now() - began, failure: failure)
        group.removeAll(keepingCapacity: true)
        riders.removeAll()
        answer(results)
        return failure?.isOutage ?? false
    }

    /// The messages of a group that failed. Where not even a transaction can be begun, no message is to
    /// blame, and each would wait as long for the lock again: then all of them are told at once.
    private func oneByOne(
        _ group: [Post], after failure: SettlementError, _ settlement: Settlement
    ) -> [Settled] {
        var outage = failure.isOutage ? failure : nil
        return group.map { post in
            if let outage { return Settled(post: post, result: .failure(outage)) }
            let settled = alone(post, settlement)
            if case .failure(let error) = settled.result, error.isOutage { outage = error }
            return settled
        }
    }

    /// A message whose group failed, by itself.
    private func alone(_ post: Post, _ settlement: Settlement) -> Settled {
        var answers: [Answer] = []
        let failure = attempt(settlement) { () throws(SettlementError) in
            answers = try settle(post, settlement)
            try settlement.settleFollowUps(now: clock.now())
        }
        if let failure { return Settled(post: post, result: .failure(failure)) }
        return Settled(post: post, result: .success(answers))
    }

    private func settle(
        _ post: Post, _ settlement: Settlement
    ) throws(SettlementError) -> [Answer] {
        var answers: [Answer] = []
        answers.reserveCapacity(post.messages.count)
        for message in post.messages {
            // What is declared may have changed between the loop's look and now.
            let source = settlement.programme.source(post.source.number) ?? post.source
            answers.append(
                try settlement.settle(message, from: source, now: clock.now()))
        }
        return answers
    }

    /// One transaction around the body; all of it or nothing.
    private func attempt(
        _ settlement: Settlement, _ body: () throws(SettlementError) -> Void
    ) -> SettlementError? {
        do throws(SettlementError) {
            try settlement.transaction(reload, body)
            return nil
        } catch {
            return error
        }
    }

    /// Takes in what others have changed, and moves on what can.
    private func look(_ settlement: Settlement, _ now: Instant) {
        do throws(SettlementError) {
            guard try settlement.needsLook(now: now) else { return }
            var isMore = true
            while isMore {
                try settlement.transaction(reload) { () throws(SettlementError) in
                    isMore = try settlement.release(now: now)
                }
            }
        } catch {
            observer.lookFailed(error)
        }
    }

    /// Sends each loop its answers in one piece; they are put into words there, not here.
    private func answer(_ results: [Settled]) {
        var rest = results[...]
        while let loop = rest.first?.post.reply.loop {
            let own = rest.filter { $0.post.reply.loop === loop }
            rest = rest.filter { $0.post.reply.loop !== loop }
            loop.execute { loop.complete(own.map { ($0.post.reply, $0.response) }) }
        }
    }
}

/// A request that has its answer.
struct Settled: Sendable {
    var post: Post
    var result: Result<[Answer], SettlementError>
}

/// Hears how commits go; called on the writer's thread.
package protocol CommitObserver: Sendable {
    func committed(count: Int, took: Duration, failure: SettlementError?)
    func lookFailed(_ error: SettlementError)
}
