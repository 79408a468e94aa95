import HTTP
import Sockets
import TestSupport
import Testing
import Transport

/// The share of one address in the server's connections and memory, and the choice of the
/// connection that is closed.
@Suite struct ShareTests {
    private func post(_ length: Int, _ part: Int, _ path: String = "/") -> [UInt8] {
        Array("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n".utf8)
            + [UInt8](repeating: 0x78, count: part)
    }

    private func get(_ path: String, forwarded: String? = nil) -> [UInt8] {
        let field = forwarded.map { "X-Forwarded-For: \($0)\r\n" } ?? ""
        return Array("GET \(path) HTTP/1.1\r\nHost: a\r\n\(field)\r\n".utf8)
    }

    private func answer(_ connection: RawConnection, _ count: Int = 1) throws -> RawAnswers.Answer {
        connection.read(upTo: .seconds(5)) { connection.answers().finals.count == count }
        return try #require(connection.answers().finals.last)
    }

    // MARK: Connections

    @Test(arguments: [(8, nil, 2), (3, nil, 1), (8, 3, 3)])
    func `one address has a share of the connections, a quarter if nothing is said`(
        _ all: Int, _ stated: Int?, _ share: Int
    ) throws {
        var limits = ServerLimits()
        limits.maxConnections = all
        limits.maxConnectionsPerPeer = stated
        try Scene.play(limits) { scene in
            let held = try (0..<share).map { _ in try scene.connect(from: "127.0.0.2") }
            try scene.waitForConnections(share)
            let beyond = try scene.connect(from: "127.0.0.2")
            let refusal = try answer(beyond)
            #expect(refusal.status == 503)
            #expect(refusal.values("retry-after") == ["1"])
            #expect(
                String(decoding: refusal.body, as: UTF8.self).contains("\"too_many_connections\""))
            let other = try scene.connect(from: "127.0.0.3")
            other.write(get("/x"))
            #expect(try answer(other).status == 200)
            // One that ends makes room for the next.
            held[0].abort()
            try scene.waitForConnections(share)
            let next = try scene.connect(from: "127.0.0.2")
            next.write(get("/x"))
            #expect(try answer(next).status == 200)
        }
    }

    @Test func `unfinished requests give way before idle connections, whoever has most first`()
        throws
    {
        var limits = ServerLimits()
        limits.maxConnections = 6
        limits.maxConnectionsPerPeer = 3
        try Scene.play(limits) { scene in
            var idle: [RawConnection] = []
            for _ in 0..<3 {
                let connection = try scene.connect(from: "127.0.0.1")
                connection.write(get("/x"))
                #expect(try answer(connection).status == 200)
                idle.append(connection)
            }
            scene.advance(by: .seconds(5))
            let head = try scene.connect(from: "127.0.0.2")
            head.write(Array("GET / HTTP/1.1\r\nHo".utf8))
            let body = try scene.connect(from: "127.0.0.2")
            body.write(post(100, 10))
            let chunked = try scene.connect(from: "127.0.0.2")
            chunked.write(
                Array(
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\na".utf8))
            try scene.waitForConnections(6)
            scene.settle()
            var newcomers: [RawConnection] = []
            for number in 3..<6 {
                let newcomer = try scene.connect(from: "127.0.0.\(number)")
                newcomer.write(get("/x"))
                // The last one of the flooding address has no more than the newcomer, so an idle one goes.
                #expect(try answer(newcomer).status == 200)
                newcomers.append(newcomer)
                scene.settle()
            }
            let cut = [head, body, chunked].filter { connection in
                connection.read(upTo: .zero) { false }
                return connection.ending != .open
            }
            #expect(cut.count == 2)
            for connection in cut {
                #expect(connection.answers().finals.map(\.status).first ?? 503 == 503)
            }
            let gone = idle.filter { connection in
                connection.read(upTo: .zero) { false }
                return connection.ending != .open
            }
            #expect(gone.count == 1)
            // After a second the last one has waited too long itself.
            scene.advance(by: .seconds(1))
            let last = try scene.connect(from: "127.0.0.7")
            last.write(get("/x"))
            #expect(try answer(last).status == 200)
            for connection in [head, body, chunked] {
                connection.read(upTo: .seconds(5)) { false }
                #expect(connection.ending != .open)
            }
        }
    }

    @Test func `a trusted proxy's connections are free, and count for whom they forward`() throws {
        var limits = ServerLimits()
        limits.maxConnections = 8
        limits.trustedProxies = [try #require(AddressRange("127.0.0.9"))]
        try Scene.play(limits) { scene in
            let proxy = try (0..<5).map { _ in try scene.connect(from: "127.0.0.9") }
            for connection in proxy {
                connection.write(get("/x", forwarded: "192.0.2.1"))
                #expect(try answer(connection).status == 200)
            }
            // Two requests of one client wait; they are its share of the connections.
            for connection in proxy[..<2] {
                connection.write(
                    Array("POST / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n".utf8))
            }
            try scene.waitForRequests(2)
            proxy[2].write(get("/x", forwarded: "192.0.2.1"))
            #expect(try answer(proxy[2], 2).status == 503)
            // The proxy keeps the connection, for others.
            proxy[2].write(get("/x", forwarded: "192.0.2.2"))
            #expect(try answer(proxy[2], 3).status == 200)
            for reply in scene.keeper.take() { reply.answer(Response(status: .ok)) }
            for connection in proxy[..<2] { #expect(try answer(connection, 2).status == 200) }
            proxy[3].write(get("/x", forwarded: "192.0.2.1"))
            #expect(try answer(proxy[3], 2).status == 200)
            // The X-Forwarded-For of an untrusted client is ignored.
            let direct = try (0..<3).map { _ in try scene.connect(from: "127.0.0.2") }
            direct[0].write(get("/x", forwarded: "192.0.2.7"))
            #expect(try answer(direct[0]).status == 200)
            #expect(try answer(direct[2]).status == 503)
        }
    }

    // MARK: Memory

    @Test func `all unfinished requests together have a bound, beyond which they are 503`() throws {
        var limits = ServerLimits()
        limits.maxBuffered = 1 << 20
        try Scene.play(limits) { scene in
            var held: [RawConnection] = []
            var refused: RawConnection?
            while refused == nil, held.count < 100 {
                let connection = try scene.connect()
                connection.write(post(200_000, 100_000))
                let before = scene.server.connections
                try scene.wait(for: "the body is counted or refused") {
                    connection.read(upTo: .zero) { false }
                    return !connection.received.isEmpty
                        || scene.server.bufferedBytes >= 100_000 * (held.count + 1)
                }
                #expect(before <= 101)
                #expect(scene.server.bufferedBytes <= 1 << 20)
                if connection.received.isEmpty {
                    held.append(connection)
                } else {
                    refused = connection
                }
            }
            #expect((2...10).contains(held.count))
            let refusal = try answer(try #require(refused))
            #expect(refusal.status == 503)
            #expect(refusal.values("retry-after") == ["1"])
            #expect(String(decoding: refusal.body, as: UTF8.self).contains("\"too_much_buffered\""))
            // Where they end there is room again.
            for connection in held { connection.abort() }
            try scene.wait(for: "the memory is given back") { scene.server.bufferedBytes == 0 }
            let next = try scene.connect()
            next.write(post(200_000, 200_000))
            try scene.waitForRequests(1)
            #expect(scene.server.bufferedBytes >= 200_000, "the handler has it now")
            for reply in scene.keeper.take() { reply.answer(Response(status: .ok)) }
            #expect(try answer(next).status == 200)
            #expect(scene.server.bufferedBytes == 0)
        }
    }

    @Test func `requests that handlers work on count, too`() throws {
        var limits = ServerLimits()
        limits.maxBuffered = 1 << 20
        try Scene.play(limits) { scene in
            var waiting: [RawConnection] = []
            for _ in 0..<4 {
                let connection = try scene.connect()
                connection.write(post(200_000, 200_000))
                waiting.append(connection)
            }
            try scene.waitForRequests(4)
            let beyond = try scene.connect()
            beyond.write(post(300_000, 300_000))
            #expect(try answer(beyond).status == 503)
            for reply in scene.keeper.take() { reply.answer(Response(status: .ok)) }
            for connection in waiting { #expect(try answer(connection).status == 200) }
            #expect(scene.server.bufferedBytes == 0)
        }
    }

    @Test(arguments: ["head", "body", "pipelined"])
    func `the address that holds most of the memory gives way to the others`(_ kind: String) throws
    {
        var limits = ServerLimits()
        limits.maxBuffered = 300_000
        limits.maxPipelined = 1
        try Scene.play(limits) { scene in
            let bytes: [UInt8] =
                switch kind {
                case "head":
                    Array(
                        "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 15_000))"
                            .utf8)
                case "body": post(200_000, 60_000)
                default: post(0, 0) + [UInt8](repeating: 0x47, count: 50_000)
                }
            var flood: [RawConnection] = []
            while flood.allSatisfy({ $0.received.isEmpty }), flood.count < 200 {
                let connection = try scene.connect(from: "127.0.0.2")
                connection.write(bytes)
                scene.settle()
                connection.read(upTo: .zero) { false }
                flood.append(connection)
                if kind == "pipelined" { try scene.waitForRequests(flood.count) }
                scene.settle()
                for connection in flood { connection.read(upTo: .zero) { false } }
                if kind == "pipelined", scene.server.bufferedBytes > 240_000 { break }
            }
            #expect(flood.count < 200, "the bound was reached")
            let partner = try scene.connect(from: "127.0.0.1")
            partner.write(post(100_000, 100_000))
            try scene.wait(for: "the partner's request is whole") {
                partner.read(upTo: .zero) { false }
                return scene.keeper.count > (kind == "pipelined" ? flood.count : 0)
                    || !partner.received.isEmpty
            }
            for reply in scene.keeper.take() { reply.answer(Response(status: .ok)) }
            #expect(try answer(partner).status == 200)
            scene.settle()
            #expect(scene.server.bufferedBytes <= 300_000)
        }
    }

    @Test func `answers that nobody takes have a bound, and who pauses longest is cut off`() throws
    {
        var limits = ServerLimits()
        limits.maxBuffered = 8 << 20
        try Scene.play(limits) { scene in
            var slow: [RawConnection] = []
            for _ in 0..<4 {
                let connection = try scene.connect(from: "127.0.0.2")
                connection.write(get("/large"), reading: false)
                slow.append(connection)
                scene.settle()
                scene.advance(by: .seconds(1))
                #expect(scene.server.bufferedBytes <= (8 + 16) << 20)
            }
            let partner = try scene.connect(from: "127.0.0.1")
            partner.write(get("/large"))
            partner.read(upTo: .seconds(20)) { partner.answers().finals.count == 1 }
            #expect(partner.answers().finals.map(\.body.count) == [16 << 20])
            #expect(scene.server.connections < 5)
        }
    }
}
