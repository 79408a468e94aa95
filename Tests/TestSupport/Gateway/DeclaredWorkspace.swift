import Foundation

/// A workspace in the making: one campaign that gives a referrer a coupon for a lead's purchase, one
/// source, one webhook. Tests change what they are about.
package struct DeclaredWorkspace: @unchecked Sendable {
    package var account = "Acme"
    package var plan = "free"
    package var campaigns: [[String: Any]]
    package var participants: [[String: Any]]
    package var sources: [[String: Any]]
    package var webhooks: [[String: Any]]

    package static let source = "src_shop"

    package init(
        campaign: [String: Any] = [:], rewards: [[String: Any]]? = nil, coupons: Int = 0,
        leads: Int = 1, referrers: Int = 1, source: [String: Any] = [:]
    ) {
        var one: [String: Any] = [
            "id": 1, "name": "Spring", "owner": "ops@example.com", "goal_type": "purchase",
            "rewards": rewards ?? [["kind": "coupon"]],
            "coupons": (0..<coupons).map { "C-\($0)" },
        ]
        one.merge(campaign) { $1 }
        campaigns = [one]
        participants = (0..<referrers).map {
            ["campaign": 1, "email": "ref\($0)@example.com", "referral_code": "REF-\($0)"]
        }
        participants += (0..<leads).map {
            [
                "campaign": 1, "email": "lead\($0)@example.com", "referral_code": "LEAD-\($0)",
                "referred_by": "REF-\($0 % max(1, referrers))",
            ]
        }
        sources = [Self.shop(source)]
        webhooks = [
            [
                "name": "sink", "url": "https://sink.example/hook", "status": "paused",
                "events": ["reward.issued", "conversion.created"],
            ]
        ]
    }

    package static func shop(_ changes: [String: Any] = [:]) -> [String: Any] {
        var shop: [String: Any] = [
            "id": source, "name": "shop", "preset": "refgate", "secrets": [Sender.secret],
        ]
        shop.merge(changes) { $1 }
        return shop
    }

    package var text: String {
        let all: [String: Any] = [
            "account": ["name": account, "plan": plan], "campaigns": campaigns,
            "participants": participants, "sources": sources, "webhooks": webhooks,
        ]
        let json = try? JSONSerialization.data(withJSONObject: all, options: [.sortedKeys])
        return String(decoding: json ?? Data(), as: UTF8.self)
    }
}
