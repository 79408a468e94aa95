import Sockets

/// The unit by which requests of clients are counted: an IPv4 address, or the /64 that a subscriber
/// has of IPv6.
package struct ClientAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    package init(_ address: Address) {
        high = address.high
        low = address.isIPv4 ? address.low : 0
    }
}
