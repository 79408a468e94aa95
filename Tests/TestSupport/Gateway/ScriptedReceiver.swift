import Glibc
import Sockets
import Synchronization
import Testing

/// A webhook's receiver that does to each connection what the script says, on a thread of its own.
package final class ScriptedReceiver: Sendable {
    package enum Manner: Sendable {
        /// Reads requests and answers each with these bytes.
        case answer(String)
        /// Reads, and says nothing until the peer gives up.
        case hang
        /// Sends a byte of an endless head at a time, as fast as the peer takes them.
        case drip
        /// Reads the request and ends the connection with a reset.
        case reset
        /// Reads the request and ends the connection.
        case close
    }

    /// One request as it came.
    package struct Received: Sendable {
        package var line: String
        package var fields: [(name: String, value: String)]
        package var body: [UInt8]

        package subscript(_ name: String) -> String? {
            fields.first { $0.name.lowercased() == name }?.value
        }
    }

    package let port: UInt16
    private let listener: CInt
    private let manner: @Sendable (Int) -> Manner
    private let requests = Mutex<[Received]>([])
    private let wakeUp = WakeUp()

    /// - Parameter manner: told how many requests came before.
    package init(_ manner: @escaping @Sendable (Int) -> Manner) throws {
        self.manner = manner
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 512) == 0
                    ? getsockname(listener, $0, &size) : -1
            }
        }
        guard result == 0 else { throw SystemError(.bind) }
        port = UInt16(bigEndian: address.sin_port)
        let thread = try Thread(name: "receiver") { [self] in accept() }
        thread.detach()
    }

    /// Takes no more connections.
    package func stop() { shutdown(listener, CInt(SHUT_RDWR)) }

    package var received: [Received] { requests.withLock { $0 } }

    /// Waits until so many requests have come; false after twenty seconds.
    package func wait(for count: Int) -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while requests.withLock({ $0.count }) < count {
            guard ContinuousClock.now < deadline else { return false }
            _ = wakeUp.wait(milliseconds: 200)
        }
        return true
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection < 0 { break }
            guard let thread = try? Thread(name: "received", { [self] in serve(connection) })
            else { break }
            thread.detach()
        }
        close(listener)
    }

    private func serve(_ connection: CInt) {
        defer { close(connection) }
        var buffer: [UInt8] = []
        while let request = read(connection, &buffer) {
            let before = requests.withLock { requests in
                requests.append(request)
                return requests.count - 1
            }
            // Each notification must be one that the OpenAPI document describes. What a replay posts
            // to another gateway is a partner's event, and a webhook that chose fields gets less.
            if request["webhook-id"] != nil, !request.line.contains(" /hooks/"),
                !request.line.contains(" /chosen ")
            {
                let faults = APIDescription.faults(ofNotification: request.body)
                if !faults.isEmpty { Issue.record("a notification is not as described: \(faults)") }
            }
            wakeUp.signal()
            switch manner(before) {
            case .answer(let text):
                guard send(connection, Array(text.utf8)) else { return }
                if !text.lowercased().contains("content-length") { return }
            case .hang:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
                return
            case .drip:
                guard send(connection, Array("HTTP/1.1 200 OK\r\nX: ".utf8)) else { return }
                while send(connection, [0x61]) { poll(nil, 0, 5) }
                return
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    connection, SOL_SOCKET, SO_LINGER, &linger,
                    socklen_t(MemoryLayout<linger>.size))
                return
            case .close: return
            }
        }
    }

    private func send(_ connection: CInt, _ bytes: [UInt8]) -> Bool {
        Glibc.send(connection, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
    }

    /// The next request; nil at the end.
    private func read(_ connection: CInt, _ buffer: inout [UInt8]) -> Received? {
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            if let request = take(&buffer) { return request }
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            buffer += piece[..<count]
        }
    }

    private func take(_ buffer: inout [UInt8]) -> Received? {
        let end = Array("\r\n\r\n".utf8)
        guard buffer.count >= 4,
            let headCount = (0...buffer.count - 4).first(where: {
                buffer[$0..<$0 + 4].elementsEqual(end)
            })
        else { return nil }
        let lines = String(decoding: buffer[..<headCount], as: UTF8.self)
            .split(separator: "\r\n").map(String.init)
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                name: String(parts[0]),
                value: String(parts.last?.drop { $0 == " " } ?? "")
            )
        }
        let length =
            fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
            ?? 0
        guard buffer.count >= headCount + 4 + length else { return nil }
        let body = Array(buffer[(headCount + 4)..<(headCount + 4 + length)])
        buffer.removeFirst(headCount + 4 + length)
        return Received(line: lines.first ?? "", fields: fields, body: body)
    }
}
