import Sockets

/// The rules for URLs and addresses that may be called. URLs are checked when they are declared,
/// and every address again before it is connected to, since a name may resolve to others.
package struct DestinationRules: Sendable {
    /// Ranges that may be called although they are not public.
    package var allowed: [AddressRange]
    /// True if plain HTTP is enabled.
    package var allowsPlain: Bool

    package init(allowed: [AddressRange] = [], allowsPlain: Bool = false) {
        self.allowed = allowed
        self.allowsPlain = allowsPlain
    }

    /// Parses a URL and checks it as far as its text allows.
    package func judge(_ url: String) throws(DestinationFault) -> Destination {
        let destination = try Destination(url)
        guard destination.isSecure || allowsPlain else { throw .plain }
        guard Self.isWebPort(destination.port) else { throw .port(destination.port) }
        switch destination.host {
        case .address(let address): try vet(address)
        case .name(let name):
            // If some local addresses are allowed, the addresses of the name decide.
            guard !allowed.isEmpty || !Self.isLocal(name) else { throw .localName(name) }
        }
        return destination
    }

    /// Checks an address before it is connected to.
    package func vet(_ address: Address) throws(DestinationFault) {
        let bare = Address(high: address.high, low: address.low, port: 0)
        if allowed.contains(where: { $0.contains(bare) }) { return }
        // RFC 6052: a translator on the way would connect to the IPv4 address inside.
        if Self.translated.contains(bare) {
            return try vet(
                Address(
                    ipv4: UInt32(truncatingIfNeeded: bare.low), port: 0))
        }
        for (range, what) in Self.refused where range.contains(bare) {
            throw .range(bare, what)
        }
        guard bare.isIPv4 || Self.globalUnicast.contains(bare) else {
            throw .range(bare, "outside the public addresses of the Internet")
        }
    }

    /// Checks the addresses of a name. One forbidden address refuses them all: a name with a public
    /// and a private address is a way around filters.
    package func vet(
        _ addresses: [Address], of destination: Destination
    ) throws(DestinationFault) -> [Address] {
        var vetted: [Address] = []
        var fault: DestinationFault?
        for address in addresses {
            do throws(DestinationFault) {
                try vet(address)
                vetted.append(address)
            } catch {
                fault = error
            }
        }
        // RFC 6761 section 6.3: localhost is this machine in both families, and no name server
        // decides on it. If only one family is allowed, that one is called.
        if let fault, vetted.isEmpty || !destination.isLocalhost { throw fault }
        return vetted
    }

    // MARK: Names and ports

    private static let localSuffixes = [
        ".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".corp",
        ".private", ".home.arpa", ".onion", ".test", ".invalid",
    ]

    /// True for names of one machine or one network (RFC 6761, RFC 6762, RFC 8375, ICANN on
    /// .internal).
    private static func isLocal(_ name: String) -> Bool {
        !name.contains(".") || localSuffixes.contains { name.hasSuffix($0) }
    }

    /// Ports below 1024 other than the web's belong to other protocols, and so do these.
    private static let servicePorts: Set<UInt16> = [
        1433, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 5060, 5061, 5432, 5672, 5900, 6000,
        6379, 6666, 6667, 6668, 6669, 6697, 9042, 9200, 9300, 10_250, 11_211, 27_017,
    ]

    private static func isWebPort(_ port: UInt16) -> Bool {
        port == 80 || port == 443 || (port >= 1024 && !servicePorts.contains(port))
    }

    // MARK: Ranges

    private static let translated = range("64:ff9b::/96")
    private static let globalUnicast = range("2000::/3")

    /// IANA's registries of special-purpose addresses, and the metadata addresses of clouds.
    private static let refused: [(AddressRange, String)] = [
        ("0.0.0.0/8", "this network (RFC 791)"), ("10.0.0.0/8", "private (RFC 1918)"),
        ("100.64.0.0/10", "shared by a carrier's customers (RFC 6598)"),
        ("127.0.0.0/8", "this machine (RFC 1122)"),
        ("169.254.0.0/16", "link-local, where clouds keep credentials (RFC 3927)"),
        ("172.16.0.0/12", "private (RFC 1918)"),
        ("192.0.0.0/24", "reserved for protocols (RFC 6890)"),
        ("192.0.2.0/24", "for documentation (RFC 5737)"),
        ("192.88.99.0/24", "a 6to4 relay (RFC 7526)"),
        ("192.168.0.0/16", "private (RFC 1918)"),
        ("198.18.0.0/15", "for benchmarks (RFC 2544)"),
        ("198.51.100.0/24", "for documentation (RFC 5737)"),
        ("203.0.113.0/24", "for documentation (RFC 5737)"),
        ("224.0.0.0/4", "multicast (RFC 5771)"), ("240.0.0.0/4", "reserved (RFC 1112)"),
        ("168.63.129.16/32", "a cloud's own service"),
        ("::1/128", "this machine (RFC 4291)"), ("::/128", "no address (RFC 4291)"),
        ("64:ff9b:1::/48", "translated locally (RFC 8215)"),
        ("2001::/23", "reserved for protocols (RFC 2928)"),
        ("2001:db8::/32", "for documentation (RFC 3849)"),
        ("2002::/16", "a 6to4 tunnel (RFC 3056)"), ("3fff::/20", "for documentation (RFC 9637)"),
        ("fc00::/7", "private (RFC 4193)"), ("fe80::/10", "link-local (RFC 4291)"),
        ("fec0::/10", "site-local (RFC 3879)"), ("ff00::/8", "multicast (RFC 4291)"),
    ].map { (range($0.0), $0.1) }

    private static func range(_ text: String) -> AddressRange {
        guard let range = AddressRange(text) else {
            preconditionFailure("\(text) is no range")
        }
        return range
    }
}
