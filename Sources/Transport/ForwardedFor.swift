import HTTP
import Sockets

/// `X-Forwarded-For`, to which each proxy appends the address that it received a request from.
package enum ForwardedFor {
    /// The client that sent a request, as far as trusted proxies report it: the first untrusted
    /// address, counted from the end of the list. Any client may have forged those before it.
    package static func client(of request: Request, trusting trusted: [AddressRange]) -> Address {
        var client = Address(high: request.peer.high, low: request.peer.low, port: 0)
        let hops = request.fields.all("x-forwarded-for").flatMap {
            String(decoding: $0, as: UTF8.self).split(
                separator: ",", omittingEmptySubsequences: false)
        }
        for hop in hops.reversed() {
            guard trusted.contains(where: { $0.contains(client) }), let address = address(hop)
            else { break }
            client = address
        }
        return client
    }

    /// Reads one address; some proxies append the port.
    private static func address(_ hop: Substring) -> Address? {
        let text = String(hop.drop { " \t".contains($0) }.prefix { !" \t".contains($0) })
        if let address = Address(host: text, port: 0) { return address }
        guard text.first == "[" || text.contains("."), let address = Address(text) else {
            return nil
        }
        return Address(high: address.high, low: address.low, port: 0)
    }
}
