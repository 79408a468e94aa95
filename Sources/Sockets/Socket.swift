import CLinux
import Glibc

/// A connected TCP socket that never blocks.
package struct Socket: ~Copyable {
    private let descriptor: Descriptor

    init(adopting number: CInt) {
        descriptor = Descriptor(adopting: number)
    }

    package var number: CInt { descriptor.number }

    /// Starts to connect. The socket is writable when the attempt has ended; `connectionError` says how.
    package init(connectingTo address: Address) throws(SystemError) {
        let descriptor = try Descriptor("socket", refgate_stream_socket(address.family))
        // Requests go out in one write and must not wait for more.
        guard refgate_set_option(descriptor.number, CInt(IPPROTO_TCP), TCP_NODELAY, 1) == 0 else {
            throw SystemError("setsockopt")
        }
        var (storage, length) = address.storage
        let result = unsafe refgate_connect(descriptor.number, &storage, length)
        guard result == 0 || errno == EINPROGRESS || errno == EINTR else {
            throw SystemError("connect")
        }
        self.descriptor = descriptor
    }

    /// Why the attempt to connect failed; nil where it did not.
    package borrowing func connectionError() -> SystemError? {
        let number = refgate_socket_error(descriptor.number)
        return number == 0 ? nil : SystemError("connect", number)
    }

    /// What came of one attempt to read.
    package enum Received: Equatable {
        case octets(Int)
        /// The peer will send nothing more.
        case end
        case wouldBlock
        /// Reset, timed out and the like: nothing can be exchanged any more.
        case failed(CInt)
    }

    /// Reads once, to the start of the buffer.
    package borrowing func receive(into buffer: inout [UInt8]) -> Received {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe refgate_receive(descriptor.number, $0.baseAddress, $0.count)
            }
            if count > 0 { return .octets(count) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            case let number: return .failed(SystemError("recv", number).number)
            }
        }
    }

    /// What came of one attempt to write.
    package enum Sent: Equatable {
        /// Fewer than were given when the kernel's buffer is full.
        case octets(Int)
        case failed(CInt)
    }

    /// Writes once, from `start` to the end of the octets.
    package borrowing func send(_ octets: [UInt8], from start: Int = 0) -> Sent {
        precondition(start < octets.count, "there is something to send")
        while true {
            let count = unsafe octets.withUnsafeBytes {
                unsafe refgate_send(descriptor.number, $0.baseAddress! + start, $0.count - start)
            }
            if count >= 0 { return .octets(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .octets(0)
            case let number: return .failed(SystemError("send", number).number)
            }
        }
    }

    /// Whether the peer's kernel has acknowledged everything that was sent. What comes before that is no
    /// answer to it.
    package borrowing func isAcknowledged() -> Bool {
        refgate_unacknowledged(descriptor.number) <= 0
    }

    /// Says that nothing more will be sent; reading goes on.
    package borrowing func finishSending() {
        // It fails when the peer is gone already, which the next read tells.
        _ = shutdown(descriptor.number, CInt(SHUT_WR))
    }

    /// Makes the close a reset: what the peer has not taken is thrown away at once.
    package borrowing func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor.number, SOL_SOCKET, SO_LINGER, &linger,
            socklen_t(MemoryLayout<linger>.size))
    }
}
