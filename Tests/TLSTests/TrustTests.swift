import Glibc
import TLS
import TestSupport
import Testing

/// Certificates that are trusted, and the reasons for which others are refused.
@Suite struct TrustTests {
    private func refuse(
        _ certificate: String, _ options: [String] = [], reason: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let server = try OpenSSLServer(certificate, ["-rev"] + options)
        let client = try SecureClient(server, host: "127.0.0.1", isAddress: true)
        #expect(throws: TLSError.certificate(reason: reason), sourceLocation: sourceLocation) {
            try client.handshake()
        }
        // The server is told, by an alert.
        #expect(server.outputToEnd().contains("alert"), sourceLocation: sourceLocation)
    }

    private let own = "IP:127.0.0.1"

    @Test func `an expired certificate is refused`() throws {
        try refuse("expired", reason: "certificate has expired")
    }

    @Test func `a certificate of the future is refused`() throws {
        try Certificates.shared.get().issue(
            "future", names: own, from: "20980101000000Z", until: "20990101000000Z")
        try refuse("future", reason: "certificate is not yet valid")
    }

    @Test func `a self-signed certificate is refused`() throws {
        try refuse("selfsigned", reason: "self-signed certificate")
    }

    @Test func `a certificate of an unknown authority is refused`() throws {
        let material = try Certificates.shared.get()
        try material.issue("stranger", names: nil, by: nil)
        try material.issue("strange", names: own, by: "stranger")
        try refuse("strange", reason: "unable to get local issuer certificate")
        try refuse(
            "strange", ["-cert_chain", material.path("stranger.pem")],
            reason: "self-signed certificate in certificate chain")
    }

    @Test func `an intermediate authority is believed where the server sends it`() throws {
        let material = try Certificates.shared.get()
        try material.issue(
            "between", names: nil, extensions: ["basicConstraints=critical,CA:TRUE"])
        try material.issue("below", names: own, by: "between")
        let server = try OpenSSLServer(
            "below", ["-rev", "-cert_chain", material.path("between.pem")])
        let client = try SecureClient(server, host: "127.0.0.1", isAddress: true)
        try client.handshake()
        try client.send("hello\n")
        #expect(try client.read(upTo: 6) == .needsMore)
        #expect(client.plain.count == 6)
        try refuse("below", reason: "unable to get local issuer certificate")
    }

    @Test func `a certificate that is no authority vouches for nothing`() throws {
        let material = try Certificates.shared.get()
        try material.issue("leaf", names: nil, extensions: ["basicConstraints=critical,CA:FALSE"])
        try material.issue("forged", names: own, by: "leaf")
        try refuse(
            "forged", ["-cert_chain", material.path("leaf.pem")], reason: "invalid CA certificate")
    }

    @Test func `a certificate for another purpose is refused`() throws {
        try Certificates.shared.get().issue(
            "purpose", names: own, extensions: ["extendedKeyUsage=clientAuth"])
        try refuse("purpose", reason: "unsuitable certificate purpose")
    }

    @Test func `a short key is refused`() throws {
        try Certificates.shared.get().issue("short", names: own, key: .shortRSA)
        try refuse(
            "short", ["-cipher", "DEFAULT:@SECLEVEL=0"], reason: "EE certificate key too weak")
    }

    @Test func `a signature by SHA-1 is refused`() throws {
        let material = try Certificates.shared.get()
        try material.issue(
            "old-authority", names: nil, key: .rsa, digest: "sha1",
            extensions: ["basicConstraints=critical,CA:TRUE"])
        try material.issue("below-old", names: own, by: "old-authority")
        try refuse(
            "below-old",
            ["-cert_chain", material.path("old-authority.pem"), "-cipher", "DEFAULT:@SECLEVEL=0"],
            reason: "CA signature digest algorithm too weak")
    }

    // MARK: A machine that trusts no authority

    /// In a process of its own, since the trusted certificates are those of the environment.
    @Test func `where no authority is trusted, the machine is at fault and not the server`()
        async throws
    {
        let server = try OpenSSLServer("good", ["-rev"])
        await #expect(processExitsWith: .success) { [port = server.port as UInt16] in
            setenv("SSL_CERT_DIR", "/nowhere", 1)
            setenv("SSL_CERT_FILE", "", 1)
            try Self.expect(.noAnchors, port)
        }
    }

    @Test(arguments: ["/nowhere/ca.pem", "/dev/null"])
    func `a file of authorities that cannot be used is named as the fault`(_ file: String)
        async throws
    {
        let server = try OpenSSLServer("good", ["-rev"])
        await #expect(processExitsWith: .success) {
            [port = server.port as UInt16, file = file as String] in
            setenv("SSL_CERT_DIR", "/nowhere", 1)
            setenv("SSL_CERT_FILE", file, 1)
            try Self.expect(.fileUnusable, port)
        }
    }

    /// An expired certificate is refused for itself, whatever the machine lacks.
    @Test func `a certificate of a wrong name is the server's fault also on such a machine`()
        async throws
    {
        let material = try Certificates.shared.get()
        let server = try OpenSSLServer("other", ["-rev"])
        await #expect(processExitsWith: .success) {
            [port = server.port as UInt16, file = material.path("ca.pem") as String] in
            setenv("SSL_CERT_DIR", "/nowhere", 1)
            setenv("SSL_CERT_FILE", file, 1)
            let client = try SecureClient(port: port, host: "localhost")
            #expect(throws: TLSError.certificate(reason: "hostname mismatch")) {
                try client.handshake()
            }
        }
    }

    private static func expect(_ lack: TrustLack, _ port: UInt16) throws {
        let client = try SecureClient(port: port, host: "localhost")
        #expect(throws: TLSError.trust(lack)) { try client.handshake() }
        #expect(TLSError.trust(lack).description.contains("SSL_CERT_FILE"))
    }
}
