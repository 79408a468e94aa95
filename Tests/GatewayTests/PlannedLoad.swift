import TestSupport

/// Deliveries that a seed determines: purchases, some under codes nobody has, some refunded before or after,
/// some repeated under another id.
struct PlannedLoad: Sendable {
    struct Item: Sendable {
        var id: String
        var message: Message
    }

    static let leads = 60
    static let referrers = 45
    static let coupons = 30

    /// Who the deliveries are about: fewer referrers than leads, so that some have their reward already,
    /// and fewer coupons than rewards, so that some wait.
    static let declared = DeclaredWorkspace(
        rewards: [
            ["kind": "coupon"],
            [
                "beneficiary": "lead", "kind": "credit", "budget": 100_000,
                "value": ["percent": 10, "max": 5000],
            ],
        ], coupons: coupons, leads: leads, referrers: referrers)

    var items: [Item] = []

    init(seed: UInt64) {
        var random = Seeded(seed)
        for number in 0..<Self.leads {
            let isKnown = random.below(8) > 0
            let order = "order-\(number)"
            var own = [
                Item(
                    id: "buy-\(number)",
                    message: Message(
                        code: isKnown ? "LEAD-\(number)" : "NOBODY-\(number)", order: order,
                        amount: 1000 + random.below(90_000), customer: "customer-\(number)"))
            ]
            if random.below(3) == 0 {
                own.append(
                    Item(
                        id: "back-\(number)",
                        message: Message(
                            "refund", order: order, amount: 500 + random.below(2000))))
            }
            if random.below(6) == 0 {
                own.append(
                    Item(
                        id: "again-\(number)",
                        message: Message(code: "LEAD-\(number)", order: order, amount: 777)))
            }
            items += own
        }
        items.shuffle(using: &random)
    }
}
