import CLinux
import Glibc
import Synchronization

/// An object notified when a descriptor is ready, on the loop's thread.
package protocol Watcher: AnyObject {
    func ready(_ readiness: Readiness)
}

/// An event loop: one thread that waits on epoll and calls back for watched descriptors, timers,
/// and work submitted by other threads.
///
/// The loop runs its callbacks on its thread, one after another; they must not block. All members
/// except `execute`, `isCurrent`, `start`, `stop` and `join` may only be used on that thread.
// Sendable because the state below `inbox` is used by the loop's own thread only (each entry point
// checks that in debug builds), and `inbox` and `thread` are behind mutexes.
package final class Loop: @unchecked Sendable {
    /// Identifies one watched descriptor. The generation distinguishes it from a later one in the
    /// same slot, so that an event which was pending before the change is not delivered.
    package struct Token: Equatable, Sendable {
        fileprivate var slot: UInt32
        fileprivate var generation: UInt32
    }

    /// Identifies scheduled work.
    package struct TimerToken: Sendable {
        fileprivate var id: Timers.ID
    }

    /// Work from other threads, and whether the loop must be woken for it.
    private struct Inbox {
        var work: [@Sendable () -> Void] = []
        var isAsleep = false
        var hasStopped = false
    }

    private struct Slot {
        var watcher: (any Watcher)?
        var number: CInt
        var generation: UInt32
    }

    /// The value of the wake-up event, whose generation and slot are 0; watched slots start at 1.
    private static let wakeUpValue: UInt64 = 0

    /// The name of the thread, for debuggers and `top`.
    package let name: String
    /// The clock that the timers follow. `now` is its time at the beginning of the turn.
    package let clock: @Sendable () -> MonotonicTime
    private let inbox = Mutex(Inbox())
    private let wakeUp: Descriptor
    private let thread = Mutex(ThreadState())
    /// The thread's id while it runs, for `isCurrent`.
    private let threadID = Atomic<UInt>(0)

    private let poller: Poller
    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    private var timers = Timers()
    private var turnHooks: [() -> Void] = []
    private var isStopping = false

    /// The time at the start of this turn.
    package private(set) var now: MonotonicTime

    private struct ThreadState: ~Copyable {
        var wasStarted = false
        /// Nil before the start and after `join`.
        var thread: Thread?
    }

    package init(
        name: String = "loop",
        clock: @escaping @Sendable () -> MonotonicTime = { MonotonicTime.now() }
    ) throws(SystemError) {
        self.name = name
        self.clock = clock
        poller = try Poller()
        wakeUp = try Descriptor(.eventfd, refgate_event_create())
        now = clock()
        // Edge-triggered: each write is one event, and the counter need not be read.
        try poller.add(wakeUp.number, for: .readable.onChange, value: Self.wakeUpValue)
    }

    // MARK: From any thread

    /// Starts the thread; once.
    package func start() throws(SystemError) {
        try thread.withLock { state throws(SystemError) in
            precondition(!state.wasStarted, "a loop is started once")
            state.thread = try Thread(name: name) { self.run() }
            state.wasStarted = true
        }
    }

    /// Runs the work on the loop's thread, after the current callback and earlier work. Work
    /// submitted to a stopped loop is dropped. Any thread may call it.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        let mustWake = inbox.withLock { inbox in
            guard !inbox.hasStopped else { return false }
            inbox.work.append(work)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        // One write wakes the loop for all work that is in the inbox by then.
        if mustWake { _ = refgate_event_signal(wakeUp.number) }
    }

    /// True on the loop's own thread.
    package var isCurrent: Bool {
        threadID.load(ordering: .relaxed) == UInt(pthread_self())
    }

    /// Asks the thread to end after the work submitted so far.
    package func stop() {
        execute { self.isStopping = true }
    }

    /// Waits until the thread has ended; must not be called on the thread itself.
    package func join() {
        precondition(!isCurrent, "a loop cannot wait for itself")
        thread.withLock { state in
            if let thread = state.thread.take() { thread.join() }
        }
    }

    // MARK: On the loop's thread

    /// Watches a descriptor, which must stay open until `unwatch`.
    package func watch(
        _ number: CInt, for readiness: Readiness, _ watcher: any Watcher
    ) throws(SystemError) -> Token {
        assert(isCurrent, "watching belongs to the loop's thread")
        let index: Int
        if let free = freeSlots.popLast() {
            index = Int(free)
        } else {
            slots.append(Slot(watcher: nil, number: -1, generation: 0))
            index = slots.count - 1
        }
        let token = Token(slot: UInt32(index), generation: slots[index].generation &+ 1)
        do {
            try poller.add(number, for: readiness, value: Self.value(of: token))
        } catch {
            freeSlots.append(UInt32(index))
            throw error
        }
        slots[index] = Slot(watcher: watcher, number: number, generation: token.generation)
        return token
    }

    /// Changes the readiness that a descriptor is watched for.
    package func rewatch(_ token: Token, for readiness: Readiness) {
        precondition(isWatched(token), "a token is used between watch and unwatch")
        poller.change(
            slots[Int(token.slot)].number, to: readiness, value: Self.value(of: token))
    }

    /// Stops watching; no further event is delivered for this token.
    package func unwatch(_ token: Token) {
        precondition(isWatched(token), "a token is used between watch and unwatch")
        let index = Int(token.slot)
        poller.remove(slots[index].number)
        slots[index].watcher = nil
        freeSlots.append(token.slot)
    }

    /// Runs the work on this thread after the delay.
    @discardableResult
    package func schedule(after delay: Duration, _ work: @escaping () -> Void) -> TimerToken {
        assert(isCurrent, "timers belong to the loop's thread")
        return TimerToken(id: timers.schedule(at: clock() + delay, work))
    }

    /// Cancels scheduled work; no effect if it has run already.
    package func cancel(_ token: TimerToken) {
        timers.cancel(token.id)
    }

    /// Registers a callback for the end of each turn, when all events of the turn have been
    /// delivered.
    package func atEndOfTurn(_ hook: @escaping () -> Void) {
        turnHooks.append(hook)
    }

    // MARK: The thread

    private func run() {
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        while !isStopping { turn() }
        // The remaining work is dropped, but its closures may hold objects that must be released on
        // this thread.
        let rest = inbox.withLock { inbox in
            inbox.hasStopped = true
            defer { inbox.work = [] }
            return inbox.work
        }
        for work in rest { work() }
        slots = []
        timers = Timers()
        turnHooks = []
    }

    private func turn() {
        let count = poller.wait(milliseconds: sleepMilliseconds())
        now = clock()
        for index in 0..<count {
            let event = poller.event(at: index)
            if event.value != Self.wakeUpValue { deliver(event.readiness, value: event.value) }
        }
        for work in takeWork() { work() }
        while let work = timers.popDue(at: now) { work() }
        for hook in turnHooks { hook() }
    }

    private func deliver(_ readiness: Readiness, value: UInt64) {
        let index = Int(value & 0xFFFF_FFFF) - 1
        guard slots[index].generation == UInt32(value >> 32) else { return }
        slots[index].watcher?.ready(readiness)
    }

    private func takeWork() -> [@Sendable () -> Void] {
        inbox.withLock { inbox in
            inbox.isAsleep = false
            if inbox.work.isEmpty { return [] }
            var work: [@Sendable () -> Void] = []
            swap(&work, &inbox.work)
            return work
        }
    }

    /// The time until work is due, decided in one step with falling asleep: work that is submitted
    /// later finds the loop asleep and wakes it.
    private func sleepMilliseconds() -> CInt {
        let mayWait = inbox.withLock { inbox in
            inbox.isAsleep = inbox.work.isEmpty
            return inbox.isAsleep
        }
        if !mayWait { return 0 }
        let due = timers.nextDue
        if due == .never { return -1 }
        let nanoseconds = due.nanoseconds - clock().nanoseconds
        if nanoseconds <= 0 { return 0 }
        // Rounded up: waking early would only mean waiting again.
        return CInt(min((nanoseconds + 999_999) / 1_000_000, 60_000))
    }

    private func isWatched(_ token: Token) -> Bool {
        let slot = slots[Int(token.slot)]
        return slot.generation == token.generation && slot.watcher != nil
    }

    /// Slot numbers are shifted by one to keep the wake-up's value free.
    private static func value(of token: Token) -> UInt64 {
        UInt64(token.generation) << 32 | UInt64(token.slot + 1)
    }
}
