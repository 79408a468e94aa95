import Foundation
import Glibc

/// A TCP connection that sends exactly the octets it is given and keeps all that comes back.
final class RawConnection {
    struct ConnectFailure: Error {
        var number: CInt
    }

    enum Ending: Equatable {
        case open, finished, reset
    }

    private let number: CInt
    private(set) var received: [UInt8] = []
    private(set) var ending = Ending.open
    var methods: [String] = []

    init(host: String, port: UInt16) throws {
        number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            defer { close(number) }
            throw ConnectFailure(number: errno)
        }
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        var one: CInt = 1
        setsockopt(number, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(4))
    }

    deinit { close(number) }

    func answers() -> RawAnswers {
        RawAnswers(received, hasEnded: ending != .open, methods: methods)
    }

    // MARK: Writing

    /// Writes all of it and keeps what arrives meanwhile; gives up when the peer closes, or takes
    /// nothing for three seconds.
    ///
    /// - Returns: how many octets were taken.
    @discardableResult
    func write(_ octets: [UInt8], reading: Bool = true, stall: Duration = .seconds(3)) -> Int {
        var start = 0
        var deadline = ContinuousClock.now + stall
        while start < octets.count, ending == .open {
            let count = octets.withUnsafeBytes {
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

    func finishSending() { shutdown(number, CInt(SHUT_WR)) }

    func abort() {
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
    func read(upTo patience: Duration, until isEnough: () -> Bool) {
        let deadline = ContinuousClock.now + patience
        while !isEnough(), ending == .open, ContinuousClock.now < deadline {
            wait(for: POLLIN, upTo: min(deadline - .now, .milliseconds(100)))
            readWhatIsThere()
        }
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
        poll(&entry, 1, CInt(max(1, milliseconds)))
    }
}
