import Sockets

/// A URL that requests may be sent to, parsed strictly: text that parsers disagree on is refused
/// and never corrected (RFC 3986, RFC 9110 section 4.2).
package struct Destination: Hashable, Sendable {
    /// The host of a URL: a name or an address.
    package enum Host: Hashable, Sendable {
        /// In lower case, without the full stop at its end.
        case name(String)
        case address(Address)
    }

    /// True for https, false for http.
    package let isSecure: Bool
    /// The host to resolve or connect to.
    package let host: Host
    /// The port, given or the scheme's default.
    package let port: UInt16
    /// Path and query, as they are sent.
    package let target: String

    /// The value of the `Host` field.
    package var authority: String {
        let usual: UInt16 = isSecure ? 443 : 80
        return port == usual ? hostText : "\(hostText):\(port)"
    }

    var isLocalhost: Bool { host == .name("localhost") }

    private var hostText: String {
        switch host {
        case .name(let name): name
        case .address(let address): address.isIPv4 ? address.host : "[\(address.host)]"
        }
    }

    /// Parses an absolute URL; throws the part that is wrong.
    package init(_ url: String) throws(DestinationFault) {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw .malformed
        }
        let lowered = url.prefix(8).lowercased()
        if lowered.hasPrefix("https://") {
            isSecure = true
        } else if lowered.hasPrefix("http://") {
            isSecure = false
        } else {
            throw .scheme
        }
        let rest = url.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { throw .userInformation }
        (host, port) = try Self.split(authority, usualPort: isSecure ? 443 : 80)
        let behind = rest[authority.endIndex...].prefix { $0 != "#" }
        guard Self.isTarget(behind) else { throw .malformed }
        target = behind.hasPrefix("/") ? String(behind) : "/" + behind
    }

    // MARK: Reading

    private static func split(
        _ authority: Substring, usualPort: UInt16
    ) throws(DestinationFault) -> (Host, UInt16) {
        let host: Host
        let behind: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .malformed }
            let literal = authority[authority.index(after: authority.startIndex)..<end]
            guard literal.contains(":"), let address = Address(host: String(literal), port: 0)
            else {
                throw .malformed
            }
            host = .address(address)
            behind = authority[authority.index(after: end)...]
        } else {
            let text = authority.prefix { $0 != ":" }
            host = try read(host: text.lowercased())
            behind = authority[text.endIndex...]
        }
        guard let colon = behind.utf8.first else { return (host, usualPort) }
        let digits = behind.dropFirst()
        guard colon == UInt8(ascii: ":"), (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), digits.utf8.first != 0x30,
            let port = UInt16(digits)
        else { throw .malformed }
        return (host, port)
    }

    private static func read(host text: String) throws(DestinationFault) -> Host {
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, labels.allSatisfy({ isLabel($0.utf8) }) else {
            throw .malformed
        }
        guard let last = labels.last?.utf8, !isNumber(last) else {
            // Some resolvers read any name that ends in a number as an IPv4 address (URL standard,
            // "ends in a number checker"); only one spelling is read as such by all of them.
            guard let address = Address(host: name, port: 0), address.host == name else {
                throw .addressSpelling
            }
            return .address(address)
        }
        return .name(name)
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        guard (1...63).contains(label.count), label.first != 0x2D, label.last != 0x2D else {
            return false
        }
        return label.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x2D, 0x5F: true
            default: false
            }
        }
    }

    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        if label.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { return true }
        guard label.starts(with: "0x".utf8) else { return false }
        return label.dropFirst(2).allSatisfy(isHexDigit)
    }

    /// True for `pchar`, `/` and `?` of RFC 3986, and `%` with its two digits.
    private static func isTarget(_ text: Substring) -> Bool {
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst(), let low = rest.popFirst(), isHexDigit(high),
                    isHexDigit(low)
                else { return false }
            case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "^"),
                UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
                return false
            default: continue
            }
        }
        return true
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}

/// The reason why a URL or an address may not be called.
package enum DestinationFault: Error, Equatable, Sendable {
    case malformed
    case scheme
    /// Plain HTTP, which is not enabled.
    case plain
    case userInformation
    case addressSpelling
    case port(UInt16)
    case localName(String)
    /// An address in a range that is not public.
    case range(Address, String)
}

extension DestinationFault: CustomStringConvertible {
    /// The reason in words, for the author of the URL.
    package var description: String {
        switch self {
        case .malformed: "it is not a URL that all parsers read in the same way"
        case .scheme: "only https may be called"
        case .plain: "plain http is not enabled; run serve with --allow-http-targets to allow it"
        case .userInformation:
            "it contains user information; set the webhook's credentials instead"
        case .addressSpelling: "it writes an IP address in a form that parsers read differently"
        case .port(let port): "port \(port) is used by a service other than HTTP"
        case .localName(let name):
            "\(name) is a name in local networks; run serve with --allow-targets to allow local addresses"
        case .range(let address, let what):
            "\(address.host) is \(what); run serve with --allow-targets to allow it"
        }
    }
}
