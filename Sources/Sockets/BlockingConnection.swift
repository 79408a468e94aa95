import Glibc

/// A blocking TCP connection, for command-line tools that send a request and wait for the answer.
package struct BlockingConnection: ~Copyable {
    private let descriptor: Descriptor

    /// The reason why a connection failed.
    package enum Failure: Error, Equatable, Sendable {
        /// The name has no address.
        case unknownHost(String)
        case system(SystemError)
        /// No byte arrived, or none could be sent, within the time allowed.
        case silence
    }

    /// Connects to the first address of a host that accepts.
    ///
    /// - Parameter patienceSeconds: the time allowed for each send and each receive.
    package init(host: String, port: UInt16, patienceSeconds: Int = 30) throws(Failure) {
        var wish = unsafe addrinfo()
        unsafe wish.ai_family = AF_UNSPEC
        unsafe wish.ai_socktype = CInt(SOCK_STREAM.rawValue)
        unsafe wish.ai_flags = AI_ADDRCONFIG
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &wish, &found) == 0 else {
            throw .unknownHost(host)
        }
        defer { unsafe freeaddrinfo(found) }
        var failure = SystemError(.connect, ECONNREFUSED)
        var next = unsafe found
        while let address = unsafe next?.pointee {
            unsafe next = address.ai_next
            do throws(SystemError) {
                descriptor = try unsafe Self.connected(to: address, patienceSeconds)
                return
            } catch {
                failure = error
            }
        }
        throw .system(failure)
    }

    private static func connected(
        to address: addrinfo, _ patienceSeconds: Int
    ) throws(SystemError) -> Descriptor {
        let descriptor = try unsafe Descriptor(
            .socket,
            socket(address.ai_family, address.ai_socktype | CInt(SOCK_CLOEXEC.rawValue), 0))
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        var one: CInt = 1
        unsafe setsockopt(
            descriptor.number, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(
            descriptor.number, SOL_SOCKET, SO_SNDTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(
            descriptor.number, CInt(IPPROTO_TCP), TCP_NODELAY, &one,
            socklen_t(MemoryLayout<CInt>.size))
        var result: CInt
        repeat {
            result = unsafe connect(descriptor.number, address.ai_addr, address.ai_addrlen)
        } while result < 0 && errno == EINTR
        guard result == 0 else { throw SystemError(.connect) }
        return descriptor
    }

    /// Sends all bytes.
    package borrowing func send(_ bytes: [UInt8]) throws(Failure) {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor.number, buffer.baseAddress.map { unsafe $0 + start },
                    buffer.count - start, CInt(MSG_NOSIGNAL))
            }
            if count > 0 {
                start += count
            } else if errno == EAGAIN {
                throw .silence
            } else if errno != EINTR {
                throw .system(SystemError(.send))
            }
        }
    }

    /// Waits for bytes and returns at least one; an empty array at the end of the stream.
    package borrowing func receive() throws(Failure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
            }
            if count >= 0 { return Array(buffer[..<count]) }
            if errno == EAGAIN { throw .silence }
            if errno != EINTR { throw .system(SystemError(.recv)) }
        }
    }
}

extension BlockingConnection.Failure: CustomStringConvertible {
    /// The failure in words.
    package var description: String {
        switch self {
        case .unknownHost(let host): "the host \(host) has no address"
        case .system(let error): error.description
        case .silence: "the peer sent nothing in time"
        }
    }
}
