import Database
import FoundationEssentials
import Gateway
import Glibc
import HTTP
import Programmes
import Referrals
import SQLite
import Sockets
import Storage
import Synchronization
import Telemetry
import Time
import Transport
import Workspace

/// How many deliveries a second a gateway sends to a receiver on this machine, from a queue that is full:
/// `Benchmarks deliver [deliveries] [endpoints] [dead endpoints]`. A dead one accepts connections and never
/// answers.
enum DeliverBenchmark {
    static func run(_ arguments: [String]) throws {
        let numbers = arguments.compactMap { Int($0) }
        let count = numbers.first ?? 50_000
        let endpoints = numbers.dropFirst().first ?? 1
        let dead = numbers.dropFirst(2).first ?? 0
        DescriptorLimit.raise()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "refgate-deliver-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = folder.appending(path: "refgate.db").path

        let received = Received(expected: count / endpoints * endpoints)
        let receiver = try Server(address: Address(ipv4: 0x7F00_0001, port: 0)) { _ in
            Taker(received)
        }
        let silent = try Listener(address: Address(ipv4: 0x7F00_0001, port: 0))
        let urls =
            try [String](
                repeating: "http://127.0.0.1:\(receiver.start())/hook", count: endpoints)
            + [String](
                repeating: "http://127.0.0.1:\(silent.address.port)/hook", count: dead)
        try declare(urls, in: database)
        try fill(database, deliveries: count / endpoints, webhooks: endpoints + dead)

        var configuration = Configuration(
            database: database, address: Address(ipv4: 0x7F00_0001, port: 0))
        configuration.destinations = DestinationRules(
            allowed: [AddressRange("127.0.0.0/8")].compactMap { $0 }, allowsPlain: true)
        let log = Log(level: .error, to: .standardError())
        let before = cpuMicroseconds()
        var gateway: Gateway?
        let took = try ContinuousClock().measure {
            gateway = try Gateway(configuration, log: log)
            _ = try gateway?.start()
            received.wait()
        }
        let cpu = cpuMicroseconds() - before
        gateway?.stop()
        receiver.stop()
        receiver.wait()
        try tell(received.expected, took, cpu, database, endpoints)
    }

    private static func tell(
        _ count: Int, _ took: Duration, _ cpu: Int, _ database: String, _ endpoints: Int
    ) throws {
        let seconds = Double(took.inNanoseconds) / 1e9
        print("\(count) deliveries in \(took): \(Int(Double(count) / seconds)) a second")
        print("  CPU of gateway and receiver: \(cpu / max(1, count)) µs each")
        let connection = try Connection(path: database, mode: .readWrite)
        let delivered = try connection.integer(
            "SELECT count(*) FROM deliveries WHERE status = 'delivered'")
        print("  on record as delivered: \(delivered ?? 0)")
        for share in [50, 99] {
            let latency = try connection.integer(
                """
                SELECT latency FROM attempts WHERE webhook_id <= \(endpoints) ORDER BY latency
                LIMIT 1 OFFSET (SELECT count(*) * \(share) / 100 FROM attempts
                    WHERE webhook_id <= \(endpoints))
                """)
            print("  p\(share) of an attempt: \(latency ?? 0) µs")
        }
    }

    private static func cpuMicroseconds() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
            + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }

    // MARK: A full queue

    private static func declare(_ urls: [String], in database: String) throws {
        let webhooks = urls.enumerated().map { number, url in
            #"{"name": "w\#(number)", "url": "\#(url)", "events": ["reward.issued"]}"#
        }
        let text = """
            {"account": {"name": "A"}, "campaigns": [{"id": 1, "name": "Friends", "owner": "o@example.com",
              "status": "active", "goal_type": "purchase", "link_base": "https://example.com/join",
              "rewards": [{"beneficiary": "referrer", "kind": "credit",
                "value": {"amount": 500, "currency": "EUR"}}]}],
             "participants": [
              {"campaign": 1, "email": "r@example.com", "first_name": "Ada", "referral_code": "REF"},
              {"campaign": 1, "email": "l@example.com", "referral_code": "LEAD", "referred_by": "REF"}],
             "webhooks": [\(webhooks.joined(separator: ","))]}
            """
        let store = try Store.open(database, for: .writer)
        let application = Application(
            store: store, box: try SecretBox(keyFile: database + ".key", for: store),
            now: WallClock.system.now(), isDryRun: false)
        _ = try application.apply(try WorkspaceFile.read(Array(text.utf8)), in: .none)
    }

    /// As a run of qualifications leaves it: each notification tells of a reward of its own.
    private static func fill(_ database: String, deliveries: Int, webhooks: Int) throws {
        let connection = try Connection(path: database, mode: .readWrite)
        let now = WallClock.system.now().microseconds
        try connection.execute(
            """
            BEGIN;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(deliveries))
            INSERT INTO conversions(id, campaign_id, lead_id, referrer_id, status, amount, currency,
                was_approved, occurred_at, created_at)
            SELECT i, 1, 2, 1, 'approved', 5000, 'EUR', 1, \(now), \(now) FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(deliveries))
            INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status, amount, unit)
            SELECT i * 16, 1, 1, 'issued', 500, 'EUR' FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(deliveries))
            INSERT INTO deliveries(webhook_id, id, type, subject, created_at, status, next_attempt_at)
            SELECT w.id, i, 'reward.issued', i * 16, \(now), 'pending', \(now)
            FROM webhooks AS w, n WHERE w.id <= \(webhooks) ORDER BY w.id, i;
            COMMIT;
            """)
    }
}

/// How many have come.
private final class Received: Sendable {
    let expected: Int
    private let count = Atomic<Int>(0)
    private let all = Latch()

    init(expected: Int) { self.expected = expected }

    func one() {
        if count.add(1, ordering: .relaxed).newValue == expected { all.open() }
    }

    func wait() { all.wait() }
}

private final class Taker: Handler {
    private let received: Received

    init(_ received: Received) { self.received = received }

    func admit(_ head: Request) -> Admission { .accept(maxBody: 1 << 20) }

    func handle(_ request: Request, reply: Reply) {
        reply.answer(
            Response(status: .ok, contentType: .json, body: Array(#"{"received":true}"#.utf8)))
        received.one()
    }
}
