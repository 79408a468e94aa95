import Database
import Referrals
import Storage
import Time

// Operators' work that takes several transactions. It continues by itself after an interruption.
extension EventProcessor {
    /// The progress of an order of codes.
    package enum OrderProgress: Equatable, Sendable {
        case more
        case complete(count: Int)
        /// Too many of the drawn codes were in the pool already, and drawing has ended. The codes
        /// made so far stay.
        case tooFewLeft
    }

    /// Makes codes of an order until the turn is over.
    package func makeCoupons(
        of id: Int64, turn: Turn
    ) throws(StorageError) -> OrderProgress? {
        let orders = store.couponOrders
        guard var order = try orders.find(id) else {
            return nil
        }
        while order.made < order.count, order.known <= order.count {
            let code = code(like: order.pattern)
            let isNew = try pools.add(code, to: order.campaign)
            if isNew { order.made += 1 } else { order.known += 1 }
            if turn.isOver { break }
        }
        try orders.update(order)
        if order.made == order.count { return .complete(count: order.count) }
        return order.known > order.count ? .tooFewLeft : .more
    }

    /// Replaces each `#` by a letter or a digit that cannot be mistaken for another.
    private func code(like pattern: String) -> String {
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
        let bytes = zip(pattern.utf8, randomBytes(pattern.utf8.count)).map { letter, byte in
            letter == UInt8(ascii: "#") ? alphabet[Int(byte & 31)] : letter
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// True if an operator's work was interrupted and must be finished.
    func hasUnfinishedWork() throws(StorageError) -> Bool {
        if try nextOrder() != nil { return true }
        if try nextPayout() != nil { return true }
        return try nextCancellation() != nil
    }

    private func nextOrder() throws(StorageError) -> CouponOrders.Order? {
        let orders = store.couponOrders
        var last: Int64 = 0
        while let order = try orders.firstOpen(after: last) {
            guard setAside.contains(.couponOrder(order.id)) else { return order }
            last = order.id
        }
        return nil
    }

    private func nextCancellation() throws(StorageError) -> ID<Webhook>? {
        let cancellations = store.cancellations
        var last = ID<Webhook>(0)
        while let webhook = try cancellations.first(after: last) {
            guard setAside.contains(.cancellation(webhook: webhook)) else { return webhook }
            last = webhook
        }
        return nil
    }

    /// Continues interrupted work. Returns true if there may be more of it.
    func finishSomeWork(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        while let order = try nextOrder() {
            let isMore = try setAside.moving(.couponOrder(order.id)) {
                () throws(StorageError) in try finish(order, turn: turn)
            }
            if isMore || turn.isOver { return true }
        }
        if try continuePayouts(now: now, turn: turn) { return true }
        while let webhook = try nextCancellation() {
            let isMore = try setAside.moving(.cancellation(webhook: webhook)) {
                () throws(StorageError) in
                try store.cancellations.advance(webhook, isOver: { turn.isOver })
            }
            if isMore || turn.isOver { return true }
        }
        return false
    }

    private func finish(
        _ order: CouponOrders.Order, turn: Turn
    ) throws(StorageError) -> Bool {
        let progress = try makeCoupons(of: order.id, turn: turn)
        if progress == .more { return true }
        // A repeat of the request is answered from the row.
        if progress == .tooFewLeft || !order.hasKey {
            try store.couponOrders.remove(order.id)
        }
        return false
    }
}
