import API
import Crypto
import Database
import Inbound
import Ledger
import Monitoring
import Programmes
import Referrals
import Sockets
import Storage
import Synchronization
import Telemetry
import Time
import Transport

/// The gateway as a whole: a writer, readers, loops, and the order in which they start and stop.
package final class Gateway: Sendable {
    /// The lock between processes, held until the connections to the database are closed.
    private let lock: Mutex<ProcessLock?>
    private let server: Server
    private let queue: WriteQueue
    private let reader: ReadThread
    /// The reader for requests that need no key.
    private let publicReader: ReadThread
    /// The reader for requests that take seconds.
    private let slowReader: ReadThread
    private let api: API
    private let delivering: Delivering
    private let publicAddress: PublicAddress
    /// The metrics of this gateway.
    package let metrics: Metrics

    /// Locks the database against other gateways, opens it, reads the declarations, and starts the
    /// writer; `start` opens the port.
    package init(
        _ configuration: Configuration, clock: WallClock = .system, log: Log
    ) throws(GatewayError) {
        Signals.ignoreFileSizeLimit()
        let file: ProcessLock
        do { file = try ProcessLock(path: configuration.database) } catch {
            throw GatewayError(locking: configuration.database, error)
        }
        lock = Mutex(file)
        let overwritten = OverwrittenFile()
        let leadsElsewhere: @Sendable () -> Bool = { [identity = file.identity] in
            overwritten.isFound || FileIdentity(path: configuration.database) != identity
        }
        let metrics = Metrics()
        let requests = RequestLog(log, prefix: Self.runName())
        let meters = Meters(metrics: metrics, log: log, requests: requests)
        let knownKeys = KnownKeys()
        let (stored, first) = try Self.firstLook(
            configuration, knownKeys, clock.now(), log)
        let loader = stored.loader
        Self.report(first.faults, but: [], log)
        let current = CurrentDeclarations(first)
        let watch = WriterWatch()
        let delivering = try Delivering(
            configuration, loader, clock: clock, meters: meters, log: log
        ) { () throws(DatabaseError) in
            try Self.openReader(configuration.database, leadsElsewhere)
        }
        self.delivering = delivering
        let reload: @Sendable (EventProcessor) throws -> Void = { processor in
            try Self.reload(processor, stored, current, log)
            try knownKeys.read(processor.store, at: clock.now())
            try delivering.declare(processor.declarations, processor.store)
        }
        queue = WriteQueue(
            limits: configuration.queue, clock: clock,
            observer: DeliveringObserver(meters: meters, delivering: delivering, watch: watch),
            answer: PostResult.answer,
            open: {
                let processor = try Self.openSettlement(
                    configuration.database, declarations: current.declarations, loader)
                processor.observer = configuration.decisionObserver
                processor.store.leadsElsewhere = leadsElsewhere
                processor.store.whenOverwritten = overwritten.found
                return processor
            },
            reload: reload)
        reader = ReadThread()
        publicReader = ReadThread()
        slowReader = ReadThread()
        publicAddress = PublicAddress(
            declared: configuration.publicURL, proxies: configuration.trustedProxies,
            listening: configuration.address)
        let api = API(
            reader: reader, slowReader: slowReader, queue: queue, current: current,
            meters: meters, loader: loader,
            health: Health(writer: watch, queue: queue, reader: publicReader, clock: clock),
            reload: reload, clock: clock, publicAddress: publicAddress,
            destinations: configuration.destinations, rateLimit: configuration.rateLimit,
            maxBody: configuration.limits.maxBody, knownKeys: knownKeys,
            paidPlanFor: configuration.paidPlanFor, proxies: configuration.trustedProxies,
            signUpLimit: configuration.signUpLimit)
        self.api = api
        let queue = queue
        let peers = PeerRates(configuration)
        let rates = Self.sourceRates(configuration)
        do {
            server = try Server(
                address: configuration.address, limits: configuration.limits
            ) { _ in
                GatewayHandler(
                    intake: Intake(
                        queue: queue, current: current, clock: clock,
                        maxBody: configuration.limits.maxBody,
                        rates: rates, observer: meters),
                    api: api, peers: peers, clock: clock, requests: requests)
            }
            for reader in [reader, publicReader, slowReader] {
                try reader.start { () throws(DatabaseError) in
                    try Self.openReader(configuration.database, leadsElsewhere)
                }
            }
        } catch {
            throw .system(error)
        }
        self.metrics = metrics
        do { try queue.start() } catch {
            throw GatewayError(starting: error, configuration.database)
        }
        try delivering.start(through: queue, reload: reload)
    }

    /// Opens the port; returns its number. On failure the gateway stops and releases the database.
    package func start() throws(GatewayError) -> UInt16 {
        do {
            let port = try server.start()
            publicAddress.listens(on: port)
            return port
        } catch {
            endBehindServer()
            throw .system(error)
        }
    }

    /// Returns when changes made by others are taken in and due automatic work is done. The gateway
    /// checks four times a second by itself; a test that controls the clock calls this method.
    package func runHousekeeping() {
        let done = Latch()
        if queue.poll(done: { done.open() }) { done.wait() }
    }

    /// Stops accepting requests, finishes and commits those under way, and closes.
    package func stop() {
        server.stop()
        server.wait()
        endBehindServer()
    }

    private func endBehindServer() {
        delivering.stop()
        queue.stop()
        reader.stop()
        publicReader.stop()
        api.stopSlowReads()
        slowReader.stop()
        lock.withLock { $0 = nil }
    }

    /// Opens the file before the key: no key is made beside a file that is not a database of
    /// refgate.
    private static func firstLook(
        _ configuration: Configuration, _ knownKeys: KnownKeys, _ now: Instant, _ log: Log
    ) throws(GatewayError) -> (StoredDeclarations, CompiledDeclarations) {
        let path = configuration.database
        do {
            let store = try Store.open(path, for: .writer) {
                log.warning(
                    "waiting for the database's lock",
                    ["reason": .string(DatabaseLock.waiting(for: path))])
            }
            let loader = DeclarationLoader(
                box: try SecretBox(keyFile: configuration.keyPath, for: store),
                zones: ZoneFolder.zones(in: configuration.zonePath))
            try knownKeys.read(store, at: now)
            try UpdateReport.write(of: store, try PresetUpdate(store: store, now: now).run(), log)
            let stored = StoredDeclarations(loader)
            return (stored, try stored.read(store))
        } catch {
            throw GatewayError(starting: error, path)
        }
    }

    /// A name that distinguishes this run's request ids from those of other runs.
    private static func runName() -> String {
        Hex.encode(SecureRandom.bytes(4))
    }

    private static func sourceRates(
        _ configuration: Configuration
    ) -> Rates<ID<Referrals.Source>>? {
        guard configuration.sourceRateLimit > 0 else { return nil }
        return Rates(limit: configuration.sourceRateLimit, seconds: 1)
    }

    /// A reader never waits for a writer, only for a process that recovers the log after a crash.
    private static let readerPatienceMilliseconds: Int32 = 500

    private static func openReader(
        _ path: String, _ leadsElsewhere: @escaping @Sendable () -> Bool
    ) throws(DatabaseError) -> Store {
        let store = try Store.open(
            path, for: .reader, busyTimeoutMilliseconds: readerPatienceMilliseconds)
        store.leadsElsewhere = leadsElsewhere
        return store
    }

    private static func openSettlement(
        _ path: String, declarations: CompiledDeclarations, _ loader: DeclarationLoader
    ) throws(DatabaseError) -> EventProcessor {
        let store = try Store.open(path, for: .writer)
        store.recognizeDeletedPeople(with: loader.box)
        return EventProcessor(
            store, declarations: declarations, earlierRules: loader.versions.earlierRules(store),
            answerNames: { Idempotency.names($0, $1, loader.box) },
            randomBytes: SecureRandom.bytes)
    }

    /// Publishes declarations that another process has changed. A declaration that cannot be used
    /// is reported, and the others take effect without it.
    private static func reload(
        _ processor: EventProcessor, _ stored: StoredDeclarations, _ current: CurrentDeclarations,
        _ log: Log
    ) throws(StorageError) {
        let declarations = try stored.read(processor.store)
        guard declarations !== processor.declarations else { return }
        report(declarations.faults, but: current.declarations.faults, log)
        processor.declarations = declarations
        current.put(declarations)
    }

    /// Reports stored declarations that cannot be used, unless they were reported before.
    private static func report(_ faults: [String], but before: [String], _ log: Log) {
        for fault in faults where !before.contains(fault) {
            log.error("a stored declaration cannot be used", ["reason": .string(fault)])
        }
    }
}
