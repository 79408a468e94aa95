import Declarations
import Ledger
import Outbound
import Programmes
import Sockets
import Transport

/// The settings of a gateway.
package struct Configuration: Sendable {
    /// The path of the database.
    package var database: String
    /// The address to listen on.
    package var address: Address
    /// The limits of connections and requests.
    package var limits: ServerLimits
    /// The limits of the write queue.
    package var queue: WriteQueue.Limits
    /// The path of the key for stored secrets; nil is `<database>.key`.
    package var keyFile: String?
    /// The limit of requests per second from one source; 0 for no limit.
    package var sourceRateLimit: Int
    /// The limit of requests per minute with one API key; 0 for no limit.
    package var rateLimit = 0
    /// The limit of requests per minute from one address, before authentication; 0 for no limit.
    package var peerRateLimit = 0
    /// The proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host` are trusted.
    package var trustedProxies: [AddressRange] {
        get { limits.trustedProxies }
        set { limits.trustedProxies = newValue }
    }
    /// The URL under which partners reach the gateway, without `/hooks`; nil if it is not
    /// configured.
    package var publicURL: String?
    /// The directory of time zones.
    package var zonePath: String
    /// The addresses that webhooks may lead to.
    package var destinations: DestinationRules
    /// The limit of sign-ups per minute through the widget from one address; 0 for no limit.
    package var signUpLimit = 20
    /// The parts of refgate that need a paid plan.
    package var paidPlanFor = Set(Entitlement.paidByDefault)
    /// The limits of sending notifications.
    package var delivery: OutboxSender.Limits
    /// True if queued notifications are sent; a trial run queues them only.
    package var sendsNotifications: Bool
    /// Receives each decision of a trial run; nil for none.
    package var decisionObserver: (any DecisionObserver)?

    package init(
        database: String, address: Address, limits: ServerLimits = ServerLimits(),
        queue: WriteQueue.Limits = WriteQueue.Limits(), keyFile: String? = nil,
        sourceRateLimit: Int = 0, zonePath: String = ZoneFolder.usualPath,
        destinations: DestinationRules = DestinationRules(),
        delivery: OutboxSender.Limits = OutboxSender.Limits(), sendsNotifications: Bool = true
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
