import Referrals
import SQLite
import Storage

// Work of operators that takes several transactions. It goes on by itself where it was interrupted.
extension Settlement {
    /// How far the codes of an order have come.
    package enum OrderProgress: Equatable, Sendable {
        case more
        case complete(count: Int)
        /// Too many of the drawn codes were in the pool already, and drawing has ended. The codes already made stay.
        case tooFewLeft
    }

    /// Makes codes of an order until the turn is over.
    package func makeCoupons(
        of id: Int64, turn: Turn
    ) throws(SettlementError) -> OrderProgress? {
        let orders = CouponOrders(store.connection)
        guard var order = try stored({ () throws(SQLiteError) in try orders.find(id) }) else {
            return nil
        }
        while order.made < order.count, order.known <= order.count {
            let code = try code(like: order.pattern)
            let isNew = try stored { () throws(SQLiteError) in
                try pools.add(code, to: order.campaign)
            }
            if isNew { order.made += 1 } else { order.known += 1 }
            if turn.isOver { break }
        }
        try stored { () throws(SQLiteError) in try orders.update(order) }
        if order.made == order.count { return .complete(count: order.count) }
        return order.known > order.count ? .tooFewLeft : .more
    }

    /// Each `#` becomes a letter or a digit that is not taken for another.
    private func code(like pattern: String) throws(SettlementError) -> String {
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
        guard let random = randomBytes(pattern.utf8.count) else {
            throw .randomness
        }
        let bytes = zip(pattern.utf8, random).map { letter, byte in
            letter == UInt8(ascii: "#") ? alphabet[Int(byte & 31)] : letter
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether an operator's work was interrupted and is to be finished.
    func hasUnfinishedWork() throws(SQLiteError) -> Bool {
        if try nextOrder() != nil { return true }
        return try nextCancellation() != nil
    }

    private func nextOrder() throws(SQLiteError) -> CouponOrders.Order? {
        let orders = CouponOrders(store.connection)
        var last: Int64 = 0
        while let order = try orders.firstOpen(after: last) {
            guard setAside.contains(.couponOrder(order.id)) else { return order }
            last = order.id
        }
        return nil
    }

    private func nextCancellation() throws(SQLiteError) -> Int64? {
        let cancellations = Cancellations(store.connection)
        var last: Int64 = 0
        while let webhook = try cancellations.first(after: last) {
            guard setAside.contains(.cancellation(webhook: webhook)) else { return webhook }
            last = webhook
        }
        return nil
    }

    /// Goes on with work that was interrupted. True where there may be more of it.
    func finishSomeWork(turn: Turn) throws(SettlementError) -> Bool {
        while let order = try stored({ () throws(SQLiteError) in try nextOrder() }) {
            let isMore = try setAside.moving(.couponOrder(order.id)) {
                () throws(SettlementError) in try finish(order, turn: turn)
            }
            if isMore || turn.isOver { return true }
        }
        while let webhook = try stored({ () throws(SQLiteError) in try nextCancellation() }) {
            let isMore = try setAside.moving(.cancellation(webhook: webhook)) {
                () throws(SettlementError) in
                try stored { () throws(SQLiteError) in
                    try Cancellations(store.connection).advance(webhook, isOver: { turn.isOver })
                }
            }
            if isMore || turn.isOver { return true }
        }
        return false
    }

    private func finish(
        _ order: CouponOrders.Order, turn: Turn
    ) throws(SettlementError) -> Bool {
        let progress = try makeCoupons(of: order.id, turn: turn)
        if progress == .more { return true }
        // A repetition of its request is answered from the row.
        if progress == .tooFewLeft || !order.hasKey {
            try stored { () throws(SQLiteError) in
                try CouponOrders(store.connection).remove(order.id)
            }
        }
        return false
    }
}
