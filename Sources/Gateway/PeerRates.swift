import HTTP
import Inbound
import Sockets
import Time
import Transport

/// How many requests each address sends, whoever they say they are: what keeps one of them from taking up the
/// gateway before any key or signature was looked at.
final class PeerRates: Sendable {
    private let rates: Rates<ClientAddress>
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
        let standing = rates.take(ClientAddress(client), at: now)
        guard !standing.isWithin else { return nil }
        return .tooManyRequests(
            "One address may send \(standing.limit) requests a minute.", standing)
    }
}
