/// All addresses with a common prefix, such as `10.0.0.0/8` or `fc00::/7`.
package struct AddressRange: Hashable, Sendable {
    /// The first address; its port has no meaning.
    package let first: Address
    /// The number of bits in common, counted in the IPv6 form: 96 more than in the notation of
    /// IPv4.
    package let prefixLength: Int

    /// Reads `10.0.0.0/8`, or a single address, which is a range of one. Returns nil for anything
    /// else, and if bits after the prefix are set: `10.1.2.3/8` is a mistake whose intention is not
    /// guessed.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, let address = Address(host: String(host), port: 0) else {
            return nil
        }
        // An IPv4 address in IPv6 form has a prefix length of that form.
        let isShort = address.isIPv4 && !host.contains(":")
        var length = 128
        if parts.count == 2 {
            let digits = parts[1].utf8
            guard (1...3).contains(digits.count), digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                digits.count == 1 || digits.first != 0x30, let stated = Int(parts[1]),
                stated <= (isShort ? 32 : 128)
            else { return nil }
            length = isShort ? stated + 96 : stated
        }
        first = address
        prefixLength = length
        let mask = Self.mask(length)
        guard address.high & ~mask.high == 0, address.low & ~mask.low == 0 else { return nil }
    }

    /// True if the address lies in the range; its port is ignored.
    package func contains(_ address: Address) -> Bool {
        let mask = Self.mask(prefixLength)
        return address.high & mask.high == first.high && address.low & mask.low == first.low
    }

    private static func mask(_ length: Int) -> (high: UInt64, low: UInt64) {
        func bits(_ count: Int) -> UInt64 {
            count <= 0 ? 0 : count >= 64 ? .max : ~(UInt64.max >> UInt64(count))
        }
        return (bits(length), bits(length - 64))
    }
}

extension AddressRange: CustomStringConvertible {
    /// The form that `init(_:)` reads.
    package var description: String {
        let isShort = first.isIPv4 && prefixLength >= 96
        return "\(first.host)/\(isShort ? prefixLength - 96 : prefixLength)"
    }
}
