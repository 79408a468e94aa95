import Glibc
import Synchronization

/// Resolves host names on its own threads, because getaddrinfo(3) blocks until name servers answer.
///
/// Results are cached for a bounded time, a name is looked up once at a time for all callers that
/// want it, and `LookupQueue` reserves a share of the threads for names that answer.
package final class NameLookup: Sendable {
    /// The reason why a name has no address.
    package struct Failure: Error, Equatable, Sendable {
        /// The reason in the system's words.
        package let reason: String
        /// True if this machine could not ask: it lacks descriptors, memory, threads or a route to
        /// a name server. The failure then says nothing about the name.
        package let isLocal: Bool

        package init(reason: String, isLocal: Bool = false) {
            self.reason = reason
            self.isLocal = isLocal
        }
    }

    /// The addresses of a name, with port 0, or the failure.
    package typealias Found = Result<[Address], Failure>
    /// A callback for the result; may be called on any thread.
    package typealias Answer = @Sendable (Found) -> Void

    private struct State {
        var queue: LookupQueue
        var threads = 0
        var idle = 0
    }

    /// The time after which an idle thread ends.
    private static let idleMilliseconds = 5_000

    private let limits: LookupLimits
    private let clock: @Sendable () -> MonotonicTime
    private let resolve: @Sendable (String) -> Found
    private let state: Mutex<State>
    private let wakeUp = WakeUp()

    /// - Parameter resolve: resolves a host; blocks. The system's resolver by default.
    package init(
        limits: LookupLimits = LookupLimits(),
        resolve: @escaping @Sendable (String) -> Found = NameLookup.system,
        clock: @escaping @Sendable () -> MonotonicTime = { MonotonicTime.now() }
    ) {
        self.limits = limits
        self.clock = clock
        self.resolve = resolve
        state = Mutex(State(queue: LookupQueue(limits)))
    }

    /// Calls back at once, on the calling thread, if the result is cached; else later, on another
    /// thread. Addresses have port 0.
    ///
    /// - Returns: true if the result is cached.
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
        wakeUp.signal()
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

    /// The previous addresses of a name whose lookup takes long; nil if they are too old.
    package func lastKnown(_ host: String) -> [Address]? {
        let now = clock()
        return state.withLock { $0.queue.lastKnown(host, at: now) }
    }

    /// The start of the current lookup; nil while it waits for a thread.
    package func began(_ host: String) -> MonotonicTime? {
        state.withLock { $0.queue.began(host) }
    }

    /// Discards a name's cached addresses, because none of them accepted a connection: the next
    /// request asks the name servers.
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

    /// The next name to look up; nil if the thread has been idle for long enough and must end.
    private func next() -> String? {
        var hasWaited = false
        while true {
            let now = clock()
            let (host, signalsOn) = state.withLock { state -> (String?, Bool) in
                if let host = state.queue.start(at: now) {
                    // Signals are not counted: another idle thread may have missed its own.
                    return (host, state.idle > 0 && state.queue.startable > 0)
                }
                if hasWaited { state.threads -= 1 } else { state.idle += 1 }
                return (nil, false)
            }
            if signalsOn { wakeUp.signal() }
            if host != nil || hasWaited { return host }
            hasWaited = !wakeUp.wait(milliseconds: Self.idleMilliseconds)
            state.withLock { $0.idle -= 1 }
        }
    }
}
