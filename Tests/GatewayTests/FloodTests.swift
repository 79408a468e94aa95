import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Time

/// What one address may do without a key: it opens connections, sends what is unfinished, malformed or
/// oversized, and abandons it. A partner at another address is answered all the while, and afterwards the
/// process is as it was.
///
/// REFGATE_FLOOD_SECONDS says for how long each route is flooded; half a second if it is not set.
@Suite(.serialized) struct FloodTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["REFGATE_FLOOD_SECONDS"].flatMap(Double.init) ?? 0.5

    /// Connections that the flood holds open at once, with something unfinished in each.
    private static let held = 400

    /// What the process may keep of a flood: allocators do not give everything back.
    private static let keptMemory = 48 << 20

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "/hooks/\(DeclaredWorkspace.source)", "/hooks/unknown", "/healthz", "/readyz",
            "/metrics",
            "/status", "/api/v1/status", "/api/v1/participants/import", "/api/v1/campaigns/1",
        ])
    func `a flood from one address leaves nothing behind and keeps no partner waiting`(
        _ path: String
    ) throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(leads: 1))
        let server = try ServeProcess(database)
        let port = server.port
        let sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        let first = try server.connect()
        #expect(try first.post(Message(code: "LEAD-0"), id: "first", from: sender).status == 200)
        let before = try ProcessFigures(server.identifier)

        let flood = Flood(path: path, port: port, held: Self.held)
        let end = ContinuousClock.now + .seconds(Self.seconds)
        let statuses = Mutex<[Int: Int]>([:])
        // The first floods, the second is the partner; both until the time is over.
        _ = try crowd(of: 2) { index in
            index == 1 ? try Client(port: port) : nil
        } then: { _, partner in
            guard let partner else { return flood.run(until: end) }
            var number = 0
            while ContinuousClock.now < end {
                number += 1
                let response = try? partner.post(
                    Message(code: "LEAD-0"), id: "during-\(number)", from: sender)
                statuses.withLock { $0[response?.status ?? 0, default: 0] += 1 }
            }
        }
        #expect(flood.count > 0)
        #expect(Set(statuses.withLock { $0.keys }) == [200], "\(statuses.withLock { $0 })")

        flood.leave()
        let patience = ContinuousClock.now + .seconds(20)
        var after = try ProcessFigures(server.identifier)
        while after.descriptors > before.descriptors, ContinuousClock.now < patience {
            poll(nil, 0, 5)
            after = try ProcessFigures(server.identifier)
        }
        #expect(
            after.descriptors <= before.descriptors, "connections and descriptors are given back")
        #expect(
            after.residentBytes < before.residentBytes + Self.keptMemory,
            "\(before.residentBytes >> 20) MiB before, \(after.residentBytes >> 20) MiB after")
        #expect(try first.post(Message(code: "LEAD-0"), id: "last", from: sender).status == 200)
    }

    @Test func `unfinished bodies take no more memory than allowed, and give it back`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(leads: 1))
        let server = try ServeProcess(database, flags: ["--max-buffered", "64MiB"])
        let sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        let partner = try server.connect()
        #expect(try partner.post(Message(code: "LEAD-0"), id: "first", from: sender).status == 200)
        let before = try ProcessFigures(server.identifier)
        let bytes =
            Client.bytes(
                "POST", sender.path,
                try sender.fields(id: "x", body: []) + [("Content-Length", "1048576")])
            + [UInt8](repeating: 0x20, count: 1_000_000)
        let flood = try (0..<120).map { _ in
            let connection = try RawConnection(
                host: "127.0.0.1", port: server.port, from: "127.0.0.2")
            connection.write(bytes)
            return connection
        }
        var refused: [RawConnection] = []
        let patience = ContinuousClock.now + .seconds(20)
        while refused.count < 50, ContinuousClock.now < patience {
            for connection in flood { connection.read(upTo: .zero) { false } }
            refused = flood.filter { !$0.answers().finals.isEmpty }
        }
        #expect(Set(refused.map { $0.answers().finals.first?.status }) == [503])
        #expect((50...70).contains(flood.count - refused.count))
        let during = try ProcessFigures(server.identifier)
        #expect(during.residentBytes < before.residentBytes + (128 << 20))
        #expect(try partner.post(Message(code: "LEAD-0"), id: "during", from: sender).status == 200)

        for connection in flood { connection.finishSending() }
        for connection in flood {
            connection.read(upTo: .seconds(10)) { false }
            #expect(connection.ending != .open)
        }
        for connection in flood where connection.answers().finals.first?.status != 503 {
            #expect(connection.answers().finals.map(\.status) == [400])
        }
        var after = try ProcessFigures(server.identifier)
        while !after.isAsSmall(as: before), ContinuousClock.now < patience {
            poll(nil, 0, 5)
            after = try ProcessFigures(server.identifier)
        }
        #expect(after.isAsSmall(as: before), "\(before) before, \(after) after")
    }
}

/// What the kernel tells of a process.
private struct ProcessFigures {
    let descriptors: Int
    let residentBytes: Int

    init(_ identifier: pid_t) throws {
        descriptors = try FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(identifier)/fd"
        ).count
        let pages = try String(contentsOfFile: "/proc/\(identifier)/statm", encoding: .utf8)
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        residentBytes = try #require(pages) * sysconf(CInt(_SC_PAGESIZE))
    }

    func isAsSmall(as other: ProcessFigures) -> Bool {
        descriptors <= other.descriptors && residentBytes <= other.residentBytes + (16 << 20)
    }
}

/// A client at 127.0.0.2 that means no good. Used by one thread at a time.
private final class Flood: @unchecked Sendable {
    private let path: String
    private let port: UInt16
    private let held: Int
    private var open: [RawConnection] = []
    private(set) var count = 0

    init(path: String, port: UInt16, held: Int) {
        self.path = path
        self.port = port
        self.held = held
    }

    func run(until end: ContinuousClock.Instant) {
        while ContinuousClock.now < end {
            // Refused for the number of its connections, say: then the next one.
            guard
                let connection = try? RawConnection(
                    host: "127.0.0.1", port: port, from: "127.0.0.2")
            else { continue }
            attack(connection, count)
            count += 1
            if open.count > held { open.removeFirst(open.count - held) }
        }
    }

    /// Ends what is still open: some vanish, some close properly.
    func leave() { open = [] }

    private func attack(_ connection: RawConnection, _ number: Int) {
        let method = number % 2 == 0 ? "POST" : "GET"
        let head = "\(method) \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        let kilobytes = String(repeating: "x", count: 64 << 10)
        let bytes: String
        switch number % 12 {
        // Unfinished.
        case 0: bytes = head + "X-Unfinished: "
        case 1: bytes = head + "Content-Length: 1000000\r\n\r\n" + kilobytes
        case 2: bytes = head + "Transfer-Encoding: chunked\r\n\r\n20000\r\n" + kilobytes
        case 3: bytes = head + "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n"
        // Malformed.
        case 4: bytes = head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"
        case 5: bytes = head + "Transfer-Encoding: chunked\r\n\r\nnothing\r\n"
        case 6: bytes = "\u{16}\u{03}\u{01}" + kilobytes
        // Oversized.
        case 7: bytes = head + "X-Large: " + kilobytes
        case 8: bytes = head + "Content-Length: 1073741824\r\n\r\n" + kilobytes
        case 9: bytes = "GET /" + kilobytes
        // Abandoned: whole, many at once, and never read.
        case 10: bytes = head + "Content-Length: 3\r\n\r\nabc"
        default: bytes = String(repeating: "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n", count: 40)
        }
        connection.write(Array(bytes.utf8), reading: false, stall: .zero)
        switch number % 5 {
        case 0: connection.abort()
        case 1, 2: connection.finishSending()
        default: break
        }
        if connection.ending == .open { open.append(connection) }
    }
}
