import Foundation
import HTTP
import Sockets
import Synchronization
import TestSupport
import Testing
import Transport

/// Keeps every reply until the test gives it away.
final class Keeper: Sendable {
    private let state = Mutex<[Reply]>([])
    private let deferrals = Mutex<[Deferral]>([])

    var count: Int { state.withLock { $0.count } }
    var deferralCount: Int { deferrals.withLock { $0.count } }

    func keep(_ deferral: Deferral) { deferrals.withLock { $0.append(deferral) } }

    func takeDeferrals() -> [Deferral] {
        deferrals.withLock { deferrals in
            defer { deferrals = [] }
            return deferrals
        }
    }

    func keep(_ reply: Reply) { state.withLock { $0.append(reply) } }

    func take() -> [Reply] {
        state.withLock { replies in
            defer { replies = [] }
            return replies
        }
    }
}

/// Answers GET at once with the path; keeps the reply to POST. `/large` gives a body larger than any
/// socket buffer.
final class KeepingHandler: Handler {
    private let keeper: Keeper

    init(_ keeper: Keeper) { self.keeper = keeper }

    func admit(_ head: Request) -> Admission {
        head.target.pathEquals("/later") ? .later : .accept(maxBody: 1 << 20)
    }

    func decide(on head: Request, _ deferral: Deferral) { keeper.keep(deferral) }

    func handle(_ request: Request, reply: Reply) {
        if request.method == .post {
            keeper.keep(reply)
        } else if request.target.pathEquals("/large") {
            let body = [UInt8](repeating: 0x78, count: 16 << 20)
            reply.answer(Response(status: .ok, contentType: .text, body: body))
        } else {
            reply.answer(
                Response(status: .ok, contentType: .text, body: Array(request.target.path)))
        }
    }
}

/// A server whose clock advances only when the test moves it.
final class Scene {
    let server: Server
    let keeper = Keeper()
    private let time = Time()
    private(set) var port: UInt16 = 0

    private final class Time: Sendable {
        private let nanoseconds = Atomic<Int64>(1_000_000_000)
        var now: MonotonicTime { MonotonicTime(nanoseconds: nanoseconds.load(ordering: .relaxed)) }
        func add(_ duration: Duration) {
            nanoseconds.wrappingAdd(duration.inNanoseconds, ordering: .relaxed)
        }
    }

    init(_ limits: ServerLimits = ServerLimits(), loops: Int = 1) throws {
        server = try Server(
            address: Address(ipv4: 0x7F00_0001, port: 0), limits: limits, loops: loops,
            clock: { [time] in time.now }
        ) { [keeper] _ in KeepingHandler(keeper) }
        port = try server.start()
    }

    /// Ends the server whatever became of the test.
    func end() {
        for reply in keeper.take() { reply.answer(Response(status: .ok)) }
        server.stop()
        settle()
        time.add(.seconds(1000))
        server.wait()
    }

    static func play(
        _ limits: ServerLimits = ServerLimits(), loops: Int = 1, _ body: (Scene) throws -> Void
    ) throws {
        let scene = try Scene(limits, loops: loops)
        defer { scene.end() }
        try body(scene)
    }

    func connect(from source: String? = nil) throws -> RawConnection {
        try RawConnection(host: "127.0.0.1", port: port, from: source)
    }

    /// Lets every loop go round a few times: what had arrived before is dealt with after.
    func settle() {
        for _ in 0..<4 {
            for loop in server.loops {
                let latch = Latch()
                loop.execute { latch.open() }
                latch.wait()
            }
        }
    }

    func advance(by duration: Duration) {
        settle()
        time.add(duration)
        settle()
    }

    /// Waits until the handler has the given number of requests.
    func waitForRequests(_ count: Int) throws {
        try wait(for: "the requests arrive") { keeper.count >= count }
    }

    /// Waits until the server has exactly the given number of connections.
    func waitForConnections(_ count: Int) throws {
        try wait(for: "\(count) connections are left") { server.connections == count }
    }

    func wait(
        for what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
        until isSo: () -> Bool
    ) throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !isSo() {
            try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
            sched_yield()
        }
    }
}
