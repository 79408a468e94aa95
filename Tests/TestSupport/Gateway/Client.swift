import Foundation
import Glibc
import Testing

/// A keep-alive client over a plain blocking socket, for one thread at a time.
package final class Client {
    package enum Failure: Error, Equatable {
        case refused(errno: CInt)
        /// The server ended the connection, or it was reset.
        case closed
        /// Nothing came for a minute.
        case silence
        case notHTTP(String)
    }

    private let number: CInt
    /// True if the server is a gateway, whose answers the OpenAPI document describes.
    private let isDescribed: Bool
    private var buffer: [UInt8] = []

    package init(port: UInt16, isGateway: Bool = false) throws {
        isDescribed = isGateway
        // CLOEXEC: a server process started meanwhile must not keep this connection open.
        number = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            // All members have their values, so that deinit closes the socket.
            throw Failure.refused(errno: errno)
        }
        var one: CInt = 1
        setsockopt(number, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(4))
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(number) }

    package func write(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(number, $0.baseAddress! + start, $0.count - start, CInt(MSG_NOSIGNAL))
            }
            if count > 0 {
                start += count
            } else if errno != EINTR {
                throw Failure.closed
            }
        }
    }

    /// The next answer that is no interim one; one to HEAD has no body, whatever its length says.
    package func read(hasBody: Bool = true) throws -> ServerResponse {
        while true {
            let response = try readOne(hasBody: hasBody)
            if response.status >= 200 { return response }
        }
    }

    /// Whether the server has ended the connection with nothing more to say.
    package func isAtEnd() -> Bool {
        (try? more()) == nil && buffer.isEmpty
    }

    /// Sends a request and reads its answer. That of a gateway must be one that the OpenAPI document
    /// describes.
    package func request(
        _ method: String, _ path: String, _ fields: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) throws -> ServerResponse {
        try write(Self.bytes(method, path, fields, body: body))
        let response = try read(hasBody: method != "HEAD")
        guard isDescribed else { return response }
        let faults = APIDescription.faults(of: response, to: method, path)
        if !faults.isEmpty {
            Issue.record("\(method) \(path) is not answered as described: \(faults)")
        }
        return response
    }

    package static func bytes(
        _ method: String, _ path: String, _ fields: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) -> [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: refgate.example\r\n"
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }

    // MARK: Reading

    private func readOne(hasBody: Bool) throws -> ServerResponse {
        var end = headEnd()
        while end == nil {
            try more()
            end = headEnd()
        }
        let headCount = end ?? 0
        let lines = String(decoding: buffer[..<headCount], as: UTF8.self)
            .components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw Failure.notHTTP(lines[0])
        }
        var fields: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields.append(
                (
                    line[..<colon].lowercased(),
                    line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                ))
        }
        let length = fields.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        let total = headCount + 4 + (hasBody ? length : 0)
        while buffer.count < total { try more() }
        let body = Array(buffer[(headCount + 4)..<total])
        buffer.removeFirst(total)
        return ServerResponse(status: status, fields: fields, body: body)
    }

    private func headEnd() -> Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 0...(buffer.count - 4)
        where buffer[index] == 13 && buffer[index + 1] == 10 && buffer[index + 2] == 13 {
            if buffer[index + 3] == 10 { return index }
        }
        return nil
    }

    private func more() throws {
        var piece = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = recv(number, &piece, piece.count, 0)
            if count > 0 {
                buffer += piece[..<count]
                return
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { throw Failure.silence }
            throw Failure.closed
        }
    }
}
