import API
import Database
import Ledger
import Monitoring
import Outbound
import Programmes
import Referrals
import Storage
import Synchronization
import Telemetry
import Time
import Transport

/// Connects the sender to the rest of the gateway: declarations go to the sender, the
/// results of attempts go to the writer.
final class Delivering: Sendable {
    /// Publishes new declarations; it hands the webhooks to `declare`.
    typealias Reload = @Sendable (EventProcessor) throws -> Void

    private struct Writer {
        var queue: WriteQueue
        var reload: Reload
    }

    private let sender: OutboxSender
    private let writer: WriterPlace
    private let loader: DeclarationLoader
    private let rules: DestinationRules
    private let log: Log
    private let isOn: Bool
    private let declared = Mutex(Declared())

    /// The declarations that the sender received last.
    private struct Declared: Sendable {
        var endpoints = CompiledRows<
            Catalog.WebhookRow, Result<Endpoint, DeclarationLoader.Failure>
        >()
        var declarations: CompiledDeclarations?
        /// The webhooks that cannot be called and were reported.
        var faults: [String] = []
    }

    /// A holder of the writer, which is made after the sender that needs it.
    private final class WriterPlace: Sendable {
        let writer = Mutex<Writer?>(nil)
    }

    init(
        _ configuration: Configuration, _ loader: DeclarationLoader, clock: WallClock,
        meters: Meters, log: Log, openReader: @escaping @Sendable () throws(DatabaseError) -> Store
    ) throws(GatewayError) {
        let place = WriterPlace()
        writer = place
        self.loader = loader
        rules = configuration.destinations
        self.log = log
        isOn = configuration.sendsNotifications
        do {
            sender = try OutboxSender(
                rules: configuration.destinations, limits: configuration.delivery, clock: clock,
                observer: meters, openReader: openReader,
                record: { records, done in
                    guard let writer = place.writer.withLock({ $0 }) else { return false }
                    return Self.write(records, through: writer, done)
                })
        } catch {
            throw .system(error)
        }
    }

    func start(through queue: WriteQueue, reload: @escaping Reload) throws(GatewayError) {
        guard isOn else { return }
        writer.writer.withLock { $0 = Writer(queue: queue, reload: reload) }
        // The writer's first transaction reads the declarations, and passes them on.
        do { try sender.start() } catch { throw .system(error) }
    }

    func stop() {
        guard isOn else { return }
        sender.stop()
        writer.writer.withLock { $0 = nil }
    }

    /// Notes committed deliveries, with the number of requests in the commit.
    func committed(_ queues: QueueChanges, requests: Int) {
        guard isOn else { return }
        sender.committed(queues, requests: requests)
    }

    /// Hands the declarations to the sender if they have changed. Called on the writer's
    /// thread.
    func declare(_ declarations: CompiledDeclarations, _ store: Store) throws(StorageError) {
        guard isOn else { return }
        try declared.withLock { declared throws(StorageError) in
            let isRead = try update(&declared, store)
            guard isRead || declarations !== declared.declarations else { return }
            declared.declarations = declarations
            let endpoints = declared.endpoints.entries.compactMap { try? $0.compiled.get() }
            sender.declare(endpoints, declarations.campaigns.mapValues(\.note))
        }
    }

    /// Reports each webhook that cannot be called, once; its queued notifications wait.
    private func update(
        _ declared: inout Declared, _ store: Store
    ) throws(StorageError) -> Bool {
        let isRead = try declared.endpoints.update(
            stamp: try store.catalog.stamp(of: .webhooks), number: { $0.id.number },
            rows: { () throws(StorageError) in try store.catalog.webhooks() },
            compile: { row in
                do throws(DeclarationLoader.Failure) {
                    return .success(try loader.endpoint(row, rules))
                } catch {
                    return .failure(error)
                }
            })
        guard isRead else { return false }
        var faults: [String] = []
        for case .failure(let fault) in declared.endpoints.entries.map(\.compiled) {
            faults.append(fault.description)
        }
        for fault in faults where !declared.faults.contains(fault) {
            log.error("a webhook cannot be called", ["reason": .string(fault)])
        }
        declared.faults = faults
        return true
    }

    private static func write(
        _ records: Records, through writer: Writer, _ done: @escaping @Sendable (Bool) -> Void
    ) -> Bool {
        writer.queue.enqueueWithNextGroup { processor, now, _ in
            try writeSlice(of: records, through: writer, processor, now)
        } done: { outcome in
            done((try? outcome.result.get()) != nil)
        }
    }

    private static func writeSlice(
        of records: Records, through writer: Writer, _ processor: EventProcessor, _ now: Instant
    ) throws -> Slice<Void> {
        switch try OutboxRecorder.write(records, to: processor.store, at: now) {
        case .none: return .done(())
        case .declarationsChanged:
            try writer.reload(processor)
            return .done(())
        case .recoversMore:
            return .more { processor, now, _ in
                try writeSlice(of: records, through: writer, processor, now)
            }
        }
    }
}

/// Receives reports on commits, for the metrics and for the sender, which sends the queued
/// notifications.
struct DeliveringObserver: WriteObserver {
    let meters: Meters
    let delivering: Delivering
    let watch: WriterWatch

    func committed(count: Int, took: Duration, failure: StorageError?, queues: QueueChanges) {
        meters.committed(count: count, took: took, failure: failure)
        if failure == nil { delivering.committed(queues, requests: count) }
    }

    func housekeepingFailed(_ error: StorageError) {
        watch.ended(.failed(error))
        meters.housekeepingFailed(error)
    }

    func setAside(_ item: SetAside.Item, _ failure: StorageError) {
        watch.setAside(item)
        meters.setAside(item, failure)
    }

    func recovered(_ item: SetAside.Item) { watch.recovered(item) }

    func turned() { watch.turned() }

    func turnEnded(after took: Duration) { meters.turnEnded(after: took) }

    func ended(_ ending: WriteQueue.Ending) { watch.ended(ending) }

    func refusedForLock() { meters.refusedForLock() }

    func lockIsBack(after wait: Duration) { meters.lockIsBack(after: wait) }

    func storageReplaced() { meters.storageReplaced() }
}
