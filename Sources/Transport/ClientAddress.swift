import Sockets

/// Whose requests count together: an IPv4 address, or the /64 that one subscriber has of IPv6.
package struct ClientAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    package init(_ address: Address) {
        high = address.high
        low = address.isIPv4 ? address.low : 0
    }
}
