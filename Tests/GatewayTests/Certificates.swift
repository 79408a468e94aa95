import Foundation
import TestSupport

/// A certificate authority of its own and certificates for 127.0.0.1 and localhost: `good`, `expired`,
/// `selfsigned`, and `other`, which is of another host. This process trusts the authority.
final class Certificates: Sendable {
    let database: ScratchDatabase
    var folder: URL { database.folder }

    init() throws {
        // A folder of its own that goes away with it.
        database = try ScratchDatabase()
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key "
                + "-out ca.pem -subj /CN=tests -days 2")
        try Data("subjectAltName=IP:127.0.0.1,DNS:localhost".utf8)
            .write(to: folder.appending(path: "own.ext"))
        try Data("subjectAltName=IP:127.0.0.9,DNS:other.example".utf8)
            .write(to: folder.appending(path: "other.ext"))
        for (name, names, days) in [
            ("good", "own", 2), ("expired", "own", -1), ("other", "other", 2),
        ] {
            try openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key "
                    + "-out \(name).csr -subj /CN=\(name)")
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

    struct Failure: Error { var arguments: String }
}

/// A receiver that speaks TLS and answers 204.
final class SecureReceiver {
    private static let script = """
        import http.server, ssl, sys
        class Take(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(204)
                self.end_headers()
            def log_message(self, *words): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Take)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *words: None
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """

    let port: Int
    private let process = Process()

    init(_ material: Certificates, certificate: String) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c", Self.script,
            material.folder.appending(path: "\(certificate).pem").path,
            material.folder.appending(path: "\(certificate).key").path,
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = Int(line.filter(\.isNumber)) ?? 0
    }

    func stop() {
        // Children of tests may have SIGTERM blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
