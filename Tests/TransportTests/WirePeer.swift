import Glibc
import Sockets
import Synchronization

/// A receiver of calls that does what the test says to each connection, on a thread of its own.
final class WirePeer: Sendable {
    /// One connection as the receiver has it.
    struct Connection: Sendable {
        let descriptor: CInt
        /// The number of earlier connections.
        let number: Int

        func send(_ text: String) {
            _ = Glibc.send(descriptor, text, text.utf8.count, CInt(MSG_NOSIGNAL))
        }

        /// Reads a request with its body. Nil at the end.
        func request() -> String? {
            var text = ""
            var piece = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(descriptor, &piece, piece.count, 0)
                guard count > 0 else { return nil }
                text += String(decoding: piece[..<count], as: UTF8.self)
                guard text.contains("\r\n\r\n"), text.hasSuffix("{}") else { continue }
                return text
            }
        }

        /// Waits until the client ends the connection.
        func waitForEnd() {
            var byte: UInt8 = 0
            while recv(descriptor, &byte, 1, 0) > 0 {}
        }

        func finishSending() { shutdown(descriptor, CInt(SHUT_WR)) }

        /// Makes the close a reset.
        func reset() {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                descriptor, SOL_SOCKET, SO_LINGER, &linger,
                socklen_t(MemoryLayout<linger>.size))
        }
    }

    let port: UInt16
    private let listener: CInt
    private let count = Atomic<Int>(0)

    /// - Parameter serve: the connection is closed when it returns.
    init(backlog: CInt = 128, _ serve: (@Sendable (Connection) -> Void)?) throws {
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, backlog) == 0
                    ? getsockname(listener, $0, &size) : -1
            }
        }
        guard result == 0 else { throw SystemError(.bind) }
        port = UInt16(bigEndian: address.sin_port)
        guard let serve else { return }
        let thread = try Thread(name: "peer") { [self] in accept(serve) }
        thread.detach()
    }

    /// Connections that came.
    var connections: Int { count.load(ordering: .relaxed) }

    func stop() { shutdown(listener, CInt(SHUT_RDWR)) }

    private func accept(_ serve: @escaping @Sendable (Connection) -> Void) {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor < 0 { break }
            let number = count.wrappingAdd(1, ordering: .relaxed).oldValue
            guard
                let thread = try? Thread(
                    name: "peer",
                    {
                        serve(Connection(descriptor: descriptor, number: number))
                        close(descriptor)
                    })
            else { break }
            thread.detach()
        }
        close(listener)
    }
}

extension WirePeer {
    static func answer(_ status: Int, _ body: String = "") -> String {
        "HTTP/1.1 \(status) Word\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
