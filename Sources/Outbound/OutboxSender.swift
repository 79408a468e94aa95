import HTTP
import Referrals
import Sockets
import Storage
import Synchronization
import TLS
import Time
import Transport

/// The sender of queued notifications: a loop for the connections, a thread that reads, and the
/// gateway's one writer for the results.
///
/// No endpoint delays another. The resources they share, and each endpoint's part:
///
///     attempts        `Limits.connections` at once. One endpoint has at most 32, a sixteenth of the
///                     attempts left, and at least one; half as many after each failure, one while
///                     its breaker probes (`SendSchedule`, `EndpointQueue`, `Breaker`). Turns rotate.
///     connections     as many as attempts; the oldest idle one is closed for a new one. Kept ones serve
///                     their own webhook only (`KeptConnections`).
///     descriptors     a quarter of the process's limit at most; idle connections are closed when they
///                     are scarce (`HTTPClient`).
///     look-ups        64 threads, one for a name; 8 are reserved for names that answer, and slow names
///                     get 16 in all. Answers are cached (`LookupQueue`).
///     reader          one thread. Each queue has one page there at a time, which is cut to 32 deliveries
///                     if others wait (`PageReader`).
///     the loop        one thread. An attempt ends by its deadline in every state; a response is read up
///                     to `Limits.answer` and 16 KiB of head, then cut. TLS handshakes are bounded by the
///                     attempts of their endpoint.
///     the pace        while requests queue up for the writer, attempts are spread out (`Pace`).
///     records         8,192 attempts not yet recorded; beyond, none begins for any endpoint, since the
///                     database is at fault.
package final class OutboxSender: Sendable {
    /// The limits of sending.
    package struct Limits: Sendable {
        /// The time allowed for an attempt as a whole.
        package var patience = Duration.seconds(10)
        /// The time allowed for attempts under way when the sender is stopped.
        package var grace = Duration.seconds(5)
        /// The time for which results are collected before they are written.
        package var gathering = Duration.milliseconds(20)
        /// The number of bytes of a response's body that are kept.
        package var answer = 512
        /// The largest number of connections at once; a quarter of the process's descriptors if
        /// that is less.
        package var connections = 1024

        /// The limits that a gateway runs with unless it is configured otherwise.
        package init() {}
    }

    /// Hands records to the writer. `done` receives true if they were committed. Returns false if
    /// the writer is stopping.
    package typealias Record =
        @Sendable (Records, _ done: @escaping @Sendable (Bool) -> Void) -> Bool

    private struct Declared {
        var endpoints: [Endpoint]
        var campaigns: [ID<Campaign>: CampaignNote]
    }

    /// Commits that the loop does not know yet.
    struct Commits {
        var count = 0
        var requests = 0
        /// The webhooks whose queues the commits have extended.
        var webhooks: Set<ID<Webhook>> = []
        var probes: [QueueChanges.Probe] = []
    }

    private let loop: Loop
    private let reader = PageReader()
    private let openReader: @Sendable () throws(DatabaseError) -> Store
    private let makeSenderLoop: @Sendable () -> SenderLoop
    private let senderLoop = Mutex<LoopBox?>(nil)
    private let declared = Mutex<Declared?>(nil)
    /// The commits that the loop does not know yet.
    private let commits = Mutex(Commits())
    private let stopped = Latch()

    /// Makes a sender that does not run yet. Throws if its loop cannot be made.
    package init(
        rules: DestinationRules, limits: Limits = Limits(), clock: WallClock,
        chance: @escaping @Sendable () -> Double = { .random(in: 0...1) },
        lookup: NameLookup = NameLookup(), observer: any SenderObserver,
        openReader: @escaping @Sendable () throws(DatabaseError) -> Store,
        record: @escaping Record
    ) throws(SystemError) {
        var limits = limits
        limits.connections = max(16, min(limits.connections, DescriptorLimit.current / 4))
        let fitted = limits
        let loop = try Loop(name: "outbound")
        self.loop = loop
        self.openReader = openReader
        let reader = reader
        let stopped = stopped
        makeSenderLoop = {
            var calling = HTTPClient.Limits()
            calling.response.body = fitted.answer
            calling.mostConnections = fitted.connections
            let client = HTTPClient(loop: loop, rules: rules, lookup: lookup, limits: calling)
            return SenderLoop(
                loop: loop, client: client, reader: reader, limits: fitted, clock: clock,
                chance: chance, observer: observer, record: record, whenStopped: { stopped.open() })
        }
    }

    /// Starts with the declarations of that moment. Nothing is sent before there are declarations.
    package func start() throws(SystemError) {
        try reader.start(openReader)
        try loop.start()
        loop.execute { [self] in
            Thread.stepBack()
            let made = makeSenderLoop()
            senderLoop.withLock { $0 = LoopBox(made) }
            if let known = declared.withLock({ $0 }) {
                made.declare(known.endpoints, known.campaigns)
            }
            made.start()
        }
    }

    /// Takes in new declarations; may be called before the start.
    package func declare(
        _ endpoints: [Endpoint], _ campaigns: [ID<Campaign>: CampaignNote]
    ) {
        declared.withLock { $0 = Declared(endpoints: endpoints, campaigns: campaigns) }
        execute { $0.declare(endpoints, campaigns) }
    }

    /// Takes in the queues that a committed transaction has extended.
    ///
    /// - Parameter requests: The requests of partners in the transaction.
    package func committed(_ queues: QueueChanges, requests: Int) {
        let isFirst = commits.withLock { commits in
            guard requests > 0 || !queues.isEmpty else { return false }
            commits.count += 1
            commits.requests += requests
            commits.webhooks.formUnion(queues.grown)
            for probe in queues.probes { commits.webhooks.insert(probe.webhook) }
            commits.probes += queues.probes
            return commits.count == 1
        }
        guard isFirst else { return }
        execute { [self] senderLoop in
            let taken = commits.withLock { commits in
                defer { commits = Commits() }
                return commits
            }
            senderLoop.wake(after: taken)
        }
    }

    /// Begins no more attempts, lets those under way end, and has their results recorded. Returns
    /// when that is done.
    package func stop() {
        execute { $0.stop() }
        stopped.wait()
        loop.stop()
        loop.join()
        reader.stop()
        senderLoop.withLock { $0 = nil }
    }

    private func execute(_ work: @escaping @Sendable (SenderLoop) -> Void) {
        loop.execute { [self] in
            if let box = senderLoop.withLock({ $0 }) { work(box.senderLoop) }
        }
    }
}

/// Carries the shell through another thread back to its loop.
// Sendable because only the loop's thread opens it.
private struct LoopBox: @unchecked Sendable {
    let senderLoop: SenderLoop

    init(_ senderLoop: SenderLoop) { self.senderLoop = senderLoop }
}

/// The receiver of reports on sending; called on the sender's thread.
package protocol SenderObserver: Sendable {
    /// - Parameter underway: The number of attempts that have not ended yet.
    func attempted(_ report: AttemptReport, underway: Int)
    /// Reports an attempt that could not be made; it is made again soon.
    func lacked(_ lack: Lack, webhook: ID<Webhook>)
    func recordingFailed(attempts: Int)
}
