import Time

/// What becomes of an event: the outcome, why, and what to record.
package struct Decision: Equatable, Sendable {
    package var outcome: Outcome
    /// Why it is no better; empty for `rewarded`. In the order of the checks.
    package var reasons: Reasons
    /// The status of the conversion to record; nil where none comes of it.
    package var conversion: ConversionStatus?
    /// One for each of the campaign's rewards, in their order; empty where there is no conversion.
    package var rewards: [RewardDecision]
    /// The conversion this event repeats, where that is why it is ignored.
    package var repeated: ID<Conversion>?

    package init(
        outcome: Outcome, reasons: Reasons = [], conversion: ConversionStatus? = nil,
        rewards: [RewardDecision] = [], repeated: ID<Conversion>? = nil
    ) {
        self.outcome = outcome
        self.reasons = reasons
        self.conversion = conversion
        self.rewards = rewards
        self.repeated = repeated
    }
}

/// What comes of one campaign reward.
package struct RewardDecision: Equatable, Sendable {
    package var campaignReward: ID<CampaignReward>
    package var beneficiary: CampaignReward.Beneficiary
    package var kind: CampaignReward.Kind
    /// Nil: no reward is recorded. Else `issued`, `pending`, `inReview` or `waitingStock`.
    package var status: RewardStatus?
    /// Why it isn't issued; empty where it is.
    package var reasons: Reasons
    /// Nil where no reward is recorded, and where its share of an unknown amount is unknown.
    package var value: GrantedValue?
    package var coupon: CouponClaim
    /// When the hold ends; also for a reward that waits for stock besides.
    package var heldUntil: Instant?
    /// The cap's window the reward takes its slot in: see `Window.key`.
    package var window: Int32

    package init(
        campaignReward: ID<CampaignReward>, beneficiary: CampaignReward.Beneficiary,
        kind: CampaignReward.Kind, status: RewardStatus? = nil, reasons: Reasons = [],
        value: GrantedValue? = nil, coupon: CouponClaim = .none, heldUntil: Instant? = nil,
        window: Int32 = 0
    ) {
        self.campaignReward = campaignReward
        self.beneficiary = beneficiary
        self.kind = kind
        self.status = status
        self.reasons = reasons
        self.value = value
        self.coupon = coupon
        self.heldUntil = heldUntil
        self.window = window
    }
}

/// What to do with the campaign's next unused coupon.
package enum CouponClaim: UInt8, CaseIterable, Sendable {
    case none
    /// Keep it for the reward, which is held.
    case reserve
    /// Give it out with the reward.
    case assign
}

extension Decision {
    /// Whether the event got far enough to say who the lead is: identity comes before all else.
    package var identifiesLead: Bool {
        reasons.allSatisfy { $0.rawValue > ReasonCode.attributedElsewhere.rawValue }
    }
}
