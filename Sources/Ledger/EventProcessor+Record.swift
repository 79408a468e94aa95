import Database
import Mapping
import Referrals
import Storage
import Time

extension EventProcessor {
    /// Records a decision: the lead, the conversion, the rewards with their slots and coupons, and the
    /// notifications. The caller records the event's own row.
    func record(
        _ decision: Decision, _ facts: Facts, _ mapped: MappedEvent, _ event: inout Case
    ) throws(StorageError) {
        if decision.outcome == .parked { try park(event, mapped, facts) }
        if let repeated = decision.repeated {
            event.row.conversion = repeated
            try teach(facts.event, to: repeated, event.campaign)
        }
        guard let campaign = event.campaign else { return }
        if decision.identifiesLead {
            if case .new = facts.lead {
                event.lead = Person(try enrolLead(mapped, facts, event, campaign))
                event.row.participant = event.lead?.id
            }
            if let status = decision.conversion {
                try recordConversion(status, facts, campaign, &event)
                try recordRewards(decision, at: facts.event.occurredAt, campaign, &event)
            } else if let lead = event.lead {
                if let customer = facts.event.customer {
                    try store.customers.remember(customer, as: lead.id, in: campaign.version.id)
                }
                if facts.history.released != nil {
                    try release(facts.event.goal, of: lead.id, campaign, &event)
                }
            }
        }
        try notify(decision, facts, event, campaign)
    }

    private func enrolLead(
        _ mapped: MappedEvent, _ facts: Facts, _ event: Case, _ campaign: CampaignSettings
    ) throws(StorageError) -> ParticipantRow {
        guard let referrer = event.referrer?.row.participant else {
            throw .contradiction("a new lead without a referrer")
        }
        let code = try freshCode(account: campaign.account)
        var row = ParticipantRow(
            participant: Participant(
                id: ID(0), campaign: referrer.campaign, email: facts.event.email,
                joinedAt: facts.event.receivedAt, referredBy: referrer.id),
            account: campaign.account, code: code, firstName: mapped.firstName)
        _ = try store.participants.noteReferral(by: referrer.id)
        let id = try store.participants.enrol(row, by: event.source.number, at: event.now)
        row.participant.id = id
        if campaign.version.rules.kind == .waitlist {
            try store.signups.add(
                SignupRow(
                    participant: id, campaign: referrer.campaign,
                    uid: UID(at: event.now, random: randomBytes(10)),
                    joinedAt: row.participant.joinedAt),
                referredBy: referrer.id)
        }
        return row
    }

    /// A code that no participant has: eight characters without look-alikes, a million million of
    /// them.
    func freshCode(account: ID<Account>) throws(StorageError) -> String {
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
        while true {
            let code = String(
                decoding: randomBytes(8).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
            let isTaken = try store.participants.find(code: code, account: account) != nil
            if !isTaken { return code }
        }
    }

    private func recordConversion(
        _ status: ConversionStatus, _ facts: Facts, _ campaign: CampaignSettings,
        _ event: inout Case
    ) throws(StorageError) {
        let qualifying = facts.event
        guard let lead = event.lead, let referrer = event.referrer else {
            throw .contradiction("a conversion without a lead and a referrer")
        }
        let row = ConversionRow(
            id: ID(event.row.id.number), campaign: lead.row.participant.campaign, lead: lead.id,
            referrer: referrer.id, status: status, amount: qualifying.amount,
            paid: qualifying.paid, currency: qualifying.currency, customer: qualifying.customer,
            occurredAt: qualifying.occurredAt, createdAt: event.now,
            wasApproved: status == .approved)
        event.row.conversion = row.id
        created.insert(row.id)
        let version = campaign.version
        try store.conversions.append(row, received: event.row.receivedAt)
        try count(row, from: event.source)
        try store.customers.remember(row)
        for key in qualifying.businessKeys {
            let isOurs = try store.conversions.take(
                key: key, account: campaign.account, campaign: version.id,
                goal: qualifying.goal, for: row.id)
            guard isOurs else {
                throw .contradiction("conversion \(row.id.number) was taken before")
            }
            if hasFollowUps { try followUp(key, campaign.account) }
        }
        let isTaken = try store.claims.takeConversion(
            row.id, of: row.lead, holder: row.referrer, isOneOfMany: !isOnce(qualifying, version))
        guard isTaken else { throw .contradiction("conversion \(row.id.number) was taken before") }
        if status == .approved { try countApproval(of: row, facts.history.counts, event.now) }
    }

    private func recordRewards(
        _ decision: Decision, at occurredAt: Instant, _ campaign: CampaignSettings,
        _ event: inout Case
    ) throws(StorageError) {
        guard let conversion = event.row.conversion, let lead = event.lead?.id,
            let referrer = event.referrer?.id
        else { return }
        for (place, reward) in decision.rewards.enumerated() where reward.isEarned {
            let rules = campaign.version.rules
            let new = NewReward(
                lead: lead, referrer: referrer, occurredAt: occurredAt, now: event.now,
                holdEnd: rules.holdDays > 0 ? event.now + .days(rules.holdDays) : nil,
                source: event.source.number)
            let id = ID<Reward>(of: conversion, place: place)
            let rule = campaign.version.rewards[place]
            try record(reward, as: id, rule, new, campaign)
            event.rewards.append(
                Answer.RewardSummary(
                    id: id, kind: rule.kind, beneficiary: rule.beneficiary,
                    status: reward.status ?? .issued, reasons: reward.reasons))
        }
    }

    /// The facts about a new reward that are not in its decision.
    struct NewReward {
        var lead: ID<Participant>
        var referrer: ID<Participant>
        /// The time of the goal, which determines the windows of caps.
        var occurredAt: Instant
        var now: Instant
        /// The end of the campaign's hold days; nil without them.
        var holdEnd: Instant?
        /// The source of the conversion's event.
        var source: ID<Referrals.Source>?
    }

    /// Records a reward with its slots and its coupon.
    func record(
        _ reward: RewardDecision, as id: ID<Reward>, _ rule: CampaignReward, _ new: NewReward,
        _ campaign: CampaignSettings
    ) throws(StorageError) {
        guard let status = reward.status else { return }
        let row = RewardRow(
            id: id, campaignReward: rule.id,
            beneficiary: rule.beneficiary == .referrer ? new.referrer : new.lead,
            status: status, reasons: reward.reasons, value: reward.value,
            heldUntil: reward.heldUntil, issuedAt: status == .issued ? new.now : nil)
        try store.rewards.append(row)
        try count(row, rule.kind, of: campaign, new)
        try notePayable(row, rule.kind, of: campaign)
        for cap in rule.caps {
            let scope = ClaimTable.Scope(
                cap, of: rule.id, window: cap.window.key(of: new.occurredAt), lead: new.lead,
                referrer: new.referrer)
            guard try caps.take(in: scope, of: cap, for: id) else {
                throw .contradiction("reward \(id.number) finds no slot")
            }
        }
        if let multiple = reward.multiple {
            let holder = MilestoneTable.Holder(
                rule.beneficiary, lead: new.lead, referrer: new.referrer)
            guard try store.milestones.take(multiple, of: rule.id, holder, for: id) else {
                throw .contradiction("the multiple of reward \(id.number) is taken")
            }
        }
        if reward.awaitsGoal, let hold = rule.rule.holdUntil, let end = reward.heldUntil {
            try store.goals.await(
                hold.goal, of: new.lead, for: id, until: end, holdEnd: new.holdEnd)
        }
        if rule.beneficiary == .referrer {
            try countReward(1, of: new.referrer, in: campaign.version.id)
        }
        if status == .waitingStock { pools.noteWaiting(1, in: campaign.version.id) }
        if let state = reward.coupon.state,
            try pools.take(in: campaign.version.id, as: state, for: id) == nil
        {
            throw .contradiction("reward \(id.number) finds no coupon")
        }
    }

    /// Queues the notifications of a decision.
    private func notify(
        _ decision: Decision, _ facts: Facts, _ event: Case, _ campaign: CampaignSettings
    ) throws(StorageError) {
        guard !declarations.webhooks.isEmpty else { return }
        var due: [DueNotification] = []
        for notification in decision.notifications(for: facts) {
            var person = event.lead
            switch notification.subject {
            case .campaign: guard try isNew(notification.type, campaign) else { continue }
            case .referrer: person = event.referrer
            case .decided(let place) where decision.rewards[place].beneficiary == .referrer:
                person = event.referrer
            case .lead, .conversion, .decided, .granted: break
            }
            let subject = notification.number(
                conversion: ID(event.row.id.number), campaign: campaign.version.id,
                lead: event.lead?.id, referrer: event.referrer?.id)
            due.append(
                DueNotification(
                    type: notification.type, subject: subject, userSource: person?.row.source))
        }
        try queue(due, of: campaign.version.id, account: campaign.account, event.now)
    }
}

extension CouponClaim {
    /// The state that a coupon takes when it is claimed in this way.
    fileprivate var state: CouponState? {
        switch self {
        case .none: nil
        case .reserve: .reserved
        case .assign: .assigned
        }
    }
}
