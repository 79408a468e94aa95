import Foundation
import Glibc

/// A TCP connection that sends exactly the bytes it is given and keeps all that comes back.
package final class RawConnection {
    package struct ConnectFailure: Error {
        var number: CInt
    }

    package enum Ending: Equatable {
        case open, finished, reset
    }

    private let number: CInt
    package private(set) var received: [UInt8] = []
    package private(set) var ending = Ending.open
    package var methods: [String] = []

    /// - Parameter source: the address it comes from; nil leaves the choice to the kernel.
    package init(host: String, port: UInt16, from source: String? = nil) throws {
        number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        if let source {
            var local = sockaddr_in()
            local.sin_family = sa_family_t(AF_INET)
            inet_pton(AF_INET, source, &local.sin_addr)
            let bound = withUnsafePointer(to: &local) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            // All members have their values, so that deinit closes the socket here and below.
            guard bound == 0 else { throw ConnectFailure(number: errno) }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw ConnectFailure(number: errno) }
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        var one: CInt = 1
        setsockopt(number, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(4))
    }

    deinit { close(number) }

    package func answers() -> RawAnswers {
        RawAnswers(received, hasEnded: ending != .open, methods: methods)
    }

    // MARK: Writing

    /// Writes all of it and keeps what arrives meanwhile; gives up when the peer closes, or takes
    /// nothing for three seconds.
    ///
    /// - Returns: how many bytes were taken.
    @discardableResult
    package func write(_ bytes: [UInt8], reading: Bool = true, stall: Duration = .seconds(3))
        -> Int
    {
        var start = 0
        var deadline = ContinuousClock.now + stall
        while start < bytes.count, ending == .open {
            let count = bytes.withUnsafeBytes {
                send(number, $0.baseAddress! + start, $0.count - start, CInt(MSG_NOSIGNAL))
            }
            if count > 0 {
                start += count
                deadline = .now + stall
                if reading { readWhatIsThere() }
            } else if errno == EAGAIN {
                if ContinuousClock.now >= deadline { break }
                wait(for: reading ? POLLIN | POLLOUT : POLLOUT, upTo: .milliseconds(50))
                if reading { readWhatIsThere() }
            } else {
                // What was sent before the close may still be there to be read.
                readWhatIsThere()
                if ending == .open { ending = .reset }
            }
        }
        return start
    }

    package func finishSending() { shutdown(number, CInt(SHUT_WR)) }

    package func abort() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        ending = .reset
        // The descriptor stays reserved until deinit: an unbound socket takes its place.
        let other = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        dup2(other, number)
        close(other)
    }

    // MARK: Reading

    /// Reads until the condition holds, the peer closes or the time is over.
    package func read(upTo patience: Duration, until isEnough: () -> Bool) {
        let deadline = ContinuousClock.now + patience
        repeat {
            readWhatIsThere()
            if isEnough() || ending != .open { return }
            wait(for: POLLIN, upTo: max(.zero, min(deadline - .now, .milliseconds(100))))
        } while ContinuousClock.now < deadline
    }

    /// Whether the peer has closed its socket and not only its sending side: then a reset answers
    /// the byte that is sent, on the same machine before the next one.
    package var isReset: Bool {
        for _ in 0..<2 where send(number, "x", 1, CInt(MSG_NOSIGNAL)) < 0 && errno != EAGAIN {
            ending = .reset
        }
        return ending == .reset
    }

    private func readWhatIsThere() {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while ending == .open {
            let count = recv(number, &buffer, buffer.count, 0)
            if count > 0 {
                received += buffer[..<count]
            } else if count == 0 {
                ending = .finished
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                ending = .reset
            }
        }
    }

    private func wait(for events: CInt, upTo patience: Duration) {
        var entry = pollfd(fd: number, events: Int16(events), revents: 0)
        let milliseconds = patience / .milliseconds(1)
        poll(&entry, 1, CInt(milliseconds))
    }
}
