import Crypto
import Database
import Declarations
import HTTP
import JSON
import Ledger
import Programmes
import Reading
import Referrals
import Schemas
import Storage
import Time
import Workspace

// A campaign's pool. Only the last four characters of an unused coupon are shown.
extension API {
    func coupons(_ call: Call, _ store: Store) throws -> Response {
        let row = try campaign(call.number, of: call.account, store)
        let query = try call.query()
        let page = try Page(query)
        let found = try page.search(
            .coupons, [.campaign(row.id.number)] + query.status("state"), TimeRange.all, call,
            store)
        let listing = store.couponListing
        let stock = try listing.stock(of: row.id)
        return try page.response(
            found.numbers, next: found.next,
            more: { writer in
                writer.key("stock")
                Self.write(stock, to: &writer)
            }
        ) { number, writer in
            if let coupon = try listing.coupon(number, of: row.id) {
                Self.write(coupon, to: &writer)
            }
        }
    }

    /// `POST /campaigns/{id}/coupons`: `{"coupons": [code]}`, `{"pattern": "SPRING-####", "count":
    /// 50}`, or CSV with the column `code`.
    func addCoupons(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let id = try campaign(call.number, of: call.account, store).id
        if let request = try patternRequest(call) {
            return { [self] processor, now, turn in
                _ = try campaign(call.number, of: call.account, processor.store)
                let order = try order(
                    request.count, of: request.pattern, for: id, call, processor, now)
                return try making(order, for: id)(processor, now, turn)
            }
        }
        let rows = try BulkRows(readCoupons(call, id.declared), call)
        return { [self] processor, now, turn in
            // The campaign may have been deleted since.
            _ = try campaign(call.number, of: call.account, processor.store)
            return try adding(rows.rows.map(\.row), to: id) { _, tally in
                .done(try Self.answer(tally, id, rows))
            }(processor, now, turn)
        }
    }

    private func patternRequest(_ call: Call) throws -> (pattern: String, count: Int)? {
        guard !call.isCSV else { return nil }
        let request = try CouponsRequest.readSkipping(try call.body()).request
        guard case .pattern(let pattern, let count) = request else { return nil }
        return (pattern, count)
    }

    private func readCoupons(
        _ call: Call, _ campaign: CampaignNumber
    ) throws -> ReadRows<Coupons.Entry> {
        if call.isCSV { return Coupons.read(csv: try call.csv(), of: campaign) }
        let (request, mistakes) = try CouponsRequest.readSkipping(try call.body())
        guard case .codes(let codes) = request else {
            return ReadRows(listed: [], mistakes: mistakes)
        }
        return ReadRows(listed: codes, mistakes: mistakes)
    }

    /// The schema of the result of adding coupons.
    static let addedCouponsSchema = JSONSchema.named(
        "AddedCoupons",
        .object(
            [
                .required("campaign", .id),
                .required("added", .count.described("The number of new codes.")),
                .required("known", .count.described("The number of codes that were in the pool.")),
            ] + skippedMembers))

    private static func answer(
        _ tally: CouponTally, _ campaign: ID<Campaign>, _ rows: BulkRows<Coupons.Entry>? = nil
    ) throws -> Response {
        try .created { writer in
            writer.beginObject()
            writer.member("campaign", campaign.declared.number)
            writer.member("added", tally.added)
            writer.member("known", tally.known)
            if let rows { rows.writeSkipped(to: &writer) } else { writer.member("skipped", 0) }
            writer.endObject()
        }
    }

    /// Removes an unused coupon from the pool, for ever.
    func voidCoupon(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try campaign(call.number, of: call.account, processor.store)
        let id = call.numbers[1]
        let listing = processor.store.couponListing
        let before = try processor.pools.state(of: row.id)
        guard let coupon = try listing.coupon(id, of: row.id) else {
            throw Problem.notFound("coupon", id)
        }
        guard try listing.void(id, of: row.id) else {
            throw Problem.conflict(
                "coupon_in_use", "The coupon is in use",
                "It is \(coupon.state.rawValue); revoke its reward to void it.")
        }
        processor.pools.forget(row.id)
        if let campaign = processor.declarations.campaigns[row.id] {
            try processor.notifyPool(before.notice(afterTaking: 1), campaign, now)
        }
        guard call.request.method != .delete else { return .nothing }
        return try .json { writer in
            var coupon = coupon
            coupon.state = .voided
            Self.write(coupon, to: &writer)
        }
    }

    // MARK: Adding

    /// Adds codes to a pool, as many in one transaction as its turn allows. Rewards that wait for a
    /// coupon get one at the writer's next check.
    func adding(
        _ coupons: [Coupons.Entry], to campaign: ID<Campaign>,
        then end: @escaping (EventProcessor, CouponTally) throws -> Slice<Response>
    ) -> Slice<Response>.Step {
        let tally = CouponTally()
        return Slice<Response>.each(of: coupons[...]) { coupon, processor, _ in
            tally.count(
                try processor.pools.add(
                    coupon.code, to: campaign, isSpent: coupon.isSpent))
        } then: { processor in
            try end(processor, tally)
        }
    }

    /// Stores the order of codes, so that it is completed after an interruption. A repeated request
    /// with an Idempotency-Key continues its order.
    private func order(
        _ count: Int, of pattern: String, for campaign: ID<Campaign>, _ call: Call,
        _ processor: EventProcessor, _ now: Instant
    ) throws -> Int64 {
        let orders = processor.store.couponOrders
        let request = try Idempotency(call, processor.store, loader.box)
        if let request {
            let known = try orders.find(key: request.key, account: call.account)
            if let known {
                try request.check(known.fingerprint)
                return known.id
            }
        }
        try orders.removeComplete(before: now - .seconds(86_400 * Idempotency.daysKept))
        return try orders.add(
            count, of: pattern, to: campaign, account: call.account, key: request?.key,
            fingerprint: request?.fingerprint, at: now)

    }

    /// Makes the codes of an order. If its pattern has too few of them, those made before stay in
    /// the pool.
    private func making(_ order: Int64, for campaign: ID<Campaign>) -> Slice<Response>.Step {
        { [self] processor, _, turn in
            let progress = try processor.makeCoupons(of: order, turn: turn)
            switch progress {
            case .more: return .more(making(order, for: campaign))
            case .complete(let count):
                try processor.store.couponOrders.remove(order)
                let tally = CouponTally()
                tally.added = count
                return .done(try Self.answer(tally, campaign))
            case .tooFewLeft:
                throw Problem.invalidBody(
                    "/pattern", "There are too few codes of this pattern left.")
            case nil:
                throw StorageError.contradiction("a coupon order has vanished")
            }
        }
    }

    // MARK: Writing

    /// The schema of a coupon.
    static let couponSchema = JSONSchema.named(
        "Coupon",
        .object([
            .required("id", .id),
            .required("campaign", .id),
            .required(
                "code", .string.described("The code; only its end until a reward has it.")),
            .required("state", .choice(CouponState.self)),
            .required("reward", .id.nullable),
        ]))

    /// The schema of the numbers of coupons by state, and of rewards that wait for one.
    static let stockSchema = JSONSchema.named(
        "Stock",
        .object(
            CouponState.allCases.map { .required($0.rawValue, .count) }
                + [.required("waiting", .count.described("The rewards that wait for a coupon."))]))

    private static func write(_ coupon: CouponListing.Row, to writer: inout Writer) {
        let isGiven = coupon.state == .assigned || coupon.state == .redeemed
        writer.beginObject()
        writer.member("id", coupon.id)
        writer.member("campaign", coupon.campaign.declared.number)
        writer.member("code", isGiven ? coupon.code : "…" + coupon.code.suffix(4))
        writer.member("state", coupon.state.rawValue)
        writer.member("reward", coupon.reward)
        writer.endObject()
    }

    private static func write(_ stock: CouponListing.Stock, to writer: inout Writer) {
        writer.beginObject()
        for state in CouponState.allCases {
            writer.member(state.rawValue, Int64(stock.counts[state] ?? 0))
        }
        writer.member("waiting", stock.waiting)
        writer.endObject()
    }
}

/// The result of adding coupons. A class, as it grows over several transactions.
final class CouponTally {
    fileprivate(set) var added = 0
    fileprivate(set) var known = 0

    fileprivate func count(_ isNew: Bool) {
        if isNew { added += 1 } else { known += 1 }
    }
}
