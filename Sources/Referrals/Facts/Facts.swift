import Time

/// Everything a decision depends on, except what the rules' expressions say: plain values, all of one moment.
///
/// Of these, `event` comes from the body, `campaign` from its version, and the rest is `record`, which
/// is stored with the event and holds nothing that names a person.
package struct Facts: Sendable {
    package enum Lead: Equatable, Sendable {
        case unknown, new
        case known(Party)
    }

    package var event: QualifyingEvent
    package var source: SourceFacts
    package var code: CodeMatch
    /// The campaign of the code's owner or of the lead; nil where there is neither.
    package var campaign: Campaign?
    package var lead: Lead
    package var referrer: Party?
    package var addresses: AddressFacts
    package var history: History
    package var pool: CouponPool
    /// One for each of the campaign's rewards, in their order; may be empty where identity fails.
    package var rewards: [RewardFacts]
    /// Whether a known lead joined by this very event, as a new one does.
    package var leadJoinsNow = false
    /// The time of the decision.
    package var now: Instant

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

    /// Takes from the participants what a decision needs and compares their addresses.
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

/// The partner system that sent the event, as it was configured when it did.
package struct SourceFacts: Equatable, Sendable {
    package var isPaused: Bool
    package var codeOf: CodeOwner

    package init(isPaused: Bool = false, codeOf: CodeOwner = .lead) {
        self.isPaused = isPaused
        self.codeOf = codeOf
    }
}

/// What is known of earlier conversions.
package struct History: Equatable, Sendable {
    /// The conversion this event repeats: one of the same campaign, goal and business key, else, where a
    /// lead converts once, the lead's own.
    package var repeated: ID<Conversion>?
    /// The referrer's approved and pending conversions in the campaign, without this one, counted up to the
    /// campaign's goal threshold.
    package var referrerConversions: Int
    /// The referrer's conversions in the velocity window before `occurredAt`, without this one, counted up to
    /// what is usual.
    package var recentConversions: Int
    /// Whether reversals that were parked before this event take back all that was paid.
    package var isRefunded: Bool

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

/// The campaign's coupons. The counts may stop at any number above what one event can take, as long as
/// what was counted is what is stored.
package struct CouponPool: Equatable, Sendable {
    /// Coupons that are available.
    package var unused: Int
    /// Rewards already waiting for one; nobody overtakes them.
    package var waiting: Int
    /// At this many unused coupons the pool counts as low.
    package var lowMark: Int

    package init(unused: Int = 0, waiting: Int = 0, lowMark: Int = 0) {
        self.unused = unused
        self.waiting = waiting
        self.lowMark = lowMark
    }
}

/// How far one campaign reward is used up, for this event's beneficiary and window.
package struct RewardFacts: Equatable, Sendable {
    /// Rewards that hold a slot of the cap, in the window of `occurredAt`.
    package var slotsUsed: Int
    /// What all rewards of this rule are worth together, in the value's unit; for a share of the amount,
    /// in the event's currency. Read only where the rule has a budget.
    package var budgetSpent: Int64

    package init(slotsUsed: Int = 0, budgetSpent: Int64 = 0) {
        self.slotsUsed = slotsUsed
        self.budgetSpent = budgetSpent
    }
}
