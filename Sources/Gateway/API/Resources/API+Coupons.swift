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

    /// `POST /campaigns/{id}/coupons`: `{"coupons": [code]}`, or `{"pattern": "SPRING-####", "count": 50}`.
    func addCoupons(
        _ call: Call, _ settlement: Settlement, _ now: Instant
    ) throws(Problem) -> Response {
        let row = try campaign(call.number, of: call.account, settlement.store)
        let body = try call.body()
        let request = try read { () throws(Mistakes) in try CouponsRequest.read(body) }
        let tally: (added: Int, known: Int)
        switch request {
        case .codes(let codes): tally = try add(.listed(codes), to: row.id, settlement)
        case .pattern(let pattern, let count):
            tally = try make(count, of: pattern, for: row.id, settlement)
        }
        return try .created { writer in
            writer.beginObject()
            writer.put("campaign", row.id.number)
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
        settlement.forget()
        guard call.request.method != .delete else { return .nothing }
        return try .json { writer in
            var coupon = coupon
            coupon.state = .voided
            Self.write(coupon, to: &writer)
        }
    }

    // MARK: Adding

    /// Those who wait for one get theirs by the writer's next look.
    func add(
        _ coupons: Coupons, to campaign: ID<Campaign>, _ settlement: Settlement
    ) throws(Problem) -> (added: Int, known: Int) {
        guard case .listed(let codes) = coupons else { return (0, 0) }
        let added = try asked { () throws(SQLiteError) in
            var added = 0
            for code in codes where try settlement.store.coupons.add(code, to: campaign) {
                added += 1
            }
            return added
        }
        settlement.forget()
        return (added, codes.count - added)
    }

    private func make(
        _ count: Int, of pattern: String, for campaign: ID<Campaign>, _ settlement: Settlement
    ) throws(Problem) -> (added: Int, known: Int) {
        var (added, known) = (0, 0)
        while added < count, known <= count {
            let code = try drawn { () throws(CryptoError) in try Self.code(like: pattern) }
            let isNew = try asked { () throws(SQLiteError) in
                try settlement.store.coupons.add(code, to: campaign)
            }
            if isNew { added += 1 } else { known += 1 }
        }
        settlement.forget()
        guard added == count else {
            throw .invalidBody("/pattern", "There are too few codes of this pattern left.")
        }
        return (added, 0)
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
