import CLinux
import Glibc

/// A connected, non-blocking TCP socket.
package struct Socket: ~Copyable {
    private let descriptor: Descriptor

    init(adopting number: CInt) {
        descriptor = Descriptor(adopting: number)
    }

    /// The descriptor's number, for a `Loop` to watch.
    package var number: CInt { descriptor.number }

    /// Starts to connect. The socket becomes writable when the attempt has ended; `connectionError`
    /// gives the result.
    package init(connectingTo address: Address) throws(SystemError) {
        let descriptor = try Descriptor(.socket, refgate_stream_socket(address.family))
        // Requests go out in one write and must not wait for more data.
        guard refgate_set_option(descriptor.number, CInt(IPPROTO_TCP), TCP_NODELAY, 1) == 0 else {
            throw SystemError(.setsockopt)
        }
        var (storage, length) = address.storage
        let result = unsafe refgate_connect(descriptor.number, &storage, length)
        guard result == 0 || errno == EINPROGRESS || errno == EINTR else {
            throw SystemError(.connect)
        }
        self.descriptor = descriptor
    }

    /// The error of the attempt to connect; nil if it succeeded.
    package borrowing func connectionError() -> SystemError? {
        let number = refgate_socket_error(descriptor.number)
        return number == 0 ? nil : SystemError(.connect, number)
    }

    /// The result of one attempt to read.
    package enum Received: Equatable {
        case bytes(Int)
        /// The peer will send nothing more.
        case end
        case wouldBlock
        /// A reset, a timeout or the like: the connection is unusable.
        case failed(CInt)
    }

    /// Reads once, to the start of the buffer.
    package borrowing func receive(into buffer: inout [UInt8]) -> Received {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe refgate_receive(descriptor.number, $0.baseAddress, $0.count)
            }
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            case let number: return .failed(SystemError(.recv, number).number)
            }
        }
    }

    /// The result of one attempt to write.
    package enum Sent: Equatable {
        /// The number written; fewer than given if the kernel's buffer is full.
        case bytes(Int)
        case failed(CInt)
    }

    /// Writes once, from `start` to the end of the array.
    package borrowing func send(_ bytes: [UInt8], from start: Int = 0) -> Sent {
        precondition(start < bytes.count, "there is something to send")
        while true {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe refgate_send(descriptor.number, $0.baseAddress! + start, $0.count - start)
            }
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .bytes(0)
            case let number: return .failed(SystemError(.send, number).number)
            }
        }
    }

    /// True if the peer's kernel has acknowledged all bytes sent. Input that arrives before that
    /// cannot be an answer to them.
    package borrowing func isAcknowledged() -> Bool {
        refgate_unacknowledged(descriptor.number) <= 0
    }

    /// Closes the sending direction; reading goes on.
    package borrowing func finishSending() {
        // It fails if the peer has gone already, which the next read reports.
        _ = shutdown(descriptor.number, CInt(SHUT_WR))
    }

    /// Makes the close a reset, which discards at once the bytes that the peer has not received.
    package borrowing func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor.number, SOL_SOCKET, SO_LINGER, &linger,
            socklen_t(MemoryLayout<linger>.size))
    }
}
