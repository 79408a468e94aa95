import HTTP
import Sockets

/// The part of a server's limits that one address uses.
final class PeerShare {
    struct Owner: Hashable {
        let client: ClientAddress
        /// True for a trusted proxy, which carries the requests of many clients; its connections
        /// are not limited.
        let isProxy: Bool
    }

    let owner: Owner
    fileprivate(set) var connections = 0
    /// Bytes of requests that are unfinished or unanswered.
    fileprivate(set) var buffered = 0
    /// Bytes of responses that have not been written.
    fileprivate(set) var unsent = 0

    fileprivate init(_ owner: Owner) { self.owner = owner }

    fileprivate var isUnused: Bool { connections == 0 && buffered == 0 && unsent == 0 }
}

/// The shares of all addresses that have connections, and the sums of the bytes they hold.
///
/// A limit per connection does not limit the server, because a client can open many: all memory
/// that a connection may hold is counted here, per address and in total.
struct PeerShares: ~Copyable {
    private let trusted: [AddressRange]
    private var shares: [PeerShare.Owner: PeerShare] = [:]
    private(set) var buffered = 0
    private(set) var unsent = 0
    /// The most bytes since `forgetPeak`.
    private(set) var peak = 0

    init(trusted: [AddressRange]) { self.trusted = trusted }

    /// The share of an address. It is kept from `enter` on, until nothing is counted in it.
    func share(of address: Address) -> PeerShare {
        let owner = PeerShare.Owner(
            client: ClientAddress(address),
            isProxy: trusted.contains { $0.contains(address) })
        return shares[owner] ?? PeerShare(owner)
    }

    /// The share of the client for which a trusted proxy sent this request.
    func share(behindProxy head: Request) -> PeerShare {
        share(of: ForwardedFor.client(of: head, trusting: trusted))
    }

    mutating func enter(_ share: PeerShare) {
        share.connections += 1
        shares[share.owner] = share
    }

    mutating func leave(_ share: PeerShare) {
        share.connections -= 1
        forgetIfUnused(share)
    }

    /// Adds to the bytes of a share; negative numbers release bytes.
    mutating func count(_ share: PeerShare, buffered: Int, unsent: Int) {
        share.buffered += buffered
        share.unsent += unsent
        self.buffered += buffered
        self.unsent += unsent
        peak = max(peak, self.buffered + self.unsent)
        if share.connections == 0 { forgetIfUnused(share) }
    }

    mutating func forgetPeak() { peak = buffered + unsent }

    /// The share with the most bytes of requests.
    var withMostBuffered: PeerShare? { shares.values.max { $0.buffered < $1.buffered } }

    private mutating func forgetIfUnused(_ share: PeerShare) {
        if share.isUnused { shares[share.owner] = nil }
    }
}
