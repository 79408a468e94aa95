import Database
import Referrals
import Storage
import Time

/// The automatic work that failed each time for a reason of its own: a row that contradicts others,
/// or one that a constraint refuses. It is left alone until the next start, or for a while that grows
/// with each failure, so that the work behind it continues.
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
        /// The notifications of a waitlist's signups, and people who are to become its signups.
        case waitlist(ID<Campaign>)
        /// The other automatic work of waitlists.
        case signups

        /// True if the work is tried again without a new start.
        package var isTriedAgain: Bool {
            switch self {
            case .waitlist, .signups: true
            case .event, .reward, .erasure, .couponOrder, .payout, .cancellation: false
            }
        }
    }

    private struct Retry {
        var at: Instant
        var failures: Int
    }

    private var items: Set<Item> = []
    private var retries: [Item: Retry] = [:]
    private var recovered: [Item] = []
    /// The present time, for items that are tried again.
    var now = Instant(clampingMicroseconds: .min)
    /// The item in progress.
    private(set) var underway: Item?

    func contains(_ item: Item) -> Bool {
        guard !items.isEmpty, items.contains(item) else { return false }
        return retries[item].map { now < $0.at } ?? true
    }

    /// The waitlists that are set aside, each with the time of its next try.
    var waitlists: [(id: ID<Campaign>, until: Instant)] {
        retries.compactMap { item, retry in
            if case .waitlist(let id) = item, now < retry.at { (id, retry.at) } else { nil }
        }
    }

    /// The items that were set aside and have succeeded since the last call.
    func takeRecovered() -> [Item] {
        guard !recovered.isEmpty else { return [] }
        defer { recovered = [] }
        return recovered
    }

    /// Runs the body, which works on an item. If the body throws, the item stays in progress.
    func moving<Result, Failure: Error>(
        _ item: Item, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        underway = item
        let result = try body()
        underway = nil
        if retries.removeValue(forKey: item) != nil {
            items.remove(item)
            recovered.append(item)
        }
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
        guard let underway, failure.isOfOneItem, !contains(underway) else { return nil }
        items.insert(underway)
        if underway.isTriedAgain {
            let failures = (retries[underway]?.failures ?? 0) + 1
            let minutes = 1 << min(failures - 1, Self.mostDoublings)
            retries[underway] = Retry(
                at: now + .seconds(60 * min(minutes, Self.mostMinutes)), failures: failures)
        }
        return underway
    }

    /// The longest wait before an item is tried again.
    private static let mostMinutes = 60
    private static let mostDoublings = 6
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
        case .waitlist(let id): "the automatic work of waitlist \(id.number)"
        case .signups: "the automatic work of waitlists"
        }
    }
}
