import Glibc
import HTTP
import Sockets
import Synchronization
import Testing
import Transport

/// A client on a loop of its own whose time the test can move on, for calls one by one.
final class CallBench: Sendable {
    typealias Dial = @Sendable (Address) throws(SystemError) -> Socket

    /// Belongs to the loop's thread.
    private final class Box: @unchecked Sendable {
        var client: HTTPClient?
    }

    static let rules = DestinationRules(
        allowed: [AddressRange("127.0.0.0/8")].compactMap { $0 }, allowsPlain: true)

    let loop: Loop
    private let box = Box()
    private let rules: DestinationRules
    private let time: Time
    private let dials: Dials

    private final class Dials: Sendable { let count = Atomic<Int>(0) }

    /// Connections that were begun.
    var dialled: Int { dials.count.load(ordering: .relaxed) }

    private final class Time: Sendable {
        private let offset = Atomic<Int64>(0)
        var now: MonotonicTime {
            MonotonicTime(
                nanoseconds: MonotonicTime.now().nanoseconds + offset.load(ordering: .relaxed))
        }
        func add(_ duration: Duration) {
            offset.wrappingAdd(duration.inNanoseconds, ordering: .relaxed)
        }
    }

    init(
        rules: DestinationRules = CallBench.rules, lookup: NameLookup = NameLookup(),
        configure: (inout HTTPClient.Limits) -> Void = { _ in },
        dial: @escaping Dial = HTTPClientScene.dial
    ) throws {
        let time = Time()
        self.time = time
        let dials = Dials()
        self.dials = dials
        self.rules = rules
        loop = try Loop(name: "calls") { time.now }
        try loop.start()
        var limits = HTTPClient.Limits()
        configure(&limits)
        let fixed = limits
        onLoop { [box, loop] in
            box.client = HTTPClient(
                loop: loop, rules: rules, lookup: lookup, limits: fixed,
                dial: { (address) throws(SystemError) in
                    dials.count.add(1, ordering: .relaxed)
                    return try dial(address)
                })
        }
    }

    func end() {
        onLoop { [box] in
            box.client?.close()
            box.client = nil
        }
        loop.stop()
        loop.join()
    }

    static func play(_ bench: CallBench, _ body: (CallBench) throws -> Void) throws {
        defer { bench.end() }
        try body(bench)
    }

    /// Does something on the loop's thread and waits for it.
    func onLoop(_ work: @escaping @Sendable () -> Void) {
        let done = Latch()
        loop.execute {
            work()
            done.open()
        }
        done.wait()
    }

    /// Time jumps; timers that are due by then come up.
    func advance(by duration: Duration) {
        onLoop { [time] in time.add(duration) }
        settle()
    }

    /// Processes all input that has arrived.
    func settle() { for _ in 0..<4 { onLoop {} } }

    /// A call that is under way.
    final class Pending: Sendable {
        fileprivate let outcome = Mutex<String?>(nil)
        fileprivate let over = Latch()

        func wait() -> String {
            over.wait()
            return outcome.withLock { $0 ?? "" }
        }
    }

    /// Begins a call on the loop's thread, which does `first` before and `then` after that, in the same
    /// turn.
    func begin(
        _ url: String, pool: Int64 = 1, within patience: Duration = .seconds(20),
        body: [UInt8] = Array("{}".utf8), first: @escaping @Sendable () -> Void = {},
        then: @escaping @Sendable () -> Void = {}
    ) throws -> Pending {
        let destination = try rules.judge(url)
        let request = OutgoingHead(
            method: "POST", target: destination.target, authority: destination.authority,
            fields: []
        ).request(adding: [], body: body)
        let pending = Pending()
        onLoop { [box] in
            first()
            box.client?.call(destination, request, of: pool, within: patience) { outcome in
                pending.outcome.withLock { $0 = Self.word(outcome) }
                pending.over.open()
            }
            then()
        }
        return pending
    }

    func call(
        _ url: String, pool: Int64 = 1, within patience: Duration = .seconds(20),
        body: [UInt8] = Array("{}".utf8)
    ) throws -> String {
        try begin(url, pool: pool, within: patience, body: body).wait()
    }

    private static func word(_ outcome: HTTPClient.Outcome) -> String {
        switch outcome {
        case .success(let response):
            "\(response.status.code) \(String(decoding: response.body, as: UTF8.self))"
        case .failure(.timeout(let stage)): "timeout \(stage)"
        case .failure(let failure): failure.code
        }
    }

    /// Calls and connections that are there.
    var left: [Int] {
        let counts = Mutex<[Int]>([])
        onLoop { [box] in
            counts.withLock { $0 = [box.client?.open ?? -1, box.client?.openConnections ?? -1] }
        }
        return counts.withLock { $0 }
    }

    /// Waits until there are `count` connections, while input of the peer is processed; false after
    /// ten seconds.
    func waitForConnections(_ count: Int) -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while left[1] != count {
            guard ContinuousClock.now < deadline else { return false }
            sched_yield()
        }
        return true
    }
}
