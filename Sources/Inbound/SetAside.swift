import Database
import Referrals
import Storage

/// What moves on by itself and failed each time, for a reason of its own: a row that contradicts others, or one that
/// a constraint refuses. It is left where it is until the next start, so that what comes behind it goes on.
package final class SetAside {
    package enum Item: Hashable, Sendable {
        case event(ID<Event>)
        case reward(ID<Reward>)
        /// The erasure of a person; nil is one of many people at once.
        case erasure(ID<Participant>?)
        /// Codes that are made after a pattern.
        case couponOrder(Int64)
        /// The deliveries of a deleted webhook.
        case cancellation(webhook: Int64)
    }

    private var items: Set<Item> = []
    /// What is being moved on.
    private(set) var underway: Item?

    func contains(_ item: Item) -> Bool { !items.isEmpty && items.contains(item) }

    /// Runs the body, which moves an item on. Where it throws, the item stays under way.
    func moving<Result, Failure: Error>(
        _ item: Item, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        underway = item
        let result = try body()
        underway = nil
        return result
    }

    /// The item is to blame where the transaction fails now.
    func begin(_ item: Item) { underway = item }

    /// No item is to blame.
    func end() { underway = nil }

    /// To be called when a transaction has failed.
    ///
    /// - Returns: what was set aside for it; nil where nothing was being moved on, or nothing of it is to blame.
    package func note(_ failure: StorageError) -> Item? {
        defer { underway = nil }
        guard let underway, failure.isOfOneItem, !items.contains(underway) else { return nil }
        items.insert(underway)
        return underway
    }
}

extension StorageError {
    /// Whether trying the same again fails again, and anything else may succeed.
    fileprivate var isOfOneItem: Bool {
        switch kind {
        case .contradiction, .unusable: true
        case .constraint, .corrupt, .misuse, .other: stage == .step || stage == .bind
        case .busy, .full, .inputOutput, .readOnly, .replaced, .cannotOpen, .notADatabase: false
        }
    }
}

extension SetAside.Item: CustomStringConvertible {
    package var description: String {
        switch self {
        case .event(let id): "event \(id.number)"
        case .reward(let id): "reward \(id.number)"
        case .erasure(let id?): "the erasure of participant \(id.number)"
        case .erasure(nil): "the erasure of deleted people"
        case .couponOrder(let id): "coupon order \(id)"
        case .cancellation(let webhook): "the cancelled deliveries of webhook \(webhook)"
        }
    }
}
