import Time

/// The phases of a decision, in their order.
package enum Phase: String, CaseIterable, Sendable {
    case identity, eligibility, conditions, risk, caps, stock, review, hold
}

/// One step of a decision, as the trace lists it.
package struct Check: Equatable, Sendable {
    /// The result of a check. `unknown` means that a value was missing; `skipped` that the check
    /// does not apply.
    package enum Outcome: String, CaseIterable, Sendable { case pass, fail, unknown, skipped }

    /// The condition that a check tests. The raw values appear in traces.
    package enum Subject: String, CaseIterable, Sendable {
        case notTest = "not_a_test"
        case sourceActive = "source_active"
        case codeKnown = "code_known"
        case codeEnabled = "code_enabled"
        case leadKnown = "lead_known"
        case twoPeople = "lead_is_not_referrer"
        case leadReferred = "lead_has_referrer"
        case firstReferrer = "first_referrer"
        case goalType = "goal_type"
        case firstConversion = "first_conversion"
        case campaignPublished = "campaign_published"
        case campaignActive = "campaign_active"
        case campaignDates = "campaign_dates"
        case attributionWindow = "attribution_window"
        case rewardExists = "reward_exists"
        case goalThreshold = "goal_threshold"
        case condition = "condition"
        case amountPositive = "amount_positive"
        case notRefunded = "not_refunded"
        case rewardValue = "reward_value"
        case selfReferral = "self_referral"
        case velocity = "velocity"
        case timeSinceJoin = "time_since_join"
        case disposableEmail = "disposable_email"
        case blocklist = "blocklist"
        case released = "rewards_released"
        case when = "when"
        case group = "group"
        case milestone = "milestone"
        case multipleFree = "multiple_not_rewarded"
        case cap = "cap"
        case budget = "budget"
        case couponAvailable = "coupon_available"
        case review = "review"
        case hold = "hold"
        case holdUntil = "hold_until"
    }

    /// The condition that was tested.
    package var subject: Subject
    /// The result.
    package var outcome: Outcome
    /// The reason of a failure or an unknown result; nil for a check that passed or was skipped.
    package var reason: ReasonCode?
    /// The campaign reward that the check belongs to; nil for checks of the whole event.
    package var reward: ID<CampaignReward>?
    /// The value that the check requires.
    package var expected: Evidence
    /// The value that was found.
    package var observed: Evidence
    /// For a rule: the values of its subexpressions as one JSON value, supplied by the evaluator.
    package var detail: [UInt8]?

    /// Creates a check from its parts.
    package init(
        _ subject: Subject, _ outcome: Outcome, reason: ReasonCode? = nil,
        reward: ID<CampaignReward>? = nil, expected: Evidence, observed: Evidence,
        detail: [UInt8]? = nil
    ) {
        self.subject = subject
        self.outcome = outcome
        self.reason = reason
        self.reward = reward
        self.expected = expected
        self.observed = observed
        self.detail = detail
    }
}

/// A value that a check expected or observed.
package enum Evidence: Equatable, Sendable {
    case absent
    case text(String)
    case boolean(Bool)
    case count(Int64)
    case seconds(Int64)
    case time(Instant)
    /// A period from the first instant (inclusive) to the second (exclusive); nil means unbounded.
    case period(Instant?, Instant?)
    case value(GrantedValue)
    /// A cap, if a rule has several.
    case cap(Cap)
}

extension Check.Subject {
    /// The phase of a decision in which the check is made.
    package var phase: Phase {
        switch self {
        case .notTest, .sourceActive, .codeKnown, .codeEnabled, .leadKnown, .twoPeople,
            .leadReferred, .firstReferrer:
            .identity
        case .goalType, .firstConversion, .campaignPublished, .campaignActive, .campaignDates,
            .attributionWindow, .rewardExists, .goalThreshold:
            .eligibility
        case .condition, .amountPositive, .notRefunded, .rewardValue: .conditions
        case .selfReferral, .velocity, .timeSinceJoin, .disposableEmail, .blocklist: .risk
        case .when, .group, .milestone, .multipleFree, .cap, .budget: .caps
        case .couponAvailable: .stock
        case .review: .review
        case .hold, .holdUntil, .released: .hold
        }
    }
}
