import HTTP
import Inbound
import Sockets
import Time

/// How many requests each address sends, whoever they say they are: what keeps one of them from taking up the
/// gateway before any key or signature was looked at.
final class PeerRates: Sendable {
    /// An IPv4 address, or the /64 that one subscriber has of IPv6.
    private struct Client: Hashable, Sendable {
        let high: UInt64
        let low: UInt64

        init(_ address: Address) {
            high = address.high
            low = address.isIPv4 ? address.low : 0
        }
    }

    private let rates: Rates<Client>
    private let trusted: [AddressRange]

    /// Nil where there is no limit.
    init?(_ configuration: Configuration) {
        guard configuration.peerRateLimit > 0 else { return nil }
        rates = Rates(limit: configuration.peerRateLimit, seconds: 60)
        trusted = configuration.trustedProxies
    }

    /// Counts a request; what it is answered where it is one too many.
    func refusal(of request: Request, at now: Instant) -> Problem? {
        let client = ForwardedFor.client(of: request, trusting: trusted)
        let standing = rates.take(Client(client), at: now)
        guard !standing.isWithin else { return nil }
        return .tooManyRequests(
            "One address may send \(standing.limit) requests a minute.", standing)
    }
}

/// `X-Forwarded-For`, to which each proxy appends whom it heard a request from.
enum ForwardedFor {
    /// Who sent a request, as far as somebody trusted says so: from the end of the list, the first that is
    /// not trusted. What stands before it anybody may have written.
    static func client(of request: Request, trusting trusted: [AddressRange]) -> Address {
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

    /// Some proxies write the port too.
    private static func address(_ hop: Substring) -> Address? {
        let text = String(hop.drop { " \t".contains($0) }.prefix { !" \t".contains($0) })
        if let address = Address(host: text, port: 0) { return address }
        guard text.first == "[" || text.contains("."), let address = Address(text) else {
            return nil
        }
        return Address(high: address.high, low: address.low, port: 0)
    }
}
