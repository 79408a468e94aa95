import Foundation
import Sockets
import Synchronization
import TLS
import TestSupport
import Testing

/// Data in both directions, the end of a session, and what a peer may do in between.
@Suite struct SessionTests {
    private func connected(
        _ options: [String] = [], certificate: String = "good"
    ) throws -> (OpenSSLServer, SecureClient) {
        let server = try OpenSSLServer(certificate, options)
        let client = try SecureClient(server)
        try client.handshake()
        return (server, client)
    }

    /// Text in which a lost, doubled or moved piece shows.
    private static func numbers(_ count: Int) -> [UInt8] {
        Array((0..<count).map { "number \($0)\n" }.joined().utf8)
    }

    /// Writes a file that `openssl s_server -WWW` serves, and returns its path. Each call has a file
    /// of its own, as the cases of a test run side by side.
    private func served(_ content: [UInt8]) throws -> String {
        let name = "\(UUID().uuidString).txt"
        try Data(content).write(to: Certificates.shared.get().folder.appending(path: name))
        return "/" + name
    }

    // MARK: Amounts

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a megabyte is sent whole and in order`(_ version: String) throws {
        let (server, client) = try connected([version])
        _ = try server.lines(until: "Secure Renegotiation")
        let sent = Self.numbers(90_000)
        try #require(sent.count > 1 << 20)
        // The server writes what it gets to a pipe, which takes little at a time.
        let received = Mutex<[UInt8]>([])
        let done = Latch()
        let reader = try Thread(name: "reader") {
            let bytes = server.bytes(sent.count)
            received.withLock { $0 = bytes }
            done.open()
        }
        reader.detach()
        try client.send(sent)
        done.wait()
        expectSame(received.withLock { $0 }, sent)
    }

    @Test(arguments: [("-tls1_2", Int.max), ("-tls1_3", Int.max), ("-tls1_3", 100)])
    func `megabytes are read whole and in order, however they come`(
        _ version: String, _ pieceSize: Int
    ) throws {
        let content = Self.numbers(200_000)
        let path = try served(content)
        let server = try OpenSSLServer("good", ["-WWW", version])
        let client = try SecureClient(server, pieceSize: pieceSize)
        try client.handshake()
        try client.send("GET \(path) HTTP/1.0\r\n\r\n")
        #expect(try client.read() == .ended)
        let head = "HTTP/1.0 200 ok\r\nContent-type: text/plain\r\n\r\n"
        expectSame(client.plain, Array(head.utf8) + content)
    }

    @Test func `nothing to write makes no record`() throws {
        let (_, client) = try connected()
        try client.session.write([])
        #expect(client.session.takeOutput() == [])
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a part of a record waits for the rest, wherever it is cut`(_ version: String) throws {
        let (server, client) = try connected([version])
        server.type("hello")
        var plain: [UInt8] = []
        // The records before the last are tickets, which hold no data.
        let bytes = try records(version == "-tls1_2" ? 1 : 3, of: client)
        var missed: [Int] = []
        for (index, byte) in bytes.enumerated() {
            let piece = [byte]
            try client.session.feed(piece.span)
            #expect(try client.session.read(into: &plain) == .needsMore)
            let isWhole = Self.count(bytes, upTo: index + 1) > Self.count(bytes, upTo: index)
            if client.session.hasUnread == isWhole { missed.append(index + 1) }
        }
        #expect(missed == [], "of \(bytes.count) bytes")
        #expect(String(decoding: plain, as: UTF8.self) == "hello\n")
    }

    /// So many whole records as they come from the server.
    private func records(_ count: Int, of client: SecureClient) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while Self.count(bytes) < count {
            let more = try client.hear()
            try #require(!more.isEmpty, "the server ended the connection")
            bytes += more
        }
        return bytes
    }

    /// The number of records: each has a header of five bytes, which ends with the length of the rest.
    private static func count(_ bytes: [UInt8], upTo end: Int = .max) -> Int {
        var (count, rest) = (0, bytes.prefix(end))
        while rest.count >= 5 {
            let start = rest.startIndex
            let length = 5 + Int(rest[start + 3]) << 8 + Int(rest[start + 4])
            guard rest.count >= length else { break }
            count += 1
            rest = rest.dropFirst(length)
        }
        return count
    }

    // MARK: The end

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a peer that ends the session is seen to end it`(_ version: String) throws {
        let path = try served(Array("last words".utf8))
        let (_, client) = try connected(["-WWW", version])
        try client.send("GET \(path) HTTP/1.0\r\n\r\n")
        #expect(try client.read() == .ended)
        #expect(String(decoding: client.plain, as: UTF8.self).hasSuffix("\r\n\r\nlast words"))
        var more: [UInt8] = []
        #expect(try client.session.read(into: &more) == .ended)
        #expect(more == [])
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a connection that is cut off is no end of the session`(_ version: String) throws {
        let (server, client) = try connected([version])
        server.type("half a ")
        _ = try client.read(upTo: 8)
        server.killAtOnce()
        #expect(throws: SecureClient.Cut.self) { try client.read() }
        var more: [UInt8] = []
        #expect(try client.session.read(into: &more) == .needsMore)
        #expect(String(decoding: client.plain, as: UTF8.self) == "half a \n")
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a record that was changed on its way ends the session`(_ version: String) throws {
        let (server, client) = try connected([version])
        server.type("pay 10 to A")
        // Anything before it, such as tickets, is as it was sent.
        var bytes = try records(version == "-tls1_2" ? 1 : 3, of: client)
        bytes[bytes.count - 20] ^= 1
        try client.session.feed(bytes.span)
        var plain: [UInt8] = []
        #expect(throws: TLSError.self) { try client.session.read(into: &plain) }
        #expect(plain == [])
        // The peer is told, and nothing is read any more.
        #expect(!client.session.takeOutput().isEmpty)
        try client.session.feed(bytes.span)
        #expect(throws: TLSError.self) { try client.session.read(into: &plain) }
        #expect(plain == [])
    }

    @Test func `a record that comes twice ends the session`() throws {
        let (server, client) = try connected(["-tls1_2"])
        server.type("pay 10 to A")
        let bytes = try client.hear()
        let session = client.session
        var plain: [UInt8] = []
        try session.feed(bytes.span)
        #expect(try session.read(into: &plain) == .needsMore)
        #expect(String(decoding: plain, as: UTF8.self) == "pay 10 to A\n")
        try session.feed(bytes.span)
        #expect(throws: TLSError.self) { try session.read(into: &plain) }
    }

    // MARK: In between

    /// Types a command between two texts, while the client reads.
    ///
    /// - Parameter last: the message after which the server sends the second text.
    /// - Returns: the messages of TLS that the server got and sent in between.
    private func messages(
        during command: String, until last: String, _ version: String
    ) throws -> [String] {
        let (server, client) = try connected([version, "-msg"])
        _ = try server.lines(until: "Secure Renegotiation")
        server.type("before")
        _ = try client.read(upTo: 7)
        let lines = Mutex<[String]>([])
        let done = Latch()
        let typist = try Thread(name: "typist") {
            server.type(command)
            let found = (try? server.lines(until: last)) ?? []
            lines.withLock { $0 = found }
            server.type("after")
            done.open()
        }
        typist.detach()
        _ = try client.read(upTo: 13)
        done.wait()
        #expect(String(decoding: client.plain, as: UTF8.self) == "before\nafter\n")
        try client.send("and back\n")
        let rest = try server.lines(until: "and back")
        return lines.withLock { $0 } + rest
    }

    @Test func `keys are changed in TLS 1_3`() throws {
        let name = "TLS 1.3, Handshake [length 0005], KeyUpdate"
        let messages = try messages(during: "K", until: ">>> \(name)", "-tls1_3")
        // The server changes its keys and asks the client for the same, which changes its own with its next data.
        #expect(messages.filter { $0.contains("KeyUpdate") } == [">>> \(name)", "<<< \(name)"])
    }

    @Test func `hands are shaken again in TLS 1_2`() throws {
        let last = ">>> TLS 1.2, Handshake [length 0010], Finished"
        let messages = try messages(during: "R", until: last, "-tls1_2")
        #expect(messages.contains(last))
        for name in ["HelloRequest", "ClientHello", "ServerHello"] {
            #expect(messages.contains { $0.contains(name) }, "\(name) in \(messages)")
        }
    }

    @Test func `sessions of one context do not meet`() throws {
        let servers = try (0..<2).map { _ in try OpenSSLServer("good", ["-rev"]) }
        let clients = try servers.map { try SecureClient($0) }
        for client in clients { try client.handshake() }
        for (index, client) in clients.enumerated() { try client.send("client \(index)\n") }
        for (index, client) in clients.enumerated() {
            _ = try client.read(upTo: 9)
            #expect(String(decoding: client.plain, as: UTF8.self) == "\(index) tneilc\n")
        }
    }
}
