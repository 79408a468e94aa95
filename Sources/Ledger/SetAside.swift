import Database
import Referrals
import Storage

/// The automatic work that failed each time for a reason of its own: a row that contradicts others,
/// or one that a constraint refuses. It is left alone until the next start, so that the work behind
/// it continues.
package final class SetAside {
    /// A piece of automatic work.
    package enum Item: Hashable, Sendable {
        case event(ID<Event>)
        case reward(ID<Reward>)
        /// The erasure of a person; nil is one of many people at once.
        case erasure(ID<Participant>?)
        /// The codes that an order makes after a pattern.
        case couponOrder(Int64)
        /// The gathering or the end of a payout.
        case payout(ID<PayoutRow>)
        /// The deliveries of a deleted webhook.
        case cancellation(webhook: ID<Webhook>)
        /// The notifications of signups, and people who are to become signups.
        case signups
    }

    private var items: Set<Item> = []
    /// The item in progress.
    private(set) var underway: Item?

    func contains(_ item: Item) -> Bool { !items.isEmpty && items.contains(item) }

    /// Runs the body, which works on an item. If the body throws, the item stays in progress.
    func moving<Result, Failure: Error>(
        _ item: Item, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        underway = item
        let result = try body()
        underway = nil
        return result
    }

    /// Marks an item as the cause if the transaction fails from now on.
    func begin(_ item: Item) { underway = item }

    /// Marks no item as the cause.
    func end() { underway = nil }

    /// Notes that a transaction has failed.
    ///
    /// - Returns: The item that was set aside as the cause; nil if none was in progress, or if the
    ///   failure is not an item's own.
    package func note(_ failure: StorageError) -> Item? {
        defer { underway = nil }
        guard let underway, failure.isOfOneItem, !items.contains(underway) else { return nil }
        items.insert(underway)
        return underway
    }
}

extension StorageError {
    /// True if the same work fails again when repeated, while other work may succeed.
    fileprivate var isOfOneItem: Bool {
        switch kind {
        case .contradiction, .unusable: true
        case .constraint, .corrupt, .misuse, .other: stage == .step || stage == .bind
        case .busy, .full, .inputOutput, .readOnly, .replaced, .cannotOpen, .notADatabase: false
        }
    }
}

extension SetAside.Item: CustomStringConvertible {
    /// The item in words, for the log.
    package var description: String {
        switch self {
        case .event(let id): "event \(id.number)"
        case .reward(let id): "reward \(id.number)"
        case .erasure(let id?): "the erasure of participant \(id.number)"
        case .erasure(nil): "the erasure of deleted people"
        case .couponOrder(let id): "coupon order \(id)"
        case .payout(let id): "payout \(id.number)"
        case .cancellation(let webhook): "the cancelled deliveries of webhook \(webhook.number)"
        case .signups: "the automatic work of waitlists"
        }
    }
}
