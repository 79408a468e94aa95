import CTestVFS
import Database
import Foundation
import Gateway
import HTTP
import JSON
import Mapping
import Programmes
import Referrals
import SQLite
import TestSupport
import Time

@testable import Ledger
@testable import Storage

/// Settles planned deliveries in groups, as the commit queue does, on a disk whose power fails; then looks
/// at what is left.
final class PowerDriver {
    /// What was told to senders, by the id of the event, after the commit had returned.
    private(set) var acknowledged: [String: Answer.Recorded] = [:]
    private let database: ScratchDatabase
    private let seed: UInt64
    private let load: PlannedLoad
    private let now = WallClock.system.now()

    private static let combining = "refgate-test-power-combining"

    /// A database with everything declared, made once and copied for each seed.
    private static let template = Result {
        let database = try ScratchDatabase()
        try database.apply(PlannedLoad.declared)
        return database
    }

    init(seed: UInt64) throws {
        self.seed = seed
        load = PlannedLoad(seed: seed)
        let template = try Self.template.get()
        database = try ScratchDatabase()
        for suffix in ["", ".key"] {
            try FileManager.default.copyItem(
                atPath: template.path + suffix, toPath: database.path + suffix)
        }
        guard refgate_test_power_register("refgate-test-power") == 0 else {
            throw StorageError(stage: .configure, code: 1, message: "no VFS")
        }
        try Engine.registerWriteCombining(name: Self.combining, below: "refgate-test-power")
    }

    /// Settles until the power fails, and leaves the files as a disk would hold them then.
    func run(synchronous: String) throws {
        var random = Seeded(seed &+ 1_000_000)
        refgate_test_power_begin()
        // Now and then it fails while the database is being opened.
        let isEarly = random.below(16) == 0
        if isEarly { refgate_test_power_fail_after(1 + random.below(3)) }
        do {
            try settleAll(synchronous, &random, failsLater: !isEarly)
        } catch {
            guard refgate_test_power_is_off() != 0 else { throw error }
        }
        refgate_test_power_fail_after(0)
        let chance = [0, 0, 100, 500, 900][random.below(5)]
        _ = refgate_test_power_settle(seed, Int32(chance))
        // The wal-index lives in memory and is gone.
        try? FileManager.default.removeItem(atPath: database.path + "-shm")
    }

    private func settleAll(
        _ synchronous: String, _ random: inout Seeded, failsLater: Bool
    ) throws {
        let connection = try Store.connect(database.path, for: .existing, vfs: Self.combining)
        try connection.execute(
            """
            PRAGMA synchronous=\(synchronous);
            PRAGMA wal_autocheckpoint=\(5 + random.below(60))
            """)
        if failsLater { refgate_test_power_fail_after(1 + random.below(260)) }
        let processor = try processor(on: Store(connection))
        var rest = load.items[...]
        while !rest.isEmpty {
            let group = rest.prefix(1 + random.below(6))
            rest = rest.dropFirst(group.count)
            let answers = try process(group, processor)
            for (item, answer) in zip(group, answers) {
                if case .recorded(let recorded) = answer { acknowledged[item.id] = recorded }
            }
        }
    }

    private func processor(on store: Store) throws -> EventProcessor {
        let declarations = try DeclarationLoader(
            box: SecretBox(keyFile: database.path + ".key", for: store)
        ).load(store)
        return EventProcessor(store, declarations: declarations) { count in
            (0..<count).map { _ in UInt8.random(in: 0...255) }
        }
    }

    private func process(
        _ group: ArraySlice<PlannedLoad.Item>, _ processor: EventProcessor
    ) throws -> [Answer] {
        var answers: [Answer] = []
        let source = processor.declarations.sources[DeclaredWorkspace.source]
        let incoming = try group.map { try Self.incoming($0, source, now) }
        try processor.transaction({ _ in }) {
            for message in incoming {
                guard let source else { continue }
                answers.append(try processor.process(message, from: source, now: now))
            }
            try processor.processFollowUps(now: now, turn: .unlimited)
        }
        return answers
    }

    /// What the intake makes of a delivery.
    private static func incoming(
        _ item: PlannedLoad.Item, _ source: SourceSettings?, _ now: Instant
    ) throws -> Incoming {
        let body = Array(item.message.text.utf8)
        let document = try Document(parsing: body)
        var fields = Fields()
        fields.append("webhook-id", item.id)
        guard case .single(let mapped)? = source?.mapping.map(document, headers: fields) else {
            throw StorageError.contradiction("the load is not mapped")
        }
        return Incoming(
            mapped, payload: document.root, eventID: item.id, digest: nil, receivedAt: now,
            fields: nil, body: body)
    }

    // MARK: Afterwards

    /// What is lost or wrong, one sentence each; then everything is sent again.
    func losses() -> [String] {
        do {
            var found = try database.contradictions()
            guard found.isEmpty else { return found }
            let connection = try Store.connect(database.path, for: .existing)
            let processor = try processor(on: Store(connection))
            found += try missing(connection)
            for item in load.items {
                guard let answer = try process([item], processor).first else { continue }
                found += compare(item.id, answer)
            }
            let census = try database.census()
            for item in load.items.shuffled() { _ = try process([item], processor) }
            if try database.census() != census { found.append("a repeat had an effect") }
            if try double(connection) > 0 { found.append("a referrer has two rewards") }
            return found + (try database.contradictions())
        } catch {
            return ["the database cannot be used: \(error)"]
        }
    }

    private func missing(_ connection: Connection) throws -> [String] {
        try acknowledged.keys.sorted().filter { id in
            try connection.integer("SELECT count(*) FROM events WHERE event_id = '\(id)'") != 1
        }.map { "acknowledged and lost: \($0)" }
    }

    private func double(_ connection: Connection) throws -> Int64 {
        try connection.integer(
            """
            SELECT count(*) FROM (SELECT 1 FROM rewards WHERE status IN ('issued', 'waiting_stock')
                GROUP BY beneficiary_id, campaign_reward_id HAVING count(*) > 1)
            """) ?? 0
    }

    private func compare(_ id: String, _ answer: Answer) -> [String] {
        guard let response = acknowledged[id] else { return [] }
        guard case .recorded(let again) = answer else { return ["\(id) is refused now"] }
        var found: [String] = []
        if !again.isDuplicate { found.append("\(id) was forgotten") }
        if again.event != response.event { found.append("\(id) is another event now") }
        if response.conversion != nil, again.conversion != response.conversion {
            found.append("\(id) has another conversion now")
        }
        if !response.rewards.isEmpty, again.conversion?.number == again.event.number,
            again.rewards.map(\.id) != response.rewards.map(\.id)
        {
            found.append("\(id) has other rewards now")
        }
        return found
    }
}
