import Storage
import Time

/// What is to be written of the dispatcher's work, in one transaction.
package struct Records: Sendable {
    /// An attempt that has ended.
    struct Ended: Equatable, Sendable {
        var webhook: Int64
        var delivery: Int64
        var attempt: OutboxTable.Attempt
        var outcome: OutboxTable.Outcome
        /// What was sent, where further attempts are to send the same.
        var body: [UInt8]?
    }

    /// A delivery of a webhook.
    struct Name: Hashable, Sendable {
        var webhook: Int64
        var delivery: Int64
    }

    struct Notice: Equatable, Sendable {
        enum Kind: Equatable, Sendable { case paused, recovered, disabled }

        var kind: Kind
        var webhook: Int64
    }

    var ended: [Ended] = []
    /// Attempts that are under way and were not known to be.
    var started: [Name] = []
    /// Deliveries whose attempt could not be made; they wait again.
    var takenBack: [Name] = []
    /// Deliveries that have nothing to tell.
    var skipped: [Name] = []
    var queues: [OutboxTable.Queue] = []
    var notices: [Notice] = []
    /// Whom notices may go to.
    var endpoints: [Endpoint] = []
    /// Brings back what a gateway that ended without a word had under way.
    var recovers = false

    var hasNothing: Bool {
        ended.isEmpty && started.isEmpty && skipped.isEmpty && takenBack.isEmpty
    }

    /// Attempts that have ended.
    package var attempts: Int { ended.count }
}
