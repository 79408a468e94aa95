import Crypto
import HTTP
import Inbound
import JSON
import Referrals
import SQLite
import Storage
import Time
import Workspace

// A campaign's pool. What nobody has been given yet is shown by its last four characters only.
extension API {
    func coupons(_ call: Call, _ store: Store) throws(Problem) -> Response {
        let row = try campaign(call.number, of: call.account, store)
        let query = try call.query()
        let page = try Page(query)
        var state: CouponState?
        if let text = query["state"] {
            guard let known = CouponState(rawValue: text) else {
                throw .invalidParameter(
                    "state",
                    "one of " + CouponState.allCases.map(\.rawValue).joined(separator: ", "))
            }
            state = known
        }
        let listing = CouponListing(store.connection)
        let (coupons, stock) = try asked { () throws(SQLiteError) in
            (
                try listing.coupons(
                    of: row.id, state: state, before: page.before, limit: page.limit + 1),
                try listing.stock(of: row.id)
            )
        }
        return try page.response(
            coupons, number: { $0.id },
            more: { writer in
                writer.key("stock")
                Self.write(stock, to: &writer)
            }
        ) { coupon, writer in Self.write(coupon, to: &writer) }
    }

    /// `POST /campaigns/{id}/coupons`: `{"coupons": [code]}`, `{"pattern": "SPRING-####", "count": 50}`, or CSV
    /// with the column `code`.
    func addCoupons(_ call: Call, _ store: Store) throws(Problem) -> Route.FirstStep {
        let id = try campaign(call.number, of: call.account, store).id
        let request = try couponsRequest(call, id)
        let account = call.account
        return { [self] settlement, now, turn throws(Problem) in
            // It may have gone since.
            _ = try campaign(id.number, of: account, settlement.store)
            switch request {
            case .codes(let codes):
                return try adding(codes, to: id) { _, tally throws(Problem) in
                    .done(try Self.answer(tally, id))
                }(settlement, now, turn)
            case .pattern(let pattern, let count):
                return try making(count, of: pattern, for: id, CouponTally())(settlement, now, turn)
            }
        }
    }

    private func couponsRequest(
        _ call: Call, _ campaign: ID<Campaign>
    ) throws(Problem) -> CouponsRequest {
        if call.isCSV {
            let rows = try call.csv()
            return .codes(
                try read { () throws(Mistakes) in try Coupons.read(csv: rows, of: campaign) })
        }
        let body = try call.body()
        return try read { () throws(Mistakes) in try CouponsRequest.read(body) }
    }

    private static func answer(
        _ tally: CouponTally, _ campaign: ID<Campaign>
    ) throws(Problem) -> Response {
        try .created { writer in
            writer.beginObject()
            writer.put("campaign", campaign.number)
            writer.put("added", Int64(tally.added))
            writer.put("known", Int64(tally.known))
            writer.endObject()
        }
    }

    /// Takes a coupon that nobody has out of the pool, for good.
    func voidCoupon(
        _ call: Call, _ settlement: Settlement, _ now: Instant
    ) throws(Problem) -> Response {
        let row = try campaign(call.number, of: call.account, settlement.store)
        let id = call.numbers[1]
        let listing = CouponListing(settlement.store.connection)
        let before = try asked { () throws(SQLiteError) in
            try settlement.pools.state(of: row.id)
        }
        let (coupon, isVoided) = try asked { () throws(SQLiteError) -> (CouponListing.Row?, Bool) in
            guard let coupon = try listing.coupon(id, of: row.id) else { return (nil, false) }
            return (coupon, try listing.void(id))
        }
        guard let coupon else { throw .notFound("coupon", id) }
        guard isVoided else {
            throw .conflict(
                "coupon_in_use", "The coupon is in use",
                "It is \(coupon.state.rawValue); revoke its reward to void it.")
        }
        settlement.pools.forget(row.id)
        if let campaign = settlement.programme.campaigns[row.id] {
            try settled { () throws(SettlementError) in
                try settlement.notifyPool(before.notice(afterTaking: 1), campaign, now)
            }
        }
        guard call.request.method != .delete else { return .nothing }
        return try .json { writer in
            var coupon = coupon
            coupon.state = .voided
            Self.write(coupon, to: &writer)
        }
    }

    // MARK: Adding

    /// Adds codes to a pool, as many in one transaction as its turn allows. Those who wait for one get theirs by
    /// the writer's next look.
    func adding(
        _ coupons: [Coupons.Entry], to campaign: ID<Campaign>,
        then end: @escaping (Settlement, CouponTally) throws(Problem) -> Progress
    ) -> Progress.Step {
        let tally = CouponTally()
        return Progress.each(of: coupons[...]) { coupon, settlement, _ throws(Problem) in
            try asked { () throws(SQLiteError) in
                tally.count(
                    try settlement.pools.add(
                        coupon.code, to: campaign, isSpent: coupon.isSpent))
            }
        } then: { settlement throws(Problem) in
            try end(settlement, tally)
        }
    }

    /// Makes codes of a pattern. Where there turn out to be too few of it, those made before stay in the pool.
    private func making(
        _ count: Int, of pattern: String, for campaign: ID<Campaign>, _ tally: CouponTally
    ) -> Progress.Step {
        { [self] settlement, _, turn throws(Problem) in
            while tally.added < count, tally.known <= count {
                let code = try drawn { () throws(CryptoError) in try Self.code(like: pattern) }
                try asked { () throws(SQLiteError) in
                    tally.count(try settlement.pools.add(code, to: campaign))
                }
                if turn.isOver, tally.added < count {
                    return .more(making(count, of: pattern, for: campaign, tally))
                }
            }
            guard tally.added == count else {
                throw .invalidBody("/pattern", "There are too few codes of this pattern left.")
            }
            tally.known = 0
            return .done(try Self.answer(tally, campaign))
        }
    }

    /// Each `#` becomes a letter or a digit that is not taken for another.
    private static func code(like pattern: String) throws(CryptoError) -> String {
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
        let random = try SecureRandom.bytes(pattern.utf8.count)
        let bytes = zip(pattern.utf8, random).map { letter, byte in
            letter == UInt8(ascii: "#") ? alphabet[Int(byte & 31)] : letter
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Telling

    private static func write(_ coupon: CouponListing.Row, to writer: inout Writer) {
        let isGiven = coupon.state == .assigned || coupon.state == .redeemed
        writer.beginObject()
        writer.put("id", coupon.id)
        writer.put("campaign", coupon.campaign)
        writer.put("code", isGiven ? coupon.code : "…" + coupon.code.suffix(4))
        writer.put("state", coupon.state.rawValue)
        writer.put("reward", coupon.reward)
        writer.endObject()
    }

    private static func write(_ stock: CouponListing.Stock, to writer: inout Writer) {
        writer.beginObject()
        for state in CouponState.allCases {
            writer.put(state.rawValue, Int64(stock.counts[state] ?? 0))
        }
        writer.put("waiting", Int64(stock.waiting))
        writer.endObject()
    }
}

/// What became of coupons that were to be added. Kept by reference, as it grows over several transactions.
final class CouponTally {
    fileprivate(set) var added = 0
    fileprivate(set) var known = 0

    fileprivate func count(_ isNew: Bool) {
        if isNew { added += 1 } else { known += 1 }
    }
}
