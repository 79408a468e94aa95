import Referrals
import TestSupport
import Time

/// A gateway that has seen something of everything, each thing under numbers that tests may name:
///
///     campaign 1   one coupon for the referrer, rule 1
///     campaign 2   every purchase converts: 10 % credit for the referrer (rule 2, budget, cap 5),
///                  a coupon for the lead (rule 3), a condition on the amount
///     campaign 3   a hold of 14 days and a review of what is dear; coupon, rule 4
enum AuditedLife {
    static func scratch() throws -> Scratch {
        let scratch = try Scratch(campaigns: campaigns)
        try scratch.addCoupons(3)
        try scratch.addCoupons(2, to: 2)
        try scratch.addCoupons(2, to: 3)
        try liveFirst(scratch)
        try liveEvery(scratch)
        try liveHeld(scratch)
        return scratch
    }

    private static var campaigns: [Campaign] {
        let share = RewardValue.percent(Percentage("10") ?? .init(millionths: 0)!, max: nil)
        return [
            .plain(1),
            .plain(
                2, conversions: .every, conditions: ["event.amount >= 1000"],
                rewards: [
                    .credit(share, 2, cap: Cap(count: 5, per: .referrer), budget: 100_000),
                    .coupon(3, for: .lead),
                ]),
            .plain(
                3, review: .when("event.amount > 50000"), holdDays: 14, rewards: [.coupon(4)]),
        ]
    }

    /// Events 1–9: rewarded, already rewarded, a repeat, rejected, parked and then decided, parked for good,
    /// unmapped, a test.
    private static func liveFirst(_ scratch: Scratch) throws {
        let anna = try scratch.enrol(referrer: "ANNA", leads: ["BOB", "CARL"])
        try scratch.enrol("DORA")
        try scratch.post(PartnerMessage(id: "1", code: "BOB"))
        try scratch.post(PartnerMessage(id: "2", code: "CARL"))
        try scratch.post(PartnerMessage(id: "3", code: "BOB"))
        try scratch.post(PartnerMessage(id: "4", code: "DORA"))
        try scratch.post(PartnerMessage(id: "5", code: "EVA"))
        try scratch.enrol("EVA", referredBy: anna)
        try scratch.release()
        try scratch.post(PartnerMessage(id: "6", code: "NOBODY"))
        try scratch.post(body: Array(#"{"type":"purchase","data":{}}"#.utf8), id: "7")
        try scratch.post(PartnerMessage(id: "8", code: "BOB", isTest: true))
        try scratch.post(PartnerMessage(id: "9", goal: "signup", code: "BOB"))
    }

    /// Events 10–18: purchases with keys, a part refunded, all refunded, paid again, a refund before its
    /// purchase, a condition that is false and one that can't be told.
    private static func liveEvery(_ scratch: Scratch) throws {
        let referrer = try scratch.enrol("FRED", campaign: 2)
        for code in ["GINA", "HANS", "IDA"] {
            try scratch.enrol(code, referredBy: referrer, campaign: 2)
        }
        func buy(_ id: String, _ code: String, _ amount: Int64?, _ orders: [String]) throws {
            try scratch.post(
                PartnerMessage(
                    id: id, code: code, orders: orders, amount: amount, currency: "EUR"))
        }
        func refund(_ id: String, _ kind: String, _ amount: Int64?, _ order: String) throws {
            try scratch.post(
                PartnerMessage(
                    id: id, goal: "refund", orders: [order], amount: amount, currency: "EUR",
                    reversal: kind))
        }
        try buy("10", "GINA", 10_000, ["A-1", "I-1"])
        try buy("11", "GINA", 20_000, ["A-2"])
        try refund("12", "refund", 2_500, "A-1")
        try refund("13", "refund_total", 20_000, "A-2")
        try refund("14", "reinstate", nil, "A-2")
        try refund("15", "refund", 5_000, "A-3")
        try buy("16", "HANS", 30_000, ["A-3"])
        try buy("17", "IDA", 500, ["A-4"])
        try buy("18", "IDA", nil, ["A-5"])
    }

    /// Events 19–22: held, in review, waiting for stock, and a refund that cancels the hold.
    private static func liveHeld(_ scratch: Scratch) throws {
        for (number, referrer) in ["JON", "KIM", "LEA"].enumerated() {
            let id = try scratch.enrol(referrer, campaign: 3)
            let code = ["MAX", "NOA", "OLA"][number]
            try scratch.enrol(code, referredBy: id, campaign: 3)
            try scratch.post(
                PartnerMessage(
                    id: "\(19 + number)", code: code, orders: ["B-\(number)"],
                    amount: number == 1 ? 60_000 : 6_000, currency: "EUR"))
        }
        try scratch.post(
            PartnerMessage(
                id: "22", goal: "refund", orders: ["B-0"], amount: 6_000, currency: "EUR",
                reversal: "refund"))
    }
}
