import CLinux
import Glibc
import Synchronization

/// Something that wants to know when a descriptor is ready. Called on the loop's thread.
package protocol Watcher: AnyObject {
    func ready(_ readiness: Readiness)
}

/// One thread that waits on epoll and calls back: watched descriptors, timers, and work handed over
/// from other threads.
///
/// What a loop calls runs on its thread, one after another, and must not block. Everything but
/// `execute`, `isCurrent`, `start`, `stop` and `join` belongs to that thread.
// Sendable because the state below `inbox` is touched by the loop's own thread alone (each entry
// point checks that in debug builds), and `inbox` and `thread` are behind mutexes.
package final class Loop: @unchecked Sendable {
    /// Names one watched descriptor. The generation tells it from a later one in the same slot, so
    /// that an event which the kernel had ready before the change reaches nobody.
    package struct Token: Equatable, Sendable {
        fileprivate var slot: UInt32
        fileprivate var generation: UInt32
        fileprivate var value: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
    }

    /// Names scheduled work.
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

    /// The generation of the wake-up's own value; slots start at 1.
    private static let wakeUpValue: UInt64 = 0

    package let name: String
    private let clock: @Sendable () -> Moment
    private let inbox = Mutex(Inbox())
    private let wakeUp: Descriptor
    private let thread = Mutex(ThreadState())
    /// The thread's id once it runs, for `isCurrent`.
    private let threadID = Atomic<UInt>(0)

    private let poller: Poller
    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    private var timers = Timers()
    private var turnHooks: [() -> Void] = []
    private var isStopping = false

    /// The time at the start of this turn.
    package private(set) var now: Moment

    private struct ThreadState: ~Copyable {
        var wasStarted = false
        /// Until it is joined.
        var thread: Thread?
    }

    package init(
        name: String = "loop", clock: @escaping @Sendable () -> Moment = { Moment.now() }
    ) throws(SystemError) {
        self.name = name
        self.clock = clock
        poller = try Poller()
        wakeUp = try Descriptor("eventfd", refgate_event_create())
        now = clock()
        // Edge-triggered: each write is one event and nothing has to be read back.
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

    /// Runs the work on the loop's thread, after what it is doing now. Work handed to a loop that has
    /// stopped is dropped.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        let mustWake = inbox.withLock { inbox in
            guard !inbox.hasStopped else { return false }
            inbox.work.append(work)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        // One write wakes it for everything that is in the inbox by then.
        if mustWake { _ = refgate_event_signal(wakeUp.number) }
    }

    /// Whether this is the loop's own thread.
    package var isCurrent: Bool {
        threadID.load(ordering: .relaxed) == UInt(pthread_self())
    }

    /// Asks the thread to end after the work handed over so far.
    package func stop() {
        execute { self.isStopping = true }
    }

    /// Waits until the thread has ended; not from the thread itself.
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

    /// Watches the same descriptor for something else.
    package func rewatch(_ token: Token, for readiness: Readiness) {
        precondition(isWatched(token), "a token is used between watch and unwatch")
        poller.change(
            slots[Int(token.slot)].number, to: readiness, value: Self.value(of: token))
    }

    /// Stops watching; no event for this token is delivered any more.
    package func unwatch(_ token: Token) {
        precondition(isWatched(token), "a token is used between watch and unwatch")
        let index = Int(token.slot)
        poller.remove(slots[index].number)
        slots[index].watcher = nil
        freeSlots.append(token.slot)
    }

    /// Does the work after the delay, on this thread.
    @discardableResult
    package func schedule(after delay: Duration, _ work: @escaping () -> Void) -> TimerToken {
        assert(isCurrent, "timers belong to the loop's thread")
        return TimerToken(id: timers.schedule(at: clock() + delay, work))
    }

    /// Forgets scheduled work; nothing happens when it was done already.
    package func cancel(_ token: TimerToken) {
        timers.cancel(token.id)
    }

    /// Calls back at the end of each turn, when all events of the turn were delivered.
    package func atEndOfTurn(_ hook: @escaping () -> Void) {
        turnHooks.append(hook)
    }

    // MARK: The thread

    private func run() {
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        while !isStopping { turn() }
        // Nobody is left to do it; closures may hold what must be released on this thread.
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

    /// How long nothing will be due, decided together with falling asleep: work that comes later
    /// finds the loop asleep and wakes it.
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
        // Rounded up: waking early would only mean to wait again.
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
