import CLinux
import Glibc

/// An IP address and a port. An IPv4 address is kept in its mapped IPv6 form (RFC 4291 section
/// 2.5.5.2), so that every address is the same two words.
package struct Address: Hashable, Sendable {
    /// The first eight bytes of the address in the IPv6 form.
    package var high: UInt64
    /// The last eight bytes of the address in the IPv6 form.
    package var low: UInt64
    /// The port, in the machine's byte order.
    package var port: UInt16

    private static let mappedPrefix: UInt64 = 0xFFFF << 32

    package init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    /// - Parameter ipv4: the four bytes of an IPv4 address, the first in the highest bits.
    package init(ipv4: UInt32, port: UInt16) {
        self.init(high: 0, low: Self.mappedPrefix | UInt64(ipv4), port: port)
    }

    /// Reads an address in digits; returns nil for a host name.
    package init?(host: String, port: UInt16) {
        var four = in_addr()
        if unsafe inet_pton(AF_INET, host, &four) == 1 {
            self.init(ipv4: UInt32(bigEndian: four.s_addr), port: port)
            return
        }
        var six = in6_addr()
        guard unsafe inet_pton(AF_INET6, host, &six) == 1 else { return nil }
        self.init(six, port: port)
    }

    /// Reads `127.0.0.1:8080` or `[::1]:8080`. `localhost` means 127.0.0.1; other names are not
    /// resolved and give nil.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...].utf8
        guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        guard let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        self.init(host: host == "localhost" ? "127.0.0.1" : String(host), port: port)
    }

    private init(_ six: in6_addr, port: UInt16) {
        let words = unsafe unsafeBitCast(six, to: (UInt64, UInt64).self)
        self.init(
            high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1), port: port)
    }

    /// True if the address is an IPv4 address in its mapped form.
    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    // MARK: The kernel's form

    var family: CInt { isIPv4 ? AF_INET : AF_INET6 }

    /// Returns nil for a family that is neither IPv4 nor IPv6.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        switch CInt(storage.ss_family) {
        case AF_INET:
            let four = unsafe withUnsafeBytes(of: &storage) { unsafe $0.load(as: sockaddr_in.self) }
            self.init(
                ipv4: UInt32(bigEndian: four.sin_addr.s_addr),
                port: UInt16(bigEndian: four.sin_port))
        case AF_INET6:
            let six = unsafe withUnsafeBytes(of: &storage) { unsafe $0.load(as: sockaddr_in6.self) }
            self.init(six.sin6_addr, port: UInt16(bigEndian: six.sin6_port))
        default:
            return nil
        }
    }

    var storage: (sockaddr_storage, socklen_t) {
        var storage = sockaddr_storage()
        if isIPv4 {
            var four = sockaddr_in()
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            four.sin_addr.s_addr = UInt32(truncatingIfNeeded: low).bigEndian
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.storeBytes(of: four, as: sockaddr_in.self)
            }
            return (storage, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        six.sin6_addr = unsafe unsafeBitCast((high.bigEndian, low.bigEndian), to: in6_addr.self)
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.storeBytes(of: six, as: sockaddr_in6.self)
        }
        return (storage, socklen_t(MemoryLayout<sockaddr_in6>.size))
    }
}

extension Address: CustomStringConvertible {
    /// The address in digits, without the port.
    package var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isIPv4 {
            var four = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
            _ = unsafe inet_ntop(AF_INET, &four, &text, socklen_t(text.count))
        } else {
            var six = unsafe unsafeBitCast((high.bigEndian, low.bigEndian), to: in6_addr.self)
            _ = unsafe inet_ntop(AF_INET6, &six, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The form that `init(_:)` reads.
    package var description: String { isIPv4 ? "\(host):\(port)" : "[\(host)]:\(port)" }
}
