import Glibc
import Synchronization

/// Finds the addresses of hosts on threads of its own: getaddrinfo(3) blocks for as long as name servers
/// do.
///
/// Answers are remembered for a bounded time, a name is looked up once at a time however many ask for it,
/// and `LookupQueue` keeps a share of the threads for names that answer.
package final class NameLookup: Sendable {
    /// Why a name has no address.
    package struct Failure: Error, Equatable, Sendable {
        /// In the system's words.
        package let reason: String
        /// This machine could not ask: it lacks descriptors, memory, threads or a route to a name
        /// server. Says nothing about the name.
        package let isLocal: Bool

        package init(reason: String, isLocal: Bool = false) {
            self.reason = reason
            self.isLocal = isLocal
        }
    }

    package typealias Found = Result<[Address], Failure>
    package typealias Answer = @Sendable (Found) -> Void

    private struct State {
        var queue: LookupQueue
        var threads = 0
        var idle = 0
    }

    /// How long a thread without work stays.
    private static let idleMilliseconds = 5_000

    private let limits: LookupLimits
    private let clock: @Sendable () -> Moment
    private let resolve: @Sendable (String) -> Found
    private let state: Mutex<State>
    private let bell = Doorbell()

    /// - Parameter resolve: asks the system where it is not given.
    package init(
        limits: LookupLimits = LookupLimits(),
        resolve: @escaping @Sendable (String) -> Found = NameLookup.system,
        clock: @escaping @Sendable () -> Moment = { Moment.now() }
    ) {
        self.limits = limits
        self.clock = clock
        self.resolve = resolve
        state = Mutex(State(queue: LookupQueue(limits)))
    }

    /// Answers at once, on the calling thread, where the name is remembered; else later, on another one.
    /// Addresses have port 0.
    ///
    /// - Returns: whether the name is remembered.
    @discardableResult
    package func find(_ host: String, _ answer: @escaping Answer) -> Bool {
        let now = clock()
        let (known, needsThread) = state.withLock { state -> (Found?, Bool) in
            if let known = state.queue.ask(host, answer, at: now) { return (known, false) }
            guard state.idle < state.queue.startable, state.threads < limits.threads else {
                return (nil, false)
            }
            state.threads += 1
            return (nil, true)
        }
        if let known {
            answer(known)
            return true
        }
        bell.ring()
        if needsThread { addThread(for: host) }
        return false
    }

    private func addThread(for host: String) {
        do {
            let thread = try Thread(name: "lookup") { self.run() }
            thread.detach()
        } catch {
            let waiting = state.withLock { state in
                state.threads -= 1
                return state.queue.withdraw(host)
            }
            let failure = Failure(reason: error.description, isLocal: true)
            for answer in waiting { answer(.failure(failure)) }
        }
    }

    /// The addresses of a name whose look-up takes long, as they were before; nil where they are too old.
    package func lastKnown(_ host: String) -> [Address]? {
        let now = clock()
        return state.withLock { $0.queue.lastKnown(host, at: now) }
    }

    /// When the look-up under way began; nil where it still waits for a thread.
    package func began(_ host: String) -> Moment? {
        state.withLock { $0.queue.began(host) }
    }

    /// None of the addresses that are remembered could be connected to: the next question goes to the
    /// name servers.
    package func forget(_ host: String) {
        state.withLock { $0.queue.forget(host) }
    }

    // MARK: Threads

    private func run() {
        while let host = next() {
            let found = resolve(host)
            let now = clock()
            let answers = state.withLock { $0.queue.finish(host, found, at: now) }
            for answer in answers { answer(found) }
        }
    }

    /// Nil where the thread has had no work for long enough, and ends.
    private func next() -> String? {
        var hasWaited = false
        while true {
            let now = clock()
            let (host, ringsOn) = state.withLock { state -> (String?, Bool) in
                if let host = state.queue.start(at: now) {
                    // Rings are not counted: another idle thread may have missed its own.
                    return (host, state.idle > 0 && state.queue.startable > 0)
                }
                if hasWaited { state.threads -= 1 } else { state.idle += 1 }
                return (nil, false)
            }
            if ringsOn { bell.ring() }
            if host != nil || hasWaited { return host }
            hasWaited = !bell.wait(milliseconds: Self.idleMilliseconds)
            state.withLock { $0.idle -= 1 }
        }
    }
}
