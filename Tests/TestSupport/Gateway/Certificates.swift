import Foundation

/// A certificate authority of its own and certificates for 127.0.0.1 and localhost: `good`, `expired`,
/// `selfsigned`, `bare`, whose common name alone is localhost, `mailed`, which has an e-mail address besides,
/// and `other`, which is of another host. This process trusts the authority.
package final class Certificates: Sendable {
    /// One for all suites, since the process trusts one authority at a time.
    package static let shared = Result { try Certificates() }

    package let database: ScratchDatabase
    package var folder: URL { database.folder }

    private init() throws {
        // A folder of its own that goes away with it.
        database = try ScratchDatabase()
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key "
                + "-out ca.pem -subj /CN=tests -days 2")
        try Data("subjectAltName=IP:127.0.0.1,DNS:localhost".utf8)
            .write(to: folder.appending(path: "own.ext"))
        try Data("subjectAltName=IP:127.0.0.9,DNS:other.example".utf8)
            .write(to: folder.appending(path: "other.ext"))
        try Data("basicConstraints=CA:FALSE".utf8).write(to: folder.appending(path: "none.ext"))
        try Data("subjectAltName=email:hooks@localhost".utf8)
            .write(to: folder.appending(path: "mail.ext"))
        for (name, names, days) in [
            ("good", "own", 2), ("expired", "own", -1), ("other", "other", 2),
            ("bare", "none", 2), ("mailed", "mail", 2),
        ] {
            try openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key "
                    + "-out \(name).csr -subj /CN="
                    + (names == "none" || names == "mail" ? "localhost" : name))
            try openssl(
                "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial "
                    + "-extfile \(names).ext -days \(days) -out \(name).pem")
        }
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout selfsigned.key "
                + "-out selfsigned.pem -subj /CN=selfsigned -days 2 "
                + "-addext subjectAltName=IP:127.0.0.1")
        setenv("SSL_CERT_FILE", folder.appending(path: "ca.pem").path, 1)
    }

    private func openssl(_ arguments: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = folder
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
    }

    package struct Failure: Error { package var arguments: String }
}

/// A receiver that speaks TLS and answers 204.
package final class SecureReceiver {
    private static let script = """
        import http.server, ssl, sys
        class Take(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(204)
                self.end_headers()
                if len(sys.argv) > 3:
                    self.wfile.flush()
                    self.wfile.write(sys.argv[3].encode().decode("unicode_escape").encode())
            def log_message(self, *words): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Take)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *words: None
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """

    package let port: Int
    private let process = Process()

    /// - Parameter extra: sent behind each answer, in a record of its own; with Python's escapes.
    package init(_ material: Certificates, certificate: String, extra: String? = nil) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c", Self.script,
            material.folder.appending(path: "\(certificate).pem").path,
            material.folder.appending(path: "\(certificate).key").path,
        ]
        if let extra { process.arguments?.append(extra) }
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = Int(line.filter(\.isNumber)) ?? 0
    }

    package func stop() {
        // Children of tests may have SIGTERM blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
