import Referrals
import Schemas

extension RewardRule {
    static let mostUnits: Int64 = 1_000_000_000_000
    static let longestValueText = 1000
    static let capCounts = 1...1_000_000
    /// A list has at most one cap for each subject and window.
    static let mostCaps = Cap.Subject.allCases.count * Window.allCases.count
    static let multiples = 1...1_000_000
    static let longestGroup = 64
    static let holdDays = 1...3650

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
            form.nullable(
                "when",
                .expression.described("A CEL expression that must be true for this reward.")),
            form.nullable(
                "every",
                .integer(in: Int64(multiples.lowerBound)...Int64(multiples.upperBound))
                    .described(
                        "Only each n-th approved conversion of the beneficiary earns the reward.")),
            form.nullable(
                "group",
                .text(atMost: longestGroup).described(
                    "Of the rules of one group and beneficiary, the first whose `when` holds is used."
                )),
            caps(for: form),
            form.nullable(
                "budget",
                limit.described(
                    "The maximum total of all rewards, in the unit of the value; for money, for each"
                        + " currency separately.")),
            form.nullable(
                "on_empty_pool",
                .choice(CampaignReward.EmptyPool.self)
                    .described("The handling of a coupon reward while the pool is empty.")),
            form.nullable(
                "hold_until",
                .closed([
                    .required(
                        "goal", .text(atMost: 128).described("The goal that releases the reward.")),
                    .required(
                        "days",
                        .integer(in: Int64(holdDays.lowerBound)...Int64(holdDays.upperBound))
                            .described("The days after which the reward is rejected.")),
                ]).described("An event of the lead for which the reward is held.")),
        ]
    }

    private static let units = JSONSchema.integer(in: 1...mostUnits)

    private static let amounts = JSONSchema.named(
        "Amounts",
        JSONSchema.map(of: units, atMost: 300)
            .described("Amounts in minor units by currency.").example(
                Array(#"{"EUR":1000,"USD":1100}"#.utf8)))

    private static let limit = JSONSchema.any(of: [
        units, .named("AmountLimits", .closed([.required("amounts", amounts)])),
    ])

    private static let value = JSONSchema.named(
        "RewardValue",
        .any(of: [
            value([
                .required("amount", units.described("The amount in minor units.")),
                .required("currency", .declaredCurrency),
            ]),
            value([.required("amounts", amounts)]),
            value([
                .required(
                    "percent",
                    .number(above: 0, atMost: 100)
                        .described("The share of the amount in per cent, at most four decimals.")),
                .optional(
                    "max", limit.described("The greatest amount in minor units.").nullable),
            ]),
            value([.required("points", units.described("The number of points."))]),
            value([.required("text", .text(atMost: longestValueText))]),
            value([]),
        ]).described("The value of one reward."))

    /// One form of a value. The members of the other forms may be null.
    private static func value(_ members: [JSONSchema.Property]) -> JSONSchema {
        let others = ["amount", "currency", "amounts", "percent", "max", "points", "text"].filter {
            name in
            !members.contains { $0.name == name }
        }
        return .closed(members + others.map { .optional($0, JSONSchema(.null)) })
    }

    /// The caps: an object for one, a list for several; null where multiples are the only bound.
    private static func caps(for form: DeclarationForm) -> JSONSchema.Property {
        let cap = cap(for: form)
        let several = JSONSchema.array(of: cap, atLeast: 1, atMost: mostCaps)
        let schema = JSONSchema.any(of: [cap, several])
            .described("The limit on the number of rewards, or several that all apply.")
        return form == .response
            ? .required("cap", schema.nullable) : form.defaulted("cap", schema)
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
        return form == .response ? JSONSchema.object(members) : .closed(members)
    }
}

extension JSONSchema {
    /// The code of a currency in a declaration.
    static let declaredCurrency = JSONSchema.string(.init(pattern: "^[A-Za-z]{3}$"))
        .described("A currency of ISO 4217.").example("EUR")
}
