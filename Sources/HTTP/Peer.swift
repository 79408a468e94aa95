/// The address of the other end of a connection, as plain numbers: an IPv6 address (an IPv4 address
/// in its mapped form, RFC 4291 section 2.5.5.2) and a port.
package struct Peer: Sendable, Hashable {
    /// The first eight bytes of the address.
    package var high: UInt64
    /// The last eight bytes of the address.
    package var low: UInt64
    /// The port.
    package var port: UInt16

    package init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    /// No address: for a message that did not come over a network.
    package static let none = Peer(high: 0, low: 0, port: 0)
}
