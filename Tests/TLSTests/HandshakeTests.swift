import TLS
import TestSupport
import Testing

/// Sessions with `openssl s_server`: versions, kinds of keys, and the name that a client asks for.
@Suite struct HandshakeTests {
    /// Greets a server, which answers with the line reversed.
    private func greet(_ client: SecureClient) throws {
        try client.handshake()
        try client.send("hello\n")
        #expect(try client.read(upTo: 6) == .needsMore)
        #expect(String(decoding: client.plain, as: UTF8.self) == "olleh\n")
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `TLS 1.2 and 1.3 are spoken`(_ version: String) throws {
        let server = try OpenSSLServer("good", ["-rev", version])
        try greet(SecureClient(server))
        let said = server.outputToEnd()
        #expect(
            said.contains("Protocol version: TLSv" + version.suffix(3).replacing("_", with: ".")))
    }

    @Test func `the newer of two versions is taken`() throws {
        let server = try OpenSSLServer("good", ["-rev"])
        try greet(SecureClient(server))
        #expect(server.outputToEnd().contains("Protocol version: TLSv1.3"))
    }

    /// At security level 0 the server offers versions that OpenSSL refuses by default.
    @Test(arguments: ["-tls1", "-tls1_1"])
    func `older versions are refused`(_ version: String) throws {
        let server = try OpenSSLServer("good", [version, "-cipher", "DEFAULT:@SECLEVEL=0"])
        let client = try SecureClient(server)
        let error = #expect(throws: TLSError.self) { try client.handshake() }
        guard case .handshake(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("protocol version"))
        #expect(server.outputToEnd().contains("unsupported protocol"))
    }

    @Test(arguments: [Certificates.Key.curve, .edwards, .rsa])
    func `certificates of each kind of key are taken`(_ key: Certificates.Key) throws {
        let name = "key-\(key)"
        try Certificates.shared.get().issue(name, names: "DNS:localhost", key: key)
        let server = try OpenSSLServer(name, ["-rev"])
        try greet(SecureClient(server))
    }

    @Test(arguments: ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"])
    func `a server chooses the cipher`(_ cipher: String) throws {
        let server = try OpenSSLServer("good", ["-rev", "-tls1_2", "-cipher", cipher])
        try greet(SecureClient(server))
        #expect(server.outputToEnd().contains("Ciphersuite: \(cipher)\n"))
    }

    @Test func `a server with ciphers of no worth is refused`() throws {
        let server = try OpenSSLServer("good", ["-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"])
        let client = try SecureClient(server)
        let error = #expect(throws: TLSError.self) { try client.handshake() }
        guard case .handshake(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("handshake failure"))
    }

    @Test func `the name is sent, so that the server can choose its certificate`() throws {
        let material = try Certificates.shared.get()
        let options = [
            "-rev", "-servername", "localhost", "-cert2", material.path("good.pem"), "-key2",
            material.path("good.key"),
        ]
        // Without the name the server shows the certificate of another host.
        let server = try OpenSSLServer("other", options)
        try greet(SecureClient(server))
    }

    @Test func `an address is not sent as a name`() throws {
        let material = try Certificates.shared.get()
        let server = try OpenSSLServer(
            "good",
            [
                "-rev", "-servername", "127.0.0.1", "-cert2", material.path("other.pem"), "-key2",
                material.path("other.key"),
            ])
        try greet(SecureClient(server, host: "127.0.0.1", isAddress: true))
        #expect(!server.outputToEnd().contains("Switching server context"))
    }

    @Test(arguments: [1, 7, 1000])
    func `a handshake may come in pieces of any size`(_ size: Int) throws {
        let server = try OpenSSLServer("good", ["-rev"])
        let client = try SecureClient(server, pieceSize: size)
        let waits = try client.handshake()
        #expect(waits > 500 / size, "the server says more than 500 bytes")
        try client.send("hello\n")
        #expect(try client.read(upTo: 6) == .needsMore)
        #expect(String(decoding: client.plain, as: UTF8.self) == "olleh\n")
    }

    @Test func `what is not TLS breaks the handshake`() throws {
        let session = try ClientSession(ClientContext(), host: "localhost", isAddress: false)
        #expect(try session.handshake() == .needsMore)
        #expect(session.takeOutput().first == 0x16, "a handshake record")
        #expect(session.takeOutput().isEmpty)
        try session.feed(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8).span)
        #expect(throws: TLSError.handshake(reason: "wrong version number")) {
            try session.handshake()
        }
    }

    @Test func `a server that asks for a certificate gets none`() throws {
        let server = try OpenSSLServer("good", ["-rev", "-verify", "1"])
        try greet(SecureClient(server))
        #expect(server.outputToEnd().contains("No peer certificate"))
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a server that demands a certificate ends the session`(_ version: String) throws {
        let server = try OpenSSLServer("good", ["-Verify", "1", version])
        let client = try SecureClient(server)
        // In TLS 1.3 the client has finished before the server refuses it.
        let error = #expect(throws: TLSError.self) {
            try client.handshake()
            _ = try client.read()
        }
        guard case .handshake(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(
            reason.contains(version == "-tls1_2" ? "handshake failure" : "certificate required"))
    }
}
