import Inbound
import Outbound
import Referrals
import SQLite
import Storage
import Synchronization
import Telemetry
import Time
import Transport

/// Joins the dispatcher to the rest of the gateway: what is declared goes to it, what came of attempts goes
/// to the writer.
final class Delivering: Sendable {
    /// What puts up the programme anew; it hands the webhooks to `declare`.
    typealias Reload = @Sendable (Settlement) throws(SettlementError) -> Void

    private struct Writer {
        var queue: CommitQueue
        var reload: Reload
    }

    private let dispatcher: Dispatcher
    private let writer: WriterPlace
    private let loader: ProgrammeLoader
    private let rules: DestinationRules
    private let log: Log
    private let isOn: Bool
    private let declared = Mutex(Declared())

    /// What the dispatcher was given last.
    private struct Declared: Sendable {
        var endpoints = CompiledRows<
            Catalog.WebhookRow, Result<Endpoint, ProgrammeLoader.Failure>
        >()
        var programme: Programme?
        /// What cannot be called, and was named.
        var faults: [String] = []
    }

    /// The writer is made after the dispatcher, which is told to by it.
    private final class WriterPlace: Sendable {
        let writer = Mutex<Writer?>(nil)
    }

    init(
        _ configuration: Configuration, _ loader: ProgrammeLoader, clock: WallClock,
        meters: Meters, log: Log, openReader: @escaping @Sendable () throws(DatabaseError) -> Store
    ) throws(GatewayError) {
        let place = WriterPlace()
        writer = place
        self.loader = loader
        rules = configuration.destinations
        self.log = log
        isOn = configuration.sendsNotifications
        do {
            dispatcher = try Dispatcher(
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

    func start(through queue: CommitQueue, reload: @escaping Reload) throws(GatewayError) {
        guard isOn else { return }
        writer.writer.withLock { $0 = Writer(queue: queue, reload: reload) }
        // The writer's first transaction takes in what is declared, and tells it.
        do { try dispatcher.start() } catch { throw .system(error) }
    }

    func stop() {
        guard isOn else { return }
        dispatcher.stop()
        writer.writer.withLock { $0 = nil }
    }

    /// Something is queued for a webhook, and will be there after the next commit.
    func queued(for webhook: Int64) {
        if isOn { dispatcher.queued(for: webhook) }
    }

    /// A webhook is to be tried at once after the next commit, with a delivery before all others.
    func probe(_ webhook: Int64, sending delivery: Int64?) {
        if isOn { dispatcher.probe(webhook, sending: delivery) }
    }

    /// What was queued is committed, for so many requests.
    func wake(after requests: Int) {
        if isOn { dispatcher.wake(after: requests) }
    }

    /// Gives the dispatcher what is declared, where that has changed. Called on the writer's thread.
    func declare(_ programme: Programme, _ store: Store) {
        guard isOn else { return }
        do throws(ProgrammeLoader.Failure) {
            try declared.withLock { declared throws(ProgrammeLoader.Failure) in
                let isRead = try update(&declared, store)
                guard isRead || programme !== declared.programme else { return }
                declared.programme = programme
                let endpoints = declared.endpoints.entries.compactMap { try? $0.compiled.get() }
                dispatcher.declare(endpoints, programme.campaigns.mapValues(\.note))
            }
        } catch {
            log.error(
                "what was declared of webhooks cannot be used; the last good state stays in force",
                ["reason": .string(error.description)])
        }
    }

    /// Names each webhook that cannot be called, once; what is queued for it waits.
    private func update(
        _ declared: inout Declared, _ store: Store
    ) throws(ProgrammeLoader.Failure) -> Bool {
        let isRead = try declared.endpoints.update(
            stamp: try StoredProgramme.stamp(of: .webhooks, store), number: { $0.id },
            rows: { () throws(ProgrammeLoader.Failure) in
                try StoredProgramme.stored { () throws(SQLiteError) in
                    try store.catalog.webhooks()
                }
            },
            compile: { row throws(ProgrammeLoader.Failure) in
                do throws(ProgrammeLoader.Failure) {
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
        writer.queue.ride { settlement, now, _ throws(SettlementError) in
            try writeSlice(of: records, through: writer, settlement, now)
        } done: { failure in
            done(failure == nil)
        }
    }

    private static func writeSlice(
        of records: Records, through writer: Writer, _ settlement: Settlement, _ now: Instant
    ) throws(SettlementError) -> Slice {
        let effect: Recorder.Effect
        do throws(SQLiteError) {
            effect = try Recorder.write(records, to: settlement.store, at: now)
        } catch {
            throw .storage(error)
        }
        switch effect {
        case .none: return .done
        case .declarationsChanged:
            try writer.reload(settlement)
            return .done
        case .recoversMore:
            return .more { settlement, now, _ throws(SettlementError) in
                try writeSlice(of: records, through: writer, settlement, now)
            }
        }
    }
}

/// Hears of commits: for the figures, and for whoever sends what they queued.
struct DeliveringObserver: CommitObserver {
    let meters: Meters
    let delivering: Delivering
    let watch: WriterWatch

    func committed(count: Int, took: Duration, failure: SettlementError?) {
        meters.committed(count: count, took: took, failure: failure)
        delivering.wake(after: count)
    }

    func lookFailed(_ error: SettlementError) {
        watch.ended(.failed(error))
        meters.lookFailed(error)
    }

    func setAside(_ item: SetAside.Item, _ failure: SettlementError) {
        meters.setAside(item, failure)
    }

    func turned() { watch.turned() }

    func turnEnded(after took: Duration) { meters.turnEnded(after: took) }

    func ended(_ ending: CommitQueue.Ending) { watch.ended(ending) }

    func refusedForLock() { meters.refusedForLock() }

    func lockIsBack(after wait: Duration) { meters.lockIsBack(after: wait) }

    func storageReplaced() { meters.storageReplaced() }
}

extension CampaignSettings {
    /// What notifications tell of it.
    var note: CampaignNote {
        CampaignNote(
            name: version.rules.name, linkBase: linkBase,
            kinds: Dictionary(
                version.rules.rewards.map { ($0.id, $0.kind) }, uniquingKeysWith: { $1 }))
    }
}
