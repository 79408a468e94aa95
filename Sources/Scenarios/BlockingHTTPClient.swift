import Sockets

/// A blocking client of one HTTP server, with one connection at a time.
package final class BlockingHTTPClient {
    /// The reasons for which a request has no response.
    package enum Failure: Error, Sendable, CustomStringConvertible {
        case connection(host: String, port: UInt16, BlockingConnection.Failure)
        /// The connection ended within a response.
        case cut
        case notHTTP
        case tooLong(limit: Int)

        /// The failure as a clause.
        package var description: String {
            switch self {
            case .connection(let host, let port, let failure): "\(host):\(port): \(failure)"
            case .cut: "the connection ended before the response was complete"
            case .notHTTP: "the server does not speak HTTP/1.1"
            case .tooLong(let limit): "the response is larger than \(limit) bytes"
            }
        }
    }

    private static let longestAnswer = 64 << 20

    private let host: String
    private let port: UInt16
    private var connection: Connection?

    /// Creates a client; nothing is connected yet.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Connects, unless a connection is open.
    package func connect() throws(Failure) {
        guard connection == nil else { return }
        do { connection = Connection(try BlockingConnection(host: host, port: port)) } catch {
            throw .connection(host: host, port: port, error)
        }
    }

    /// Sends a request and waits for the response.
    package func request(
        _ method: String, _ path: String, _ fields: [(name: String, value: String)],
        body: [UInt8]?
    ) throws(Failure) -> GatewayResponse {
        let isReused = connection != nil
        try connect()
        do throws(Failure) {
            return try exchange(method, path, fields, body)
        } catch {
            connection = nil
            // A server may end an idle connection at any time, even while a request is on its way
            // (RFC 9112 section 9.3.1). If no byte of a response has arrived, it is safe to send
            // the request again, because deliveries have ids.
            guard isReused, case .cut = error else { throw error }
            try connect()
            return try exchange(method, path, fields, body)
        }
    }

    private func exchange(
        _ method: String, _ path: String, _ fields: [(name: String, value: String)],
        _ body: [UInt8]?
    ) throws(Failure) -> GatewayResponse {
        guard let connection else { throw .cut }
        let isPlainPort = port == 80
        let isAddress6 = host.contains(":")
        let authority = (isAddress6 ? "[\(host)]" : host) + (isPlainPort ? "" : ":\(port)")
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(authority)\r\n"
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        let bytes = Array((head + "\r\n").utf8) + (body ?? [])
        do throws(BlockingConnection.Failure) {
            try connection.conversation.send(bytes)
        } catch {
            throw .cut
        }
        var answer = try read(connection, hasBody: method != "HEAD")
        while answer.status < 200 { answer = try read(connection, hasBody: method != "HEAD") }
        if answer.fields.contains(where: { $0.name == "connection" && $0.value == "close" }) {
            self.connection = nil
        }
        return answer
    }

    // MARK: Reading

    /// A connection with its unread bytes.
    private final class Connection {
        let conversation: BlockingConnection
        var buffer: [UInt8] = []

        init(_ conversation: consuming BlockingConnection) { self.conversation = conversation }
    }

    private func read(_ connection: Connection, hasBody: Bool) throws(Failure) -> GatewayResponse {
        var end = headEnd(connection.buffer)
        while end == nil {
            try more(connection)
            end = headEnd(connection.buffer)
        }
        let headCount = end ?? 0
        let lines = String(decoding: connection.buffer[..<headCount], as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw .notHTTP
        }
        let fields = lines.dropFirst().compactMap { Self.field($0) }
        let length = fields.first { $0.name == "content-length" }.map { Int($0.value) }
        let hasBody = hasBody && status >= 200 && status != 204 && status != 304
        // The gateway's responses always have a length.
        guard !hasBody || length != nil, let count = hasBody ? length ?? nil : 0 else {
            throw .notHTTP
        }
        guard count <= Self.longestAnswer else { throw .tooLong(limit: Self.longestAnswer) }
        let total = headCount + 4 + count
        while connection.buffer.count < total { try more(connection) }
        let body = Array(connection.buffer[(headCount + 4)..<total])
        connection.buffer.removeFirst(total)
        return GatewayResponse(status: status, fields: fields, body: body)
    }

    private static func field(_ line: Substring) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        return (line[..<colon].lowercased(), String(value))
    }

    private func more(_ connection: Connection) throws(Failure) {
        guard connection.buffer.count < Self.longestAnswer + (1 << 20) else {
            throw .tooLong(limit: Self.longestAnswer)
        }
        let piece: [UInt8]
        do throws(BlockingConnection.Failure) {
            piece = try connection.conversation.receive()
        } catch {
            if case .silence = error { throw .connection(host: host, port: port, error) }
            throw .cut
        }
        guard !piece.isEmpty else { throw .cut }
        connection.buffer += piece
    }

    private func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }
}
