import TLS
import TestSupport
import Testing

/// The names and addresses of a certificate (RFC 9525).
@Suite struct NameTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let names: String
        let host: String
        let isAccepted: Bool

        init(_ names: String, _ host: String, _ isAccepted: Bool) {
            self.names = names
            self.host = host
            self.isAccepted = isAccepted
        }

        var testDescription: String { "\(host) by \(names)" }
        var isAddress: Bool { host.allSatisfy { $0.isNumber || ".:".contains($0) } }
    }

    @Test(arguments: [
        Case("DNS:one.example", "one.example", true),
        Case("DNS:one.example", "ONE.Example", true),
        Case("DNS:one.example", "two.example", false),
        Case("DNS:one.example", "a.one.example", false),
        Case("DNS:a.one.example", "one.example", false),
        Case("DNS:first.example,DNS:second.example,DNS:one.example", "one.example", true),
        // A wildcard is one whole label, the first.
        Case("DNS:*.one.example", "a.one.example", true),
        Case("DNS:*.one.example", "one.example", false),
        Case("DNS:*.one.example", "b.a.one.example", false),
        Case("DNS:a*.one.example", "ab.one.example", false),
        Case("DNS:a.*.example", "a.one.example", false),
        Case("DNS:*.example", "one.example", false),
        Case("DNS:*", "localhost", false),
        // Addresses and names are of two kinds.
        Case("IP:127.0.0.1", "127.0.0.1", true),
        Case("IP:127.0.0.2", "127.0.0.1", false),
        Case("DNS:127.0.0.1", "127.0.0.1", false),
        Case("IP:::1", "::1", true),
        Case("IP:::2", "::1", false),
        Case("IP:::ffff:127.0.0.1", "127.0.0.1", false),
        Case("email:hooks@one.example", "one.example", false),
        Case("URI:https://one.example/", "one.example", false),
    ])
    func `a certificate is of its subject alternative names`(_ one: Case) throws {
        // A name for the files of the certificate.
        let letters = one.testDescription.filter {
            $0.isLetter || $0.isNumber || $0 == "." || $0 == "*"
        }
        let name = letters.replacing("*", with: "any")
        try Certificates.shared.get().issue(name, names: one.names, subject: "names")
        try expect(one.isAccepted, name, host: one.host, isAddress: one.isAddress)
    }

    @Test func `the common name is never read`() throws {
        try Certificates.shared.get().issue(
            "common-name", names: "DNS:other.example", subject: "one.example")
        try expect(false, "common-name", host: "one.example")
        try expect(false, "bare", host: "localhost")
        try expect(false, "mailed", host: "localhost")
    }

    /// `one.example` and a NUL and `.evil.example`, as the encoding of a subject alternative name.
    @Test func `a name with a NUL inside is not the name before it`() throws {
        let text = Array("one.example\0.evil.example".utf8)
        let name = [0x82, UInt8(text.count)] + text
        let encoded = [0x30, UInt8(name.count)] + name
        let digits = encoded.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(
            separator: ":")
        try Certificates.shared.get().issue("nul", names: "DER:\(digits)")
        try expect(false, "nul", host: "one.example")
    }

    private func expect(
        _ isAccepted: Bool, _ certificate: String, host: String, isAddress: Bool = false
    ) throws {
        let server = try OpenSSLServer(certificate, ["-rev"])
        let client = try SecureClient(server, host: host, isAddress: isAddress)
        if isAccepted {
            try client.handshake()
            try client.send("hello\n")
            #expect(try client.read(upTo: 6) == .needsMore)
            #expect(client.plain.count == 6)
        } else {
            let reason = isAddress ? "IP address mismatch" : "hostname mismatch"
            #expect(throws: TLSError.certificate(reason: reason)) { try client.handshake() }
        }
    }
}
