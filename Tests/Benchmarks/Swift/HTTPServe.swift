import Glibc
import HTTP
import Sockets
import Synchronization
import Transport

/// A server with as little behind it as can be, for load generators:
/// `Benchmarks http-serve [port] [inline|writer] [loops]`. Ends at SIGINT or SIGTERM, and says what
/// a request cost.
enum HTTPServe {
    static func run(_ arguments: [String]) throws {
        let port = arguments.first.flatMap { UInt16($0) } ?? 8099
        let answersInline = arguments.dropFirst().first != "writer"
        let loops = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1
        let signals = try Signals()
        DescriptorLimit.raise()
        let counter = Counter()
        let server = try Server(address: Address(ipv4: 0x7F00_0001, port: port), loops: loops) {
            loop in
            Echo(counter: counter, answersInline: answersInline, loop: loop)
        }
        print("listening on \(try server.start())")
        _ = try signals.wait()
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let user = usage.ru_utime.tv_sec * 1_000_000 + Int(usage.ru_utime.tv_usec)
        let system = usage.ru_stime.tv_sec * 1_000_000 + Int(usage.ru_stime.tv_usec)
        let requests = max(1, counter.requests.load(ordering: .relaxed))
        func perRequest(_ microseconds: Int) -> Double {
            Double(microseconds * 100 / requests) / 100
        }
        print(
            "requests \(requests), us each: user \(perRequest(user)) kernel \(perRequest(system))")
        server.stop()
        server.wait()
    }
}

private final class Counter: Sendable {
    let requests = Atomic<Int>(0)
}

/// Answers every request with its body, at once or from another loop in batches, as a database
/// writer would.
private final class Echo: Handler {
    private let counter: Counter
    private let writer: Loop?
    private let loop: Loop
    private var gathered: [(Reply, Response)] = []
    private var requests = 0

    init(counter: Counter, answersInline: Bool, loop: Loop) {
        self.counter = counter
        self.loop = loop
        writer = answersInline ? nil : try? Loop(name: "writer")
        try? writer?.start()
    }

    func admit(_ head: Request) -> Admission { .accept(maxBody: 1 << 20) }

    func handle(_ request: Request, reply: Reply) {
        requests += 1
        let body = request.body.isEmpty ? Array("{\"ok\":true}".utf8) : request.body
        let response = Response(status: .ok, contentType: .json, body: body)
        if writer == nil { reply.answer(response) } else { gathered.append((reply, response)) }
    }

    func turnEnded() {
        counter.requests.store(requests, ordering: .relaxed)
        guard let writer, !gathered.isEmpty else { return }
        var batch: [(Reply, Response)] = []
        swap(&batch, &gathered)
        let sent = batch
        writer.execute { [loop] in loop.complete(sent) }
    }
}
