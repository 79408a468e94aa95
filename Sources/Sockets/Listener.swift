import CLinux
import Glibc

/// A TCP socket that accepts connections.
package struct Listener: ~Copyable {
    private let descriptor: Descriptor
    /// The address it listens on, with the port that the kernel chose if port 0 was given.
    package let address: Address

    /// - Parameters:
    ///   - sharesPort: allows several listeners of this process on one port, among which the kernel
    ///     distributes connections (`SO_REUSEPORT`).
    ///   - backlog: the number of connections that the kernel completes before they are accepted; it
    ///     caps the number at `net.core.somaxconn`.
    package init(
        address: Address, sharesPort: Bool = false, backlog: CInt = 4096
    ) throws(SystemError) {
        let descriptor = try Descriptor(.socket, refgate_stream_socket(address.family))
        let number = descriptor.number
        // A restart must not wait for old connections in TIME_WAIT.
        try Self.set(number, SOL_SOCKET, SO_REUSEADDR, 1)
        if sharesPort { try Self.set(number, SOL_SOCKET, SO_REUSEPORT, 1) }
        // Accepted sockets inherit the option: answers go out in one write and must not wait for
        // more data.
        try Self.set(number, CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        var (storage, length) = address.storage
        guard unsafe refgate_bind(number, &storage, length) == 0 else { throw SystemError(.bind) }
        guard listen(number, backlog) == 0 else { throw SystemError(.listen) }
        guard unsafe refgate_local_address(number, &storage) == 0 else {
            throw SystemError(.getsockname)
        }
        self.address = Address(storage) ?? address
        self.descriptor = descriptor
    }

    /// The descriptor's number, for a `Loop` to watch.
    package var number: CInt { descriptor.number }

    /// The result of one attempt to accept.
    package enum Accepted: ~Copyable {
        case connection(Socket, from: Address)
        case none
        /// The process or the machine is out of descriptors or memory, possibly for a short time.
        case exhausted
        /// A connection was lost before it was accepted; others may follow.
        case lost
    }

    /// Accepts one connection without blocking.
    package borrowing func accept() -> Accepted {
        var storage = sockaddr_storage()
        let number = unsafe refgate_accept(descriptor.number, &storage)
        if number >= 0 {
            let peer = Address(storage) ?? Address(high: 0, low: 0, port: 0)
            return .connection(Socket(adopting: number), from: peer)
        }
        switch errno {
        case EAGAIN: return .none
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
        default:
            // Linux passes pending network errors of the new socket to accept (accept(2)).
            _ = SystemError(.accept)
            return .lost
        }
    }

    private static func set(
        _ socket: CInt, _ level: CInt, _ option: CInt, _ value: CInt
    ) throws(SystemError) {
        guard refgate_set_option(socket, level, option, value) == 0 else {
            throw SystemError(.setsockopt)
        }
    }
}
