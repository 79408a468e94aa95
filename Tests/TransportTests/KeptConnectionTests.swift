import Sockets
import Synchronization
import TestSupport
import Testing
import Transport

/// Which answers count as the answer to a request, and which connections are used again.
@Suite struct KeptConnectionTests {
    private func url(_ peer: WirePeer, _ path: String = "hook") -> String {
        "http://127.0.0.1:\(peer.port)/\(path)"
    }

    /// Answers each request with its number on the connection.
    private static func serveWell(_ connection: WirePeer.Connection) {
        var number = 0
        while connection.request() != nil {
            connection.send(WirePeer.answer(200, "\(connection.number).\(number)"))
            number += 1
        }
    }

    /// Calls until the receiver is trusted with kept connections.
    private func earnTrust(_ bench: CallBench, _ url: String) throws {
        #expect(try bench.call(url).hasPrefix("200"))
        bench.advance(by: .seconds(2))
    }

    @Test func `a receiver that is quiet for a second has its connections used again`() throws {
        let peer = try WirePeer { Self.serveWell($0) }
        defer { peer.stop() }
        try CallBench.play(CallBench()) { bench throws in
            #expect(try bench.call(url(peer)) == "200 0.0")
            #expect(try bench.call(url(peer)) == "200 1.0")
            bench.advance(by: .seconds(2))
            let third = try bench.call(url(peer))
            #expect(third == "200 1.1" || third == "200 0.1")
            #expect(peer.connections == 2)
        }
    }

    @Test func `two webhooks at one host and port share no connection`() throws {
        let peer = try WirePeer { Self.serveWell($0) }
        defer { peer.stop() }
        try CallBench.play(CallBench()) { bench throws in
            #expect(try bench.call(url(peer), pool: 1) == "200 0.0")
            bench.advance(by: .seconds(2))
            #expect(try bench.call(url(peer), pool: 2) == "200 1.0")
            #expect(try bench.call(url(peer), pool: 1) == "200 0.1")
        }
    }

    @Test func `a late extra answer of one webhook is no answer to another's`() throws {
        let peer = try WirePeer { connection in
            var count = 0
            while let request = connection.request() {
                if count > 0 { connection.send(WirePeer.answer(200, "late")) }
                let status = request.hasPrefix("POST /bad") ? 500 : 200
                connection.send(WirePeer.answer(status))
                count += 1
            }
        }
        defer { peer.stop() }
        try CallBench.play(CallBench()) { bench throws in
            for _ in 0..<20 {
                #expect(try bench.call(url(peer, "good"), pool: 1).hasPrefix("200"))
                #expect(try bench.call(url(peer, "bad"), pool: 2) == "500 ")
                bench.advance(by: .milliseconds(200))
            }
        }
    }

    @Test func `a receiver that answers twice gets a new connection for each call`() throws {
        let sent = Mutex(0)
        let peer = try WirePeer { connection in
            guard connection.request() != nil else { return }
            connection.send(WirePeer.answer(sent.withLock { $0 } < 3 ? 200 : 500))
            connection.send(WirePeer.answer(200, "again"))
            sent.withLock { $0 += 1 }
            connection.waitForEnd()
        }
        defer { peer.stop() }
        try CallBench.play(CallBench()) { bench throws in
            for number in 0..<20 {
                #expect(try bench.call(url(peer)) == (number < 3 ? "200 " : "500 "))
                bench.advance(by: .seconds(1))
            }
            #expect(peer.connections == 20)
            #expect(bench.waitForConnections(0))
        }
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "H", "\r\n"])
    func `what comes on an idle connection closes it, and those beside it`(
        _ text: String
    ) throws {
        let speak = Latch()
        let peer = try WirePeer { connection in
            guard connection.request() != nil else { return }
            connection.send(WirePeer.answer(200, "\(connection.number)"))
            if connection.number == 0 {
                speak.wait()
                connection.send(text)
            }
            connection.waitForEnd()
        }
        defer { peer.stop() }
        try CallBench.play(CallBench()) { bench throws in
            #expect(try bench.call(url(peer)) == "200 0")
            #expect(try bench.call(url(peer)) == "200 1")
            #expect(bench.left == [0, 2])
            speak.open()
            #expect(bench.waitForConnections(0))
            bench.advance(by: .seconds(2))
            #expect(try bench.call(url(peer)) == "200 2")
            #expect(bench.left == [0, 0])
        }
    }

    @Test func `an answer that is there before the request is not its answer`() throws {
        let speak = Latch()
        let spoken = Latch()
        let peer = try WirePeer { connection in
            guard connection.request() != nil else { return }
            connection.send(WirePeer.answer(connection.number == 0 ? 200 : 500))
            if connection.number == 0 {
                speak.wait()
                connection.send(WirePeer.answer(200, "stale"))
                spoken.open()
            }
            connection.waitForEnd()
        }
        defer { peer.stop() }
        try CallBench.play(CallBench()) { bench throws in
            try earnTrust(bench, url(peer))
            // The loop sees nothing of the stale answer before the call begins.
            let pending = try bench.begin(
                url(peer),
                first: {
                    speak.open()
                    spoken.wait()
                })
            #expect(pending.wait() == "500 ")
        }
    }

    @Test func `a receiver that speaks first has not answered`() throws {
        let spoken = Latch()
        let peer = try WirePeer { connection in
            connection.send(WirePeer.answer(200, "first"))
            spoken.open()
            connection.waitForEnd()
        }
        defer { peer.stop() }
        try CallBench.play(CallBench()) { bench throws in
            let pending = try bench.begin(url(peer), then: { spoken.wait() })
            #expect(pending.wait() == "malformed_answer")
            #expect(bench.left == [0, 0])
        }
    }

    private static let unkept = [
        (200, "Content-Length: 0\r\n\r\nHTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
        (200, "Content-Length: 2\r\n\r\nokay"),
        (200, "Content-Length: 0\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"),
        (200, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        (200, "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n\r\n"),
        (200, "Connection: close\r\nContent-Length: 0\r\n\r\n"),
        (204, "Content-Length: 2\r\n\r\n"), (204, "Transfer-Encoding: chunked\r\n\r\n"),
        (500, "Content-Length: 0\r\n\r\n"),
    ]

    @Test(arguments: unkept) func `a connection is not kept after`(
        _ status: Int, _ rest: String
    ) throws {
        let peer = try WirePeer { connection in
            guard connection.request() != nil else { return }
            connection.send("HTTP/1.1 \(status) Word\r\n\(rest)")
            connection.waitForEnd()
        }
        defer { peer.stop() }
        try CallBench.play(CallBench()) { bench throws in
            #expect(try bench.call(url(peer)).hasPrefix("\(status)"))
            #expect(bench.left == [0, 0])
        }
    }

    @Test func `over TLS, too, what is sent unasked ends the use of connections`() throws {
        let material = try Certificates.shared.get()
        let receiver = try SecureReceiver(
            material, certificate: "good", extra: #"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"#)
        defer { receiver.stop() }
        let quiet = try SecureReceiver(material, certificate: "good")
        defer { quiet.stop() }
        try CallBench.play(CallBench()) { bench throws in
            let dialled = bench.dialled
            for _ in 0..<4 {
                #expect(try bench.call("https://127.0.0.1:\(receiver.port)/") == "204 ")
                bench.advance(by: .seconds(2))
            }
            #expect(bench.dialled - dialled == 4)
            #expect(bench.waitForConnections(0))
            for _ in 0..<4 {
                #expect(try bench.call("https://127.0.0.1:\(quiet.port)/") == "204 ")
                bench.advance(by: .seconds(2))
            }
            #expect(bench.dialled - dialled == 5)
        }
    }

    @Test func `a kept connection that the peer ended costs a call nothing`() throws {
        let finish = Latch()
        let peer = try WirePeer { connection in
            guard connection.request() != nil else { return }
            connection.send(WirePeer.answer(200, "\(connection.number)"))
            // The next request on it is read and not answered.
            if connection.number == 0 {
                _ = connection.request()
                return
            }
            finish.open()
            connection.waitForEnd()
        }
        defer { peer.stop() }
        try CallBench.play(CallBench()) { bench throws in
            try earnTrust(bench, url(peer))
            #expect(try bench.call(url(peer)) == "200 1")
            finish.wait()
        }
    }

    @Test func `a peer that has begun to answer, or thought about it, is not asked a second time`()
        throws
    {
        for text in ["HTTP/1.1 2", ""] {
            let mayEnd = Latch()
            let peer = try WirePeer { connection in
                guard connection.request() != nil else { return }
                connection.send(WirePeer.answer(200))
                guard connection.request() != nil else { return }
                connection.send(text)
                if text.isEmpty { mayEnd.wait() }
            }
            defer { peer.stop() }
            try CallBench.play(CallBench()) { bench throws in
                try earnTrust(bench, url(peer))
                let pending = try bench.begin(url(peer))
                if text.isEmpty {
                    bench.advance(by: .seconds(5))
                    mayEnd.open()
                }
                #expect(pending.wait() == "closed")
                #expect(peer.connections == 1)
            }
        }
    }

    @Test func `connections in all are bounded, and idle ones make room`() throws {
        let peer = try WirePeer { Self.serveWell($0) }
        defer { peer.stop() }
        let silent = try WirePeer { $0.waitForEnd() }
        defer { silent.stop() }
        try CallBench.play(CallBench(configure: { $0.mostConnections = 3 })) { bench throws in
            for pool in 1...5 {
                #expect(try bench.call(url(peer), pool: Int64(pool)).hasPrefix("200"))
            }
            #expect(bench.left == [0, 3])
            let held = try (1...3).map { try bench.begin(url(silent), pool: Int64($0)) }
            #expect(bench.left == [3, 3])
            #expect(try bench.call(url(peer)) == "gateway")
            #expect(held.count == 3)
        }
    }
}
