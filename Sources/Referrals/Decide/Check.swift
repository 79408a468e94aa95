import Time

/// The stretches of a decision, in their order.
package enum Phase: String, CaseIterable, Sendable {
    case identity, eligibility, conditions, risk, caps, stock, review, hold
}

/// One step of a decision as the trace tells it.
package struct Check: Equatable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable { case pass, fail, unknown, skipped }

    /// What is checked. The raw texts stand in traces.
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
        case cap = "cap"
        case budget = "budget"
        case couponAvailable = "coupon_available"
        case review = "review"
        case hold = "hold"
    }

    package var subject: Subject
    package var outcome: Outcome
    /// Why it failed or couldn't be told; nil where it passed or was skipped.
    package var reason: ReasonCode?
    /// The campaign reward it is about, where it is about one.
    package var reward: ID<CampaignReward>?
    package var expected: Evidence
    package var observed: Evidence
    /// For a rule: how its parts came out, one JSON value, as whoever evaluated it tells.
    package var detail: [UInt8]?

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

/// A value a check expected or saw.
package enum Evidence: Equatable, Sendable {
    case absent
    case text(String)
    case boolean(Bool)
    case count(Int64)
    case seconds(Int64)
    case time(Instant)
    /// From the first instant up to the second, which is outside; nil is open.
    case period(Instant?, Instant?)
    case value(GrantedValue)
}

extension Check.Subject {
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
        case .cap, .budget: .caps
        case .couponAvailable: .stock
        case .review: .review
        case .hold: .hold
        }
    }
}
