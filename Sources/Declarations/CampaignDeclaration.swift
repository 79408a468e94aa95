import JSON
import Reading
import Referrals
import Schemas

/// A campaign as its owner declares it: the rules of one version, without the numbers that storage
/// assigns.
package struct CampaignDeclaration: Equatable, Sendable {
    /// The campaign's number; nil until storage assigns one.
    package var id: CampaignNumber?
    /// The rules, without the rewards.
    package var rules: CampaignRules
    /// The rewards in their order.
    package var rewards: [RewardRule]

    /// Creates a campaign; the defaults are those of the workspace file.
    package init(
        id: CampaignNumber? = nil, _ rules: CampaignRules, rewards: [RewardRule] = []
    ) {
        self.id = id
        self.rules = rules
        self.rewards = rewards
    }
}

extension CampaignDeclaration {
    /// Returns the campaign in the form that decisions use.
    ///
    /// - Parameter rewardIDs: the numbers of the campaign rewards, in their order.
    package func campaign(
        id: ID<Campaign>, version: Int32, rewardIDs: [ID<CampaignReward>]
    ) -> Campaign {
        precondition(rewardIDs.count == rewards.count, "each campaign reward has its number")
        return Campaign(
            id: id, version: version, rules,
            rewards: zip(rewardIDs, rewards).map { CampaignReward(id: $0, $1) })
    }

    /// A declaration in which every member has its default.
    static let usual = CampaignDeclaration(CampaignRules(goalType: ""))

    /// The defaults of the members; required members have none.
    package static let defaults = members.defaults(in: usual)
}

extension CampaignDeclaration {
    /// All members but `id` and `coupons`, in the order in which they are written.
    private static let members: [DeclaredMember<CampaignDeclaration>] = [
        .required("name", \.rules.name, "The name that operators and notifications show."),
        .text("owner", \.rules.owner, "The person in charge of the campaign."),
        .choice("kind", \.rules.kind, "A referral programme, or a waitlist."),
        .choice("status", \.rules.status, "Only an active campaign gives rewards."),
        .choice("publish", \.rules.publish, "The audience; a public campaign needs a paid plan."),
        .required("goal_type", \.rules.goalType, atMost: 128, "The goal that is rewarded."),
        .count(
            "goal_threshold", \.rules.goalThreshold, in: 1...1_000_000,
            "The number of qualified leads that a referrer needs for a reward."),
        .choice(
            "conversions", \.rules.conversions,
            "The conversions of a lead that count: the first, or every one with a business key."),
        .url("link_base", \.rules.linkBase, "The address to which a referral code is added."),
        .instant("starts_at", \.rules.startsAt, "The time from which goals count."),
        .instant("ends_at", \.rules.endsAt, "The time from which goals no longer count."),
        DeclaredMember(
            "conditions", \.rules.conditions,
            .array(of: .expression, atMost: mostExpressions).described(
                "CEL expressions that must all be true for a conversion.")
        ) { members, name in
            members.expressions(name)
        } write: { conditions, json in
            json.array(conditions) { $1.string($0) }
        },
        DeclaredMember("risk", \.rules.risk, Risk.schema) { members, name in
            members.members(name).map { Risk.read($0) }
        } write: { risk, json in
            risk.write(to: &json)
        },
        .count(
            "attribution_days", \.rules.attributionDays, in: 1...36_500,
            "The number of days after joining in which a lead's goal counts."),
        DeclaredMember(
            "review", \.rules.review,
            .expression.described(
                "`never`, `always`, or a CEL expression that is true for conversions to review.")
        ) { members, name in
            members.expression(name).map { Campaign.Review(text: $0) }
        } write: { review, json in
            json.string(review.text)
        },
        .count(
            "hold_days", \.rules.holdDays, in: 0...3650,
            "The number of days for which rewards are held before they are issued."),
        DeclaredMember(
            "rewards", \.rewards,
            .array(of: RewardRule.elementSchema, atMost: mostRewards).described(
                "The campaign rewards. Each keeps its place in the list.")
        ) { members, name in
            let rewards = members.list(name, atMost: mostRewards)
            let reading = members.reading
            return rewards?.map { RewardRule.read(Members($0.value, in: reading)) }
        } write: { rewards, json in
            json.array(rewards) { $0.write(to: &$1) }
        },
    ]

    /// The schema of a campaign.
    package static func schema(for form: DeclarationForm) -> JSONSchema {
        var properties = members.properties(for: form, usual: usual)
        properties.insert(contentsOf: form.number, at: 0)
        if form != .response { properties.append(.optional("coupons", Coupons.schema(for: form))) }
        return form.object("Campaign", properties, ignoring: responseMembers)
    }

    /// Members of responses that cannot be declared. They are ignored in requests, so that a client
    /// can change a response and send it back.
    static let responseMembers = [
        "uid", "version", "created_at", "updated_at", "archived_at", "reward_ids",
    ]

    private static let mostRewards = Int(ID<Reward>.perConversion)

    /// Reads a campaign without its coupons, which are not part of the rules.
    package static func read(
        _ members: inout Members, _ naming: Naming<CampaignNumber>,
        _ check: ExpressionCheck = ExpressionCheck()
    ) -> Self {
        var campaign = usual
        campaign.id = members.id(naming)
        for member in Self.members { member.read(&members, into: &campaign) }
        let rules = campaign.rules
        if let start = rules.startsAt, let end = rules.endsAt, end <= start {
            members.note(.rule(.endsBeforeStart), at: "ends_at")
        }
        members.checkVisits(of: &campaign)
        members.checkHolds(of: campaign)
        members.checkExpressions(of: campaign, check)
        return campaign
    }

    /// Writes the canonical JSON: compact, in a fixed order, without defaults. It is stored, and
    /// read by the same reader.
    package func write(to json: inout Writer) {
        json.beginObject()
        if let id { json.member("id", id.number) }
        for member in Self.members { member.write(self, unlike: Self.usual, to: &json) }
        json.endObject()
    }

    /// The canonical JSON.
    package var canonicalJSON: [UInt8] { compact(write) }
}

extension Campaign.Review {
    fileprivate init(text: String) {
        self =
            switch text {
            case "never": .never
            case "always": .always
            default: .when(text)
            }
    }

    fileprivate var text: String {
        switch self {
        case .never: "never"
        case .always: "always"
        case .when(let expression): expression
        }
    }
}
