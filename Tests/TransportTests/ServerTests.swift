import Glibc
import HTTP
import Sockets
import TestSupport
import Testing
import Transport

@Suite struct ServerTests {
    private func post(_ path: String = "/", body: String = "") -> [UInt8] {
        Array(
            "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8)
    }

    private func get(_ path: String) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    }

    private func text(_ name: String) -> Response {
        Response(status: .ok, contentType: .text, body: Array(name.utf8))
    }

    private func bodies(_ connection: RawConnection) -> [String] {
        connection.answers().finals.map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test func `answers go out in the order of the requests, however they are found`() throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            connection.write(post("/1") + post("/2") + get("/3") + post("/4"))
            try scene.waitForRequests(3)
            let replies = scene.keeper.take()
            // Back to front, the last two in one batch.
            replies[2].answer(text("/4"))
            #expect(scene.server.inFlight <= 3)
            replies[0].loop.complete([(replies[1], text("/2")), (replies[0], text("/1"))])
            connection.read(upTo: .seconds(5)) { connection.answers().finals.count == 4 }
            #expect(bodies(connection) == ["/1", "/2", "/3", "/4"])
        }
    }

    @Test func `a second answer is dropped, and so is one for a client that is gone`() throws {
        try Scene.play { scene in
            let gone = try scene.connect()
            gone.write(post("/gone"))
            try scene.waitForRequests(1)
            gone.abort()
            let reply = try #require(scene.keeper.take().first)
            let connection = try scene.connect()
            connection.write(post("/1"))
            try scene.waitForRequests(1)
            let second = try #require(scene.keeper.take().first)
            reply.loop.complete([
                (reply, text("gone")), (second, text("a")), (second, text("b")), (reply, text("c")),
            ])
            connection.write(get("/2"))
            connection.read(upTo: .seconds(5)) { connection.answers().finals.count == 2 }
            #expect(bodies(connection) == ["a", "/2"])
            #expect(scene.server.inFlight == 0)
        }
    }

    @Test func `beyond the requests in flight the answer is 503, to come back later`() throws {
        var limits = ServerLimits()
        limits.maxInFlight = 2
        try Scene.play(limits) { scene in
            let first = try scene.connect()
            first.write(post() + post())
            try scene.waitForRequests(2)
            #expect(scene.server.inFlight == 2)
            let second = try scene.connect()
            second.write(post("/x", body: "abc"))
            second.read(upTo: .seconds(5)) { second.answers().finals.count == 1 }
            let refusal = try #require(second.answers().finals.first)
            #expect(refusal.status == 503)
            #expect(refusal.values("retry-after") == ["1"])
            #expect(String(decoding: refusal.body, as: UTF8.self).contains("\"overloaded\""))
            for reply in scene.keeper.take() { reply.answer(text("done")) }
            first.read(upTo: .seconds(5)) { first.answers().finals.count == 2 }
            second.write(get("/again"))
            second.read(upTo: .seconds(5)) { second.answers().finals.count == 2 }
            #expect(second.answers().finals.map(\.status) == [503, 200])
        }
    }

    @Test func `a stop answers what is in flight, closes what is idle and takes nothing new`()
        throws
    {
        try Scene.play { scene in
            let idle = try scene.connect()
            idle.write(get("/"))
            idle.read(upTo: .seconds(5)) { idle.answers().finals.count == 1 }
            let busy = try scene.connect()
            busy.write(post("/1"))
            let sending = try scene.connect()
            sending.write(Array(post("/2", body: "abc").dropLast()))
            let late = try scene.connect()
            late.write(Array("GET / HT".utf8))
            try scene.waitForRequests(1)
            scene.settle()

            scene.server.stop()
            idle.read(upTo: .seconds(5)) { false }
            #expect(idle.ending == .finished)
            #expect(throws: RawConnection.ConnectFailure.self) { try scene.connect() }
            sending.write(Array("c".utf8))
            late.write(Array("TP/1.1\r\nHost: a\r\n\r\n".utf8))
            late.read(upTo: .seconds(5)) { false }
            #expect(late.answers().finals.map(\.status) == [503])
            try scene.waitForRequests(2)
            for reply in scene.keeper.take() { reply.answer(text("done")) }
            for connection in [busy, sending] {
                connection.read(upTo: .seconds(5)) { false }
                let answer = try #require(connection.answers().finals.first)
                #expect(answer.status == 200)
                #expect(answer.values("connection") == ["close"])
                #expect(connection.ending == .finished)
            }
        }
    }

    @Test func `a stop does not wait longer than its grace`() throws {
        let scene = try Scene()
        let connection = try scene.connect()
        connection.write(post())
        try scene.waitForRequests(1)
        scene.server.stop()
        scene.advance(by: .milliseconds(9900))
        #expect(scene.server.inFlight == 1)
        connection.read(upTo: .zero) { false }
        #expect(connection.ending == .open)
        scene.advance(by: .milliseconds(200))
        scene.server.wait()
        connection.read(upTo: .seconds(5)) { false }
        #expect(connection.ending != .open)
        // The answer finds neither connection nor loop.
        for reply in scene.keeper.take() { reply.answer(text("late")) }
    }

    @Test(arguments: [1, 3])
    func `a connection with enough requests waiting is not read until they are answered`(
        _ enough: Int
    ) throws {
        var limits = ServerLimits()
        limits.maxPipelined = enough
        try Scene.play(limits) { scene in
            let connection = try scene.connect()
            for number in 0..<10 { connection.write(post("/\(number)")) }
            var answered = 0
            while answered < 10 {
                let wanted = min(enough, 10 - answered)
                try scene.waitForRequests(wanted)
                scene.settle()
                let replies = scene.keeper.take()
                #expect(replies.count <= enough)
                answered += replies.count
                replies.first?.loop.complete(replies.map { ($0, text("x")) })
            }
            connection.read(upTo: .seconds(5)) { connection.answers().finals.count == 10 }
            #expect(connection.answers().finals.count == 10)
        }
    }

    @Test func `an answer larger than the socket's buffer arrives whole`() throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            connection.write(get("/large") + get("/next"))
            connection.read(upTo: .seconds(20)) {
                connection.received.count > 16 << 20 && connection.answers().finals.count == 2
            }
            let answers = connection.answers().finals
            #expect(answers.map(\.body.count) == [16 << 20, 5])
            #expect(answers.first?.body.allSatisfy { $0 == 0x78 } == true)
        }
    }

    @Test func `an early answer leaves the next request, and its refusal, in place`() throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            let early = "OPTIONS * HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            connection.write(Array((early + early + "BAD\r\n\r\n").utf8))
            connection.read(upTo: .seconds(5)) { false }
            #expect(connection.answers().finals.map(\.status) == [204, 204, 400])
            #expect(connection.ending == .finished)
        }
    }

    @Test func `a refusal reaches a client that reads only when it has sent all`() throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n"
            let body = [UInt8](repeating: 0x78, count: 3_000_000)
            let taken = connection.write(Array(head.utf8) + body, reading: false)
            #expect(taken == head.utf8.count + body.count)
            scene.settle()
            connection.read(upTo: .seconds(5)) { false }
            #expect(connection.answers().finals.map(\.status) == [413])
            #expect(connection.ending == .finished)
        }
    }

    @Test func `a client that takes nothing of its answer is cut off`() throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            connection.write(get("/large"), reading: false)
            let other = try scene.connect()
            other.write(get("/other"))
            other.read(upTo: .seconds(5)) { other.answers().finals.count == 1 }
            #expect(bodies(other) == ["/other"])
            scene.advance(by: .seconds(29))
            #expect(!connection.isReset)
            scene.advance(by: .seconds(2))
            #expect(connection.isReset)
        }
    }

    @Test func `silence ends a connection without a word`() throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            scene.advance(by: .seconds(59))
            connection.write(get("/"))
            connection.read(upTo: .seconds(5)) { connection.answers().finals.count == 1 }
            scene.advance(by: .seconds(59))
            connection.read(upTo: .zero) { false }
            #expect(connection.ending == .open)
            scene.advance(by: .seconds(2))
            connection.read(upTo: .seconds(5)) { false }
            #expect(connection.ending == .finished)
            #expect(connection.answers().finals.count == 1)
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHo", 10, "header_timeout"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab", 30, "body_timeout"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na", 30,
            "body_timeout"
        ),
    ])
    func `half a request ends with a 408 at its deadline, however it drips`(
        _ part: String, _ seconds: Int, _ code: String
    ) throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            for byte in part.utf8.dropLast() { connection.write([byte]) }
            scene.advance(by: .seconds(seconds - 1))
            connection.write(Array(part.utf8.suffix(1)))
            scene.settle()
            connection.read(upTo: .zero) { false }
            #expect(connection.received.isEmpty)
            scene.advance(by: .seconds(2))
            connection.read(upTo: .seconds(5)) { false }
            #expect(connection.ending == .finished)
            #expect(connection.answers().finals.map(\.status) == [408])
            #expect(bodies(connection).joined().contains(code))
            // This side stays open, so only the drain's own deadline ends the connection.
            #expect(!connection.isReset)
            scene.advance(by: .seconds(3))
            #expect(connection.isReset)
        }
    }

    @Test func `an answer may take its time, and is 503 where it takes too long`() throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            connection.write(post())
            try scene.waitForRequests(1)
            scene.advance(by: .seconds(119))
            connection.read(upTo: .zero) { false }
            #expect(connection.ending == .open)
            scene.keeper.take().first?.answer(text("late"))
            connection.read(upTo: .seconds(5)) { connection.answers().finals.count == 1 }
            #expect(bodies(connection) == ["late"])

            connection.write(post("/2") + post("/3"))
            try scene.waitForRequests(2)
            scene.advance(by: .seconds(121))
            connection.read(upTo: .seconds(5)) { false }
            #expect(connection.ending == .finished)
            #expect(connection.answers().finals.map(\.status) == [200, 503])
            #expect(connection.answers().finals.last?.values("retry-after") == ["1"])
            #expect(bodies(connection).last?.contains("\"answer_timeout\"") == true)
            #expect(scene.server.inFlight == 2, "the handler still works on them")
            for reply in scene.keeper.take() { reply.answer(text("too late")) }
            scene.settle()
            #expect(scene.server.inFlight == 0)
        }
    }

    @Test func `at the limit of connections an idle one makes room, busy ones do not`() throws {
        var limits = ServerLimits()
        limits.maxConnections = 2
        limits.maxConnectionsPerPeer = 9
        try Scene.play(limits) { scene in
            let busy = try scene.connect()
            busy.write(post())
            try scene.waitForRequests(1)
            let idle = try scene.connect()
            idle.write(get("/"))
            idle.read(upTo: .seconds(5)) { idle.answers().finals.count == 1 }
            let early = try scene.connect()
            early.read(upTo: .seconds(5)) { false }
            #expect(early.answers().finals.map(\.status) == [503])
            #expect(early.answers().finals.first?.values("retry-after") == ["1"])
            idle.read(upTo: .zero) { false }
            #expect(idle.ending == .open, "it was busy a moment ago")
            scene.advance(by: .seconds(1))
            let third = try scene.connect()
            third.write(post())
            try scene.waitForRequests(2)
            idle.read(upTo: .seconds(5)) { false }
            #expect(idle.ending == .finished)
            let fourth = try scene.connect()
            fourth.read(upTo: .seconds(5)) { false }
            let refusal = try #require(fourth.answers().finals.first)
            #expect(refusal.status == 503)
            #expect(refusal.values("retry-after") == ["1"])
            for reply in scene.keeper.take() { reply.answer(text("done")) }
        }
    }

    @Test func `several loops share the port, and each keeps its own connections`() throws {
        try Scene.play(loops: 3) { scene in
            let connections = try (0..<12).map { _ in try scene.connect() }
            for connection in connections { connection.write(post()) }
            try scene.waitForRequests(12)
            let replies = scene.keeper.take()
            #expect(scene.server.inFlight == 12)
            Reply.answer(replies.map { ($0, text("x")) })
            for connection in connections {
                connection.read(upTo: .seconds(5)) { connection.answers().finals.count == 1 }
                #expect(bodies(connection) == ["x"])
            }
        }
    }

    @Test func `an address in use is an error of the start`() throws {
        try Scene.play { scene in
            let second = try Server(address: Address(ipv4: 0x7F00_0001, port: scene.port)) { _ in
                KeepingHandler(Keeper())
            }
            #expect(throws: SystemError(.bind, EADDRINUSE)) { try second.start() }
        }
    }
}
