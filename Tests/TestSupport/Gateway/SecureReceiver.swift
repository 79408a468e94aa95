import Glibc

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
    private let process: ChildProcess

    /// - Parameter extra: sent behind each answer, in a record of its own; with Python's escapes.
    package init(_ material: Certificates, certificate: String, extra: String? = nil) throws {
        process = try ChildProcess(
            [
                "python3", "-c", Self.script, material.path("\(certificate).pem"),
                material.path("\(certificate).key"),
            ] + (extra.map { [$0] } ?? []), output: .pipe)
        port = process.output.line().flatMap { Int($0) } ?? 0
    }

    package func stop() {
        process.signal(SIGKILL)
        process.waitForEnd()
    }
}
