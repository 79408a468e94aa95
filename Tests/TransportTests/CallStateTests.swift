import Glibc
import HTTP
import Sockets
import Synchronization
import Testing
import Transport

/// Every state of a call and its connection comes to an end, whatever the peer does.
@Suite struct CallStateTests {
    enum Ending: String, CaseIterable { case reset, halfClose, silence }

    /// The bytes that the peer has sent when it closes.
    enum State: String, CaseIterable {
        case handshake, handshakeBegun, sending, waiting, head, interim, length, chunkSize, chunk
        case trailer, untilEnd, idle, closing

        var said: String {
            switch self {
            case .handshake, .sending, .waiting: ""
            // A record that is longer than what comes.
            case .handshakeBegun: "\u{16}\u{3}\u{3}\u{0}\u{7A}\u{2}"
            case .head: "HTTP/1.1 200 OK\r\nX-Half: "
            case .interim: "HTTP/1.1 103 Early Hints\r\n\r\n"
            case .length: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
            case .chunkSize: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5"
            case .chunk: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal"
            case .trailer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
            case .untilEnd: "HTTP/1.1 200 OK\r\n\r\nhalf"
            case .idle: WirePeer.answer(200)
            case .closing: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            }
        }

        var isSecure: Bool { self == .handshake || self == .handshakeBegun }
        var isAnswered: Bool { self == .idle || self == .closing }

        /// The outcome of a call that was left in this state.
        func outcomes(_ ending: Ending) -> [String] {
            switch (self, ending) {
            case (.idle, _), (.closing, _): ["200 "]
            case (.handshake, .reset), (.handshakeBegun, .reset): ["reset", "tls"]
            case (.handshake, .halfClose), (.handshakeBegun, .halfClose): ["tls"]
            case (.handshake, .silence), (.handshakeBegun, .silence): ["timeout handshake"]
            case (.sending, .silence): ["timeout sending"]
            case (.waiting, .silence): ["timeout waiting"]
            case (_, .silence): ["timeout reading"]
            case (.untilEnd, .halfClose): ["200 half"]
            case (_, .halfClose): ["closed"]
            // A send that fails takes the error away from the read.
            case (.sending, .reset): ["reset", "closed"]
            case (_, .reset): ["reset"]
            }
        }
    }

    static let walk = State.allCases.flatMap { state in Ending.allCases.map { (state, $0) } }

    @Test(arguments: walk) func `a call ends and leaves nothing behind`(
        _ state: State, _ ending: Ending
    ) throws {
        let said = Latch()
        let leave = Latch()
        let over = Latch()
        let peer = try WirePeer { connection in
            if state.isSecure {
                var byte: UInt8 = 0
                _ = recv(connection.descriptor, &byte, 1, 0)
            } else if state != .sending {
                _ = connection.request()
            }
            if !state.said.isEmpty { connection.send(state.said) }
            said.open()
            leave.wait()
            switch ending {
            case .reset: return connection.reset()
            case .halfClose: connection.finishSending()
            case .silence: break
            }
            over.wait()
        }
        defer {
            over.open()
            peer.stop()
        }
        try CallBench.play(CallBench()) { bench throws in
            let scheme = state.isSecure ? "https" : "http"
            let body =
                state == .sending
                ? [UInt8](repeating: 0x7B, count: 32 << 20) : Array("{}".utf8)
            let pending = try bench.begin(
                "\(scheme)://127.0.0.1:\(peer.port)/", within: .seconds(60), body: body)
            said.wait()
            bench.settle()
            if state.isAnswered { #expect(pending.wait() == "200 ") }
            leave.open()
            if ending == .silence { bench.advance(by: .seconds(60)) }
            if ending == .silence, !state.isAnswered {
                // A jump in time is the same as a stalled loop: the call has another second.
                bench.advance(by: .milliseconds(900))
                bench.advance(by: .milliseconds(200))
            }
            let outcome = pending.wait()
            #expect(
                state.outcomes(ending).contains(outcome), "\(state) \(ending): \(outcome)")
            if state == .idle, ending == .silence { bench.advance(by: .seconds(20)) }
            #expect(bench.waitForConnections(0))
            #expect(bench.left == [0, 0])
        }
    }

    @Test func `a look-up that does not end has the call's deadline`() throws {
        let gate = Latch()
        let lookup = NameLookup { _ in
            gate.wait()
            return .success([])
        }
        defer { gate.open() }
        try CallBench.play(CallBench(lookup: lookup)) { bench throws in
            #expect(
                try bench.call("http://silent.example/", within: .milliseconds(1500))
                    == "timeout lookup")
            #expect(bench.left == [0, 0])
        }
    }

    @Test func `a connection that is not made has the call's deadline`() throws {
        // Its queue is full, so that further connections are not answered.
        let peer = try WirePeer(backlog: 0, nil)
        defer { peer.stop() }
        let address = Address(ipv4: 0x7F00_0001, port: peer.port)
        let fillers = try (0..<4).map { _ in Holder(try Socket(connectingTo: address)) }
        try CallBench.play(CallBench()) { bench throws in
            #expect(
                try bench.call("http://127.0.0.1:\(peer.port)/", within: .milliseconds(300))
                    == "timeout connecting")
            #expect(bench.left == [0, 0])
        }
        #expect(fillers.count == 4)
    }

    private final class Holder {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    @Test func `a deadline that passes while the loop stands still is not the peer's fault`()
        throws
    {
        let peer = try WirePeer { connection in
            while connection.request() != nil { connection.send(WirePeer.answer(200, "late")) }
        }
        defer { peer.stop() }
        let silent = try WirePeer { $0.waitForEnd() }
        defer { silent.stop() }
        try CallBench.play(CallBench()) { bench throws in
            let answered = try bench.begin("http://127.0.0.1:\(peer.port)/")
            bench.advance(by: .seconds(100))
            #expect(answered.wait() == "200 late")
            let unanswered = try bench.begin("http://127.0.0.1:\(silent.port)/")
            bench.settle()
            bench.advance(by: .seconds(100))
            bench.advance(by: .seconds(2))
            #expect(unanswered.wait() == "gateway")
            #expect(bench.waitForConnections(0))
        }
    }
}
