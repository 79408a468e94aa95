import Referrals
import Storage
import Time

/// The sender's changes to be written in one transaction.
package struct Records: Sendable {
    /// An attempt that has ended.
    struct Ended: Equatable, Sendable {
        var webhook: ID<Webhook>
        var delivery: Int64
        var attempt: OutboxTable.Attempt
        var outcome: OutboxTable.Outcome
        /// The body that was sent, if further attempts must send the same.
        var body: [UInt8]?
    }

    struct Notice: Equatable, Sendable {
        enum Kind: Equatable, Sendable { case paused, recovered, disabled }

        var kind: Kind
        var webhook: ID<Webhook>
    }

    var ended: [Ended] = []
    /// Attempts that are under way and not recorded yet.
    var started: [DeliveryKey] = []
    /// Deliveries whose attempt could not be made; they wait again.
    var takenBack: [DeliveryKey] = []
    /// Deliveries whose subject is gone.
    var skipped: [DeliveryKey] = []
    var queues: [OutboxTable.Queue] = []
    var notices: [Notice] = []
    /// The webhooks that notices may go to.
    var endpoints: [Endpoint] = []
    /// True if the attempts that a killed gateway left under way must be recovered.
    var recovers = false

    var hasNothing: Bool {
        ended.isEmpty && started.isEmpty && skipped.isEmpty && takenBack.isEmpty
    }

    /// The number of attempts that have ended.
    package var attempts: Int { ended.count }
}
