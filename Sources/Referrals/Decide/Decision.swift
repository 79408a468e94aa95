import Time

/// The result of deciding an event: the outcome, its reasons, and the records to write.
package struct Decision: Equatable, Sendable {
    /// The outcome of the event.
    package var outcome: Outcome
    /// The reasons for any outcome other than `rewarded`, in the order of the checks; empty for
    /// `rewarded`.
    package var reasons: Reasons
    /// The status of the conversion to record; nil if no conversion results.
    package var conversion: ConversionStatus?
    /// One decision for each reward of the campaign, in the campaign's order; empty without a
    /// conversion.
    package var rewards: [RewardDecision]
    /// The conversion that this event repeats, if the event is ignored for that reason.
    package var repeated: ID<Conversion>?

    /// Creates a decision from its parts.
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

/// The decision about one reward of the campaign.
package struct RewardDecision: Equatable, Sendable {
    /// The campaign's rule for the reward.
    package var campaignReward: ID<CampaignReward>
    /// The person who gets the reward.
    package var beneficiary: CampaignReward.Beneficiary
    /// The kind of reward.
    package var kind: CampaignReward.Kind
    /// `issued`, `pending`, `inReview` or `waitingStock`; nil if no reward is recorded.
    package var status: RewardStatus?
    /// The reasons for which the reward is not issued; empty if it is issued.
    package var reasons: Reasons
    /// The granted value; nil if no reward is recorded, or if it is a share of an unknown amount.
    package var value: GrantedValue?
    /// The claim on the campaign's coupons.
    package var coupon: CouponClaim
    /// The end of the hold. Also set for a reward that waits for stock.
    package var heldUntil: Instant?
    /// The key of the first cap's time window in which the reward takes a slot: see `Window.key`.
    package var window: Int32
    /// The multiple of `every` that the conversion reaches, whose slot the reward takes; nil
    /// without `every`.
    package var multiple: Int64?
    /// The reasons for which a person must review this reward alone.
    package var doubts = Reasons()
    /// True if the reward waits for the goal of `hold_until`.
    package var awaitsGoal = false
    /// True if the rule's condition holds or is unknown, so that no later rule of its group is used.
    var isUsed = false
    /// True if the reward is decided only when the conversion is approved.
    package var isDeferred = false

    /// Creates a reward decision from its parts.
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

/// The use of the campaign's next unused coupon.
package enum CouponClaim: UInt8, CaseIterable, Sendable {
    case none
    /// Reserve the coupon for the reward, which is held.
    case reserve
    /// Issue the coupon with the reward.
    case assign
}

extension Decision {
    /// True if the event passed the checks of identity, so that the lead is known.
    package var identifiesLead: Bool {
        reasons.allSatisfy { $0.rawValue > ReasonCode.attributedElsewhere.rawValue }
    }
}
