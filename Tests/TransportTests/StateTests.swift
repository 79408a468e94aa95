import HTTP
import Sockets
import TestSupport
import Testing
import Transport

/// Every state that a connection can be in, left by a client that vanishes, closes its sending side or
/// falls silent: the connection ends, and nothing that it held is kept.
@Suite struct StateTests {
    enum State: String, CaseIterable {
        case fresh, idle, leadingLineEnd, head, headAfterAnswer, bodyOfLength, bodyOfChunks
        case chunkTrailer, bodyOfGet, skippedBody, skippedChunks, awaitedContinue
        case withHandler, withHandlerAndNextHead, withHandlerAndNextBody
        case pipelined, undecided, undecidedBody, writing, writingAndNextHead, refused, closing
    }

    enum Leaving: String, CaseIterable {
        case vanishes, halfCloses, fallsSilent
    }

    private static func post(_ path: String = "/", _ rest: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\n\(rest)"
    }

    private static func get(_ path: String, _ rest: String = "\r\n") -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\n\(rest)"
    }

    private static let wholePost = post("/", "Content-Length: 3\r\n\r\nabc")

    /// The input that brings a connection into the state.
    private static func bytes(_ state: State) -> String {
        let chunked = "Transfer-Encoding: chunked\r\n\r\n"
        switch state {
        case .fresh: return ""
        case .idle: return get("/x")
        case .leadingLineEnd: return "\r\n\r"
        case .head: return "POST / HTTP/1.1\r\nHo"
        case .headAfterAnswer: return get("/x") + "POST / HTTP/1.1\r\nHo"
        case .bodyOfLength:
            return post("/", "Content-Length: 300000\r\n\r\n")
                + String(repeating: "x", count: 100_000)
        case .bodyOfChunks:
            return post("/", chunked + "FFFF\r\n") + String(repeating: "x", count: 60_000)
        case .chunkTrailer: return post("/", chunked + "3\r\nabc\r\n0\r\nX-Trailer: ")
        case .bodyOfGet: return get("/x", "Content-Length: 300\r\n\r\nabc")
        case .skippedBody: return "OPTIONS * HTTP/1.1\r\nHost: a\r\nContent-Length: 300\r\n\r\nabc"
        case .skippedChunks: return "OPTIONS * HTTP/1.1\r\nHost: a\r\n" + chunked + "3\r\na"
        case .awaitedContinue: return post("/", "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        case .withHandler: return wholePost
        case .withHandlerAndNextHead: return wholePost + "POST / HTTP/1.1\r\nHo"
        case .withHandlerAndNextBody: return wholePost + post("/", "Content-Length: 9\r\n\r\nabc")
        case .pipelined: return String(repeating: wholePost, count: 20)
        case .undecided: return get("/later")
        case .undecidedBody: return post("/later", "Content-Length: 9\r\n\r\nabc")
        case .writing: return get("/large")
        case .writingAndNextHead: return get("/large") + "POST / HTTP/1.1\r\nHo"
        case .refused: return "BAD\r\n\r\n"
        case .closing: return get("/x", "Connection: close\r\n\r\n")
        }
    }

    /// True for an unfinished request, which the end of the client's input ends.
    private static func isUnfinished(_ state: State) -> Bool {
        switch state {
        case .leadingLineEnd, .head, .headAfterAnswer, .bodyOfLength, .bodyOfChunks, .chunkTrailer,
            .awaitedContinue:
            true
        default: false
        }
    }

    /// Waits until the server has taken in what was sent.
    private static func reach(_ state: State, _ connection: RawConnection, _ scene: Scene) throws {
        switch state {
        case .withHandler, .withHandlerAndNextHead, .withHandlerAndNextBody:
            try scene.waitForRequests(1)
        case .pipelined: try scene.waitForRequests(16)
        case .undecided, .undecidedBody:
            try scene.wait(for: "the decision is put off") { scene.keeper.deferralCount == 1 }
        case .idle, .headAfterAnswer, .bodyOfGet, .skippedBody, .skippedChunks, .refused, .closing,
            .awaitedContinue:
            connection.read(upTo: .seconds(5)) { !connection.received.isEmpty }
            #expect(!connection.received.isEmpty)
        case .bodyOfLength, .bodyOfChunks:
            try scene.wait(for: "the body is here") { scene.server.bufferedBytes >= 60_000 }
        case .writing, .writingAndNextHead:
            try scene.wait(for: "the answer is stuck") { scene.server.bufferedBytes >= 1 << 20 }
        case .fresh, .leadingLineEnd, .head, .chunkTrailer: break
        }
        scene.settle()
    }

    @Test(arguments: State.allCases, Leaving.allCases)
    func `a connection ends in every state`(_ state: State, _ leaving: Leaving) throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            try scene.waitForConnections(1)
            connection.write(Array(Self.bytes(state).utf8), reading: false)
            try Self.reach(state, connection, scene)
            switch leaving {
            case .vanishes: connection.abort()
            case .halfCloses: connection.finishSending()
            case .fallsSilent: break
            }
            if leaving == .halfCloses, Self.isUnfinished(state) {
                // At once: the clock does not advance.
                connection.read(upTo: .seconds(5)) { false }
                #expect(connection.ending == .finished)
                #expect(connection.answers().finals.last?.status == 400)
                try scene.waitForConnections(0)
                #expect(scene.server.bufferedBytes == 0)
            }
            // An answer that takes too long, then one that is not read, then the drain.
            for _ in 0..<4 where scene.server.connections > 0 { scene.advance(by: .seconds(130)) }
            #expect(scene.server.connections == 0)
            for reply in scene.keeper.take() { reply.answer(Response(status: .ok)) }
            for deferral in scene.keeper.takeDeferrals() { deferral.decide(.accept(maxBody: 9)) }
            scene.settle()
            #expect(scene.server.inFlight == 0)
            #expect(scene.server.bufferedBytes == 0)
            #expect(scene.keeper.count == 0, "nobody is left to ask")
        }
    }

    @Test func `a decision that comes later lets the request go on`() throws {
        try Scene.play { scene in
            for whole in [Self.get("/later"), Self.post("/later", "Content-Length: 3\r\n\r\nabc")] {
                let connection = try scene.connect()
                connection.write(Array((whole + Self.get("/next")).utf8))
                try scene.wait(for: "the decision is put off") { scene.keeper.deferralCount == 1 }
                scene.settle()
                #expect(scene.keeper.count == 0)
                let deferral = try #require(scene.keeper.takeDeferrals().first)
                deferral.decide(.accept(maxBody: 9))
                // The second decision comes too late.
                deferral.decide(.answer(Response(status: .notFound)))
                if whole.hasPrefix("POST") {
                    try scene.waitForRequests(1)
                    for reply in scene.keeper.take() { reply.answer(Response(status: .ok)) }
                }
                connection.read(upTo: .seconds(5)) { connection.answers().finals.count == 2 }
                #expect(connection.answers().finals.map(\.status) == [200, 200])
            }
        }
    }

    @Test func `a decision that comes later may refuse a body unread`() throws {
        try Scene.play { scene in
            let connection = try scene.connect()
            connection.write(
                Array(Self.post("/later", "Content-Length: 3\r\n\r\nabc" + Self.get("/next")).utf8))
            try scene.wait(for: "the decision is put off") { scene.keeper.deferralCount == 1 }
            for deferral in scene.keeper.takeDeferrals() {
                deferral.decide(.answer(Response(status: .unauthorized)))
            }
            connection.read(upTo: .seconds(5)) { connection.answers().finals.count == 2 }
            #expect(connection.answers().finals.map(\.status) == [401, 200])
        }
    }
}
