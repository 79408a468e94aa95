import Inbound
import Outbound
import Sockets
import Transport

/// How a gateway runs.
package struct Configuration: Sendable {
    package var database: String
    package var address: Address
    package var limits: ServerLimits
    package var queue: CommitQueue.Limits
    /// Where the key for stored secrets is; nil for `<database>.key`.
    package var keyFile: String?
    /// Requests a second from one source; 0 for no limit.
    package var sourceRateLimit: Int
    /// Requests a minute with one API key; 0 for no limit.
    package var rateLimit = 0
    /// Requests a minute from one address, before anybody has said who they are; 0 for no limit.
    package var peerRateLimit = 0
    /// Proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host` count.
    package var trustedProxies: [AddressRange] {
        get { limits.trustedProxies }
        set { limits.trustedProxies = newValue }
    }
    /// The URL that partners reach the gateway by, without `/hooks`; nil where it is not declared.
    package var publicURL: String?
    /// The folder of time zones.
    package var zonePath: String
    /// Whom webhooks may have called.
    package var destinations: DestinationRules
    package var delivery: Dispatcher.Limits
    /// Whether what is queued for webhooks goes out; a gateway on trial keeps it to itself.
    package var sendsNotifications: Bool

    package init(
        database: String, address: Address, limits: ServerLimits = ServerLimits(),
        queue: CommitQueue.Limits = CommitQueue.Limits(), keyFile: String? = nil,
        sourceRateLimit: Int = 0, zonePath: String = ZoneFolder.usualPath,
        destinations: DestinationRules = DestinationRules(),
        delivery: Dispatcher.Limits = Dispatcher.Limits(), sendsNotifications: Bool = true
    ) {
        self.database = database
        self.address = address
        self.limits = limits
        self.queue = queue
        self.keyFile = keyFile
        self.sourceRateLimit = sourceRateLimit
        self.zonePath = zonePath
        self.destinations = destinations
        self.delivery = delivery
        self.sendsNotifications = sendsNotifications
    }

    var keyPath: String { keyFile ?? database + ".key" }
}
