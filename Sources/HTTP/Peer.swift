/// Who is at the other end of a connection, as plain numbers: an IPv6 address (an IPv4 address in
/// its mapped form, RFC 4291 section 2.5.5.2) and a port.
package struct Peer: Sendable, Hashable {
    package var high: UInt64
    package var low: UInt64
    package var port: UInt16

    package init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    /// No address: a message that came over no network.
    package static let none = Peer(high: 0, low: 0, port: 0)
}
