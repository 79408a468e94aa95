import Glibc
import Invocation

/// One POST over one connection to this machine: as much of a client as the demonstration needs.
enum PlainClient {
    struct Answer {
        var status: Int
        var body: [UInt8]
    }

    static func post(
        _ path: String, port: UInt16, fields: [(name: String, value: String)], body: [UInt8]
    ) throws(Failure) -> Answer {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw failure("socket") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, length)
            }
        }
        guard connected == 0 else { throw failure("connect") }
        var head = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        try write(Array(head.utf8) + body, to: descriptor)
        return try answer(readAll(descriptor))
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw failure("send") }
            rest = rest.dropFirst(count)
        }
    }

    /// The gateway closes the connection behind its answer.
    private static func readAll(_ descriptor: CInt) throws(Failure) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = buffer.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            guard count >= 0 else { throw failure("recv") }
            if count == 0 { return all }
            all += buffer[..<count]
        }
    }

    private static func answer(_ bytes: [UInt8]) throws(Failure) -> Answer {
        let text = String(decoding: bytes.prefix(12), as: UTF8.self)
        guard let status = Int(text.suffix(3)), let end = bodyStart(bytes) else {
            throw Failure(.environment, "the gateway's answer cannot be read")
        }
        return Answer(status: status, body: Array(bytes[end...]))
    }

    private static func bodyStart(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }.map { $0 + 4 }
    }

    private static func failure(_ call: String) -> Failure {
        Failure(.environment, "\(call): \(String(cString: strerror(errno)))")
    }
}
