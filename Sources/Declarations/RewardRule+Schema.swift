import Referrals
import Schemas

extension RewardRule {
    static let mostUnits: Int64 = 1_000_000_000_000
    static let longestValueText = 1000
    static let capCounts = 1...1_000_000

    /// Members of responses that cannot be declared. They are ignored in requests.
    static let responseMembers = ["id", "campaign", "position", "budget_spent"]

    /// The schema of a campaign reward as an element of a campaign's list.
    static let elementSchema = JSONSchema.named(
        "RewardRule", .closed(properties(for: .creation)))

    /// The schema of a campaign reward that is a resource.
    package static func schema(for form: DeclarationForm) -> JSONSchema {
        form.object("CampaignReward", properties(for: form), ignoring: responseMembers)
    }

    private static func properties(for form: DeclarationForm) -> [JSONSchema.Property] {
        [
            form.defaulted(
                "beneficiary",
                .choice(CampaignReward.Beneficiary.self)
                    .described("The person who gets the reward."), text: "referrer"),
            form.needed(
                "kind", .choice(CampaignReward.Kind.self).described("The kind of benefit.")),
            form.nullable("value", form == .change ? value.mergePatch : value),
            form.defaulted("cap", cap(for: form)),
            form.nullable(
                "budget",
                units.described("The maximum total of all rewards, in the unit of the value.")),
            form.nullable(
                "on_empty_pool",
                .choice(CampaignReward.EmptyPool.self)
                    .described("The handling of a coupon reward while the pool is empty.")),
        ]
    }

    private static let units = JSONSchema.integer(in: 1...mostUnits)

    private static let value = JSONSchema.named(
        "RewardValue",
        .any(of: [
            value([
                .required("amount", units.described("The amount in minor units.")),
                .required("currency", .declaredCurrency),
            ]),
            value([
                .required(
                    "percent",
                    .number(above: 0, atMost: 100)
                        .described("The share of the amount in per cent, at most four decimals.")),
                .optional(
                    "max", units.described("The greatest amount in minor units.").nullable),
            ]),
            value([.required("points", units.described("The number of points."))]),
            value([.required("text", .text(atMost: longestValueText))]),
            value([]),
        ]).described("The value of one reward."))

    /// One form of a value. The members of the other forms may be null.
    private static func value(_ members: [JSONSchema.Property]) -> JSONSchema {
        let others = ["amount", "currency", "percent", "max", "points", "text"].filter { name in
            !members.contains { $0.name == name }
        }
        return .closed(members + others.map { .optional($0, JSONSchema(.null)) })
    }

    private static func cap(for form: DeclarationForm) -> JSONSchema {
        let counts = JSONSchema.integer(
            in: Int64(capCounts.lowerBound)...Int64(capCounts.upperBound))
        let members: [JSONSchema.Property] = [
            form.defaulted("count", counts.described("The maximum number of rewards.")),
            form.defaulted(
                "per",
                .choice(Cap.Subject.self).described("The subject whose rewards are counted.")),
            form.defaulted(
                "window",
                .choice(Window.self).described("The time in which rewards are counted.")),
        ]
        return (form == .response ? JSONSchema.object(members) : .closed(members))
            .described("The limit on the number of rewards.")
    }
}

extension JSONSchema {
    /// The code of a currency in a declaration.
    static let declaredCurrency = JSONSchema.string(.init(pattern: "^[A-Za-z]{3}$"))
        .described("A currency of ISO 4217.").example("EUR")
}
