import HTTP
import Inbound
import Sockets
import Time
import Transport

/// The rate of requests of each client address, before authentication, so that one client cannot
/// use up the gateway before its key or signature is checked.
final class PeerRates: Sendable {
    private let rates: Rates<ClientAddress>
    private let trusted: [AddressRange]

    /// Returns nil if there is no limit.
    init?(_ configuration: Configuration) {
        guard configuration.peerRateLimit > 0 else { return nil }
        rates = Rates(limit: configuration.peerRateLimit, seconds: 60)
        trusted = configuration.trustedProxies
    }

    /// Counts a request. Returns the problem to answer if the request exceeds the limit.
    func refusal(of request: Request, at now: Instant) -> Problem? {
        let client = ForwardedFor.client(of: request, trusting: trusted)
        let standing = rates.take(ClientAddress(client), at: now)
        guard !standing.isWithin else { return nil }
        return .tooManyRequests(
            "One address may send \(standing.limit) requests a minute.", standing)
    }
}
