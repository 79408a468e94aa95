import JSON
import Reading
import Referrals
import Time

extension CampaignDeclaration {
    /// Reads all but the coupons, which are no part of the rules.
    package static func read(
        _ members: inout Members, _ naming: Naming<ID<Campaign>>,
        _ check: ExpressionCheck = ExpressionCheck()
    ) -> Self {
        var campaign = CampaignDeclaration(name: "", goalType: "")
        campaign.id = members.id(naming)
        campaign.name = members.text("name", required: true) ?? ""
        campaign.owner = members.text("owner")
        campaign.kind = members.choice("kind") ?? .referral
        campaign.status = members.choice("status") ?? .active
        campaign.publish = members.choice("publish") ?? .private
        campaign.goalType = members.text("goal_type", atMost: 128, required: true) ?? ""
        campaign.goalThreshold = members.count("goal_threshold", in: 1...1_000_000) ?? 1
        campaign.conversions = members.choice("conversions") ?? .first
        campaign.linkBase = members.text("link_base", atMost: 2000, as: readURL)
        campaign.startsAt = members.instant("starts_at")
        campaign.endsAt = members.instant("ends_at")
        if let start = campaign.startsAt, let end = campaign.endsAt, end <= start {
            members.note(.rule(.endsBeforeStart), at: "ends_at")
        }
        campaign.conditions = members.expressions("conditions") ?? []
        if let risk = members.members("risk") { campaign.risk = RiskDeclaration.read(risk) }
        campaign.attributionDays = members.count("attribution_days", in: 1...36_500)
        campaign.review = review(&members)
        campaign.holdDays = members.count("hold_days", in: 0...3650) ?? 0
        let rewards = members.list("rewards", atMost: mostRewards) ?? []
        campaign.rewards = rewards.map { reward in
            RewardDeclaration.read(Members(reward.value, in: members.reading))
        }
        members.checkExpressions(of: campaign, check)
        return campaign
    }

    /// A reward's number is its conversion's × 16 + its place.
    private static var mostRewards: Int { 16 }

    private static func review(_ members: inout Members) -> Campaign.Review {
        switch members.expression("review") {
        case nil, "never"?: .never
        case "always"?: .always
        case let expression?: .when(expression)
        }
    }

    /// Compact, in a fixed order, defaults left out: what is stored, and read by the same reader.
    package func write(to json: inout Writer) {
        json.beginObject()
        if let id { json.member("id", id.number) }
        json.member("name", name)
        json.member("owner", ifPresent: owner)
        if kind != .referral { json.member("kind", kind.rawValue) }
        if status != .active { json.member("status", status.rawValue) }
        if publish != .private { json.member("publish", publish.rawValue) }
        json.member("goal_type", goalType)
        if goalThreshold != 1 { json.member("goal_threshold", goalThreshold) }
        if conversions != .first { json.member("conversions", conversions.rawValue) }
        json.member("link_base", ifPresent: linkBase)
        json.member("starts_at", ifPresent: startsAt?.rfc3339)
        json.member("ends_at", ifPresent: endsAt?.rfc3339)
        if !conditions.isEmpty { json.member("conditions", conditions) }
        if risk != RiskDeclaration() {
            json.key("risk")
            risk.write(to: &json)
        }
        json.member("attribution_days", ifPresent: attributionDays)
        switch review {
        case .never: break
        case .always: json.member("review", "always")
        case .when(let expression): json.member("review", expression)
        }
        if holdDays != 0 { json.member("hold_days", holdDays) }
        if !rewards.isEmpty {
            json.list("rewards", rewards) { $0.write(to: &$1) }
        }
        json.endObject()
    }

    package var canonicalJSON: [UInt8] { compact(write) }
}
