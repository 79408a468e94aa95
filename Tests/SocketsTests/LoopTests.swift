import Glibc
import Sockets
import Synchronization
import Testing

@Suite struct LoopTests {
    /// Runs the body on a fresh loop's thread and gives what it gives.
    private func onLoop<Value: Sendable>(
        _ loop: Loop, _ body: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: body()) }
        }
    }

    private func withLoop<Value>(_ body: (Loop) async throws -> Value) async throws -> Value {
        let loop = try Loop(name: "test")
        try loop.start()
        defer {
            loop.stop()
            loop.join()
        }
        return try await body(loop)
    }

    private final class Witness: Watcher {
        let body: (Readiness) -> Void
        init(_ body: @escaping (Readiness) -> Void) { self.body = body }
        func ready(_ readiness: Readiness) { body(readiness) }
    }

    /// Two connected descriptors.
    private struct Pair {
        var near: CInt
        var far: CInt

        init() {
            var numbers: [CInt] = [0, 0]
            precondition(
                socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &numbers) == 0, "a pair")
            near = numbers[0]
            far = numbers[1]
        }

        func closeBoth() {
            close(near)
            close(far)
        }
    }

    @Test func `work is done on the loop's thread, in the order it was given`() async throws {
        try await withLoop { loop in
            let order = Mutex<[Int]>([])
            for number in 0..<100 { loop.execute { order.withLock { $0.append(number) } } }
            let isCurrent = await onLoop(loop) { loop.isCurrent }
            #expect(isCurrent)
            #expect(!loop.isCurrent)
            #expect(order.withLock { $0 } == Array(0..<100))
        }
    }

    @Test func `no work from many threads is lost`() async throws {
        try await withLoop { loop in
            let done = Counter()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<5000 {
                            loop.execute { done.add() }
                        }
                    }
                }
            }
            _ = await onLoop(loop) { 0 }
            #expect(done.count == 20000)
        }
    }

    @Test func `work handed over before a stop is done, later work is dropped`() throws {
        let loop = try Loop(name: "test")
        let done = Counter()
        loop.execute { done.add() }
        loop.stop()
        try loop.start()
        loop.join()
        loop.execute { done.add() }
        #expect(done.count == 1)
    }

    @Test func `scheduled work waits for its time, cancelled work for ever`() async throws {
        try await withLoop { loop in
            let order = await withCheckedContinuation { continuation in
                loop.execute {
                    let log = Log()
                    loop.schedule(after: .milliseconds(20)) {
                        continuation.resume(returning: log.names)
                    }
                    loop.schedule(after: .milliseconds(10)) { log.names.append("late") }
                    let token = loop.schedule(after: .milliseconds(5)) {
                        log.names.append("never")
                    }
                    loop.schedule(after: .zero) { log.names.append("early") }
                    loop.cancel(token)
                }
            }
            #expect(order == ["early", "late"])
        }
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        var count: Int { value.load(ordering: .relaxed) }
        func add() { value.wrappingAdd(1, ordering: .relaxed) }
    }

    private final class Log {
        var names: [String] = []
    }

    @Test func `a watcher hears of its descriptor, and of it alone`() async throws {
        try await withLoop { loop in
            let pair = Pair()
            defer { pair.closeBoth() }
            let heard = await withCheckedContinuation { continuation in
                loop.execute {
                    var token: Loop.Token?
                    token = try? loop.watch(
                        pair.near, for: .readable,
                        Witness { readiness in
                            continuation.resume(returning: readiness)
                            if let token { loop.unwatch(token) }
                        })
                    _ = write(pair.far, "x", 1)
                }
            }
            #expect(heard.isReadable)
            #expect(!heard.isWritable)
        }
    }

    @Test func `an event for a descriptor that was replaced in the same turn reaches nobody`()
        async throws
    {
        try await withLoop { loop in
            let outcome = await withCheckedContinuation {
                (continuation: CheckedContinuation<[String], Never>) in
                loop.execute {
                    // Both are ready in one turn. Whoever is called first takes the other's place
                    // away and gives it to a third, which is not ready.
                    let pairs = [Pair(), Pair(), Pair()]
                    let log = Log()
                    var tokens: [Loop.Token] = []
                    func replace(_ other: Int) {
                        log.names.append("first")
                        guard log.names.count == 1 else { return }
                        for token in tokens { loop.unwatch(token) }
                        _ = try? loop.watch(
                            pairs[2].near, for: .readable,
                            Witness { _ in log.names.append("third") })
                        _ = try? loop.watch(
                            pairs[2].far, for: .readable,
                            Witness { _ in log.names.append("fourth") })
                        loop.schedule(after: .milliseconds(5)) {
                            for pair in pairs { pair.closeBoth() }
                            continuation.resume(returning: log.names)
                        }
                    }
                    for index in 0..<2 {
                        guard
                            let token = try? loop.watch(
                                pairs[index].near, for: .readable, Witness { _ in replace(index) })
                        else { return }
                        tokens.append(token)
                        _ = write(pairs[index].far, "x", 1)
                    }
                }
            }
            #expect(outcome == ["first"])
        }
    }

    @Test func `a token is of no use after it was given back`() async {
        await #expect(processExitsWith: .failure) {
            let loop = try Loop(name: "test")
            loop.execute {
                let pair = Pair()
                guard let token = try? loop.watch(pair.near, for: .readable, Witness { _ in })
                else { exit(0) }
                loop.unwatch(token)
                loop.rewatch(token, for: .writable)
            }
            loop.stop()
            try loop.start()
            loop.join()
        }
    }

    @Test func `a loop cannot wait for itself`() async {
        await #expect(processExitsWith: .failure) {
            let loop = try Loop(name: "test")
            loop.execute { loop.join() }
            loop.stop()
            try loop.start()
            loop.join()
        }
    }

    @Test func `a signal is something to wait for`() throws {
        let signals = try Signals([SIGUSR1])
        pthread_kill(pthread_self(), SIGUSR1)
        #expect(try signals.wait() == SIGUSR1)
    }
}
