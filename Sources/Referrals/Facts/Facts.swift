import Time

/// All facts that a decision depends on, except the results of the rules' expressions: plain values
/// of one instant.
///
/// `event` comes from the body and `campaign` from its version. `record` holds the rest; it is
/// stored with the event and contains nothing that identifies a person.
package struct Facts: Sendable {
    /// The lead, without personal data.
    package enum Lead: Equatable, Sendable {
        case unknown, new
        case known(Party)
    }

    /// The event as mapped from its body.
    package var event: QualifyingEvent
    /// The source, as configured when it sent the event.
    package var source: SourceFacts
    /// The result of looking up the event's code.
    package var code: CodeMatch
    /// The campaign of the code's owner or of the lead; nil if neither is known.
    package var campaign: Campaign?
    /// The lead.
    package var lead: Lead
    /// The referrer; nil if there is none.
    package var referrer: Party?
    /// The results of comparing addresses.
    package var addresses: AddressFacts
    /// Counts of earlier conversions.
    package var history: History
    /// The campaign's coupons.
    package var pool: CouponPool
    /// One entry for each of the campaign's rewards, in their order; may be empty if identity
    /// fails.
    package var rewards: [RewardFacts]
    /// True if a known lead joined by this event, as a new lead does.
    package var leadJoinsNow = false
    /// The instant of the decision.
    package var now: Instant

    /// Creates facts from their parts.
    package init(
        event: QualifyingEvent, source: SourceFacts, code: CodeMatch, campaign: Campaign?,
        lead: Lead, referrer: Party?, addresses: AddressFacts = AddressFacts(),
        history: History = History(), pool: CouponPool = CouponPool(), rewards: [RewardFacts] = [],
        now: Instant
    ) {
        self.event = event
        self.source = source
        self.code = code
        self.campaign = campaign
        self.lead = lead
        self.referrer = referrer
        self.addresses = addresses
        self.history = history
        self.pool = pool
        self.rewards = rewards
        self.now = now
    }

    /// Creates facts from participants, whose addresses are compared and then dropped.
    package init(
        event: QualifyingEvent, source: SourceFacts, attribution: Attribution,
        campaign: Campaign?, history: History = History(), pool: CouponPool = CouponPool(),
        rewards: [RewardFacts] = [], now: Instant
    ) {
        let lead: Lead
        let participant: Participant?
        switch attribution.lead {
        case .unknown: (lead, participant) = (.unknown, nil)
        case .new: (lead, participant) = (.new, nil)
        case .known(let known): (lead, participant) = (.known(Party(known)), known)
        }
        self.init(
            event: event, source: source, code: attribution.code, campaign: campaign, lead: lead,
            referrer: attribution.referrer.map { Party($0) },
            addresses: AddressFacts(
                of: event, lead: participant, referrer: attribution.referrer,
                lists: campaign?.addresses),
            history: history, pool: pool, rewards: rewards, now: now)
    }
}

/// The settings of a source when it sent the event.
package struct SourceFacts: Equatable, Sendable {
    /// True if the source was paused.
    package var isPaused: Bool
    /// The person whose code the source's events contain.
    package var codeOf: CodeOwner

    /// Creates the settings from their parts.
    package init(isPaused: Bool = false, codeOf: CodeOwner = .lead) {
        self.isPaused = isPaused
        self.codeOf = codeOf
    }
}

/// Facts about earlier conversions.
package struct History: Equatable, Sendable {
    /// The conversion that this event repeats: one of the same campaign, goal and business key, or,
    /// if a lead converts once, the lead's own.
    package var repeated: ID<Conversion>?
    /// The number of the referrer's approved and pending conversions in the campaign, without this
    /// one. Counting stops at the campaign's goal threshold.
    package var referrerConversions: Int
    /// The number of the referrer's conversions in the velocity window before `occurredAt`, without
    /// this one. Counting stops at the permitted number.
    package var recentConversions: Int
    /// True if reversals that were parked before this event refund the whole payment.
    package var isRefunded: Bool
    /// The counts that the campaign's rules read.
    package var counts = HistoryCounts()
    /// The number of rewards that wait for the event's goal; nil if no reward and no rule waits
    /// for it, so that the event is about a conversion.
    package var released: Int?

    /// Creates the counts; by default there are no earlier conversions.
    package init(
        repeated: ID<Conversion>? = nil, referrerConversions: Int = 0, recentConversions: Int = 0,
        isRefunded: Bool = false
    ) {
        self.repeated = repeated
        self.referrerConversions = referrerConversions
        self.recentConversions = recentConversions
        self.isRefunded = isRefunded
    }
}

/// The stock of a campaign's coupons. Counting may stop at any number above the largest that one
/// event can take, if the stored record has the same number.
package struct CouponPool: Equatable, Sendable {
    /// The number of available coupons.
    package var unused: Int
    /// The number of rewards that wait for a coupon already; new rewards queue behind them.
    package var waiting: Int
    /// The number of unused coupons at which the pool counts as low.
    package var lowMark: Int

    /// Creates a stock from its counts.
    package init(unused: Int = 0, waiting: Int = 0, lowMark: Int = 0) {
        self.unused = unused
        self.waiting = waiting
        self.lowMark = lowMark
    }
}

/// The use of one campaign reward so far, for this event's beneficiary and time window.
package struct RewardFacts: Equatable, Sendable {
    /// The number of rewards that hold a slot of the first cap, in the time window of `occurredAt`.
    package var slotsUsed: Int
    /// The same for each further cap of the rule.
    package var furtherSlotsUsed: [Int] = []
    /// True if a reward holds the slot of the multiple of `every` that this conversion reaches.
    package var isMultipleTaken = false
    /// True if the lead has reached the goal of `hold_until`.
    package var isGoalReached = false
    /// The result of the reward's own condition; nil without one, or if it was not evaluated. The
    /// decision does not depend on it; later decisions about the same conversion do.
    package var condition: Truth?
    /// The total value of all rewards of this rule, in the value's unit; for a share of the amount,
    /// or by currency, in the event's currency. Read only if the rule has a budget.
    package var budgetSpent: Int64

    /// Creates the counts of one reward.
    package init(slotsUsed: Int = 0, budgetSpent: Int64 = 0) {
        self.slotsUsed = slotsUsed
        self.budgetSpent = budgetSpent
    }

    /// The number of rewards that hold a slot of the cap at an index of the rule's list.
    package func used(_ cap: Int) -> Int {
        if cap == 0 { return slotsUsed }
        return furtherSlotsUsed.indices.contains(cap - 1) ? furtherSlotsUsed[cap - 1] : 0
    }

    /// True if only the first cap and the budget were counted.
    var isPlain: Bool {
        furtherSlotsUsed.isEmpty && !isMultipleTaken && !isGoalReached && condition == nil
    }
}
