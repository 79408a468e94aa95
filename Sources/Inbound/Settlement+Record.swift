import Database
import Mapping
import Referrals
import Storage
import Time

extension Settlement {
    /// Records what was decided: the lead, the conversion, the rewards with their slots and coupons, what
    /// subscribers are told. The event's own row is left to the caller.
    func record(
        _ decision: Decision, _ facts: Facts, _ persons: inout Persons, _ mapped: MappedEvent,
        _ row: inout EventRow, _ campaign: CampaignSettings?, from source: SourceSettings,
        now: Instant
    ) throws(StorageError) -> [Answer.RewardSummary] {
        if decision.outcome == .parked {
            try park(row.id, mapped, facts, from: source, now: now)
        }
        if let repeated = decision.repeated {
            row.conversion = repeated
            try teach(facts.event, to: repeated, campaign)
        }
        guard let campaign, decision.identifiesLead else {
            if let campaign { try notify(decision, facts, persons, row.id, campaign, now) }
            return []
        }
        if case .new = facts.lead {
            persons.lead = Person(try enrolLead(mapped, facts, persons, campaign))
            row.participant = persons.lead?.id
        }
        guard let status = decision.conversion else {
            if let lead = persons.lead, let customer = facts.event.customer {
                try store.customers.remember(
                    customer, as: lead.id, in: campaign.version.id)
            }
            try notify(decision, facts, persons, row.id, campaign, now)
            return []
        }
        guard let lead = persons.lead, let referrer = persons.referrer else {
            throw .contradiction("a conversion without a lead and a referrer")
        }
        let conversion = ID<Conversion>(row.id.number)
        row.conversion = conversion
        created.insert(conversion)
        try recordConversion(
            ConversionRow(
                id: conversion, campaign: lead.row.participant.campaign, lead: lead.id,
                referrer: referrer.id, status: status, amount: facts.event.amount,
                paid: facts.event.paid, currency: facts.event.currency,
                customer: facts.event.customer,
                occurredAt: facts.event.occurredAt, createdAt: now,
                wasApproved: status == .approved),
            facts.event, campaign)
        let rewards = try recordRewards(
            decision, of: conversion, lead: lead.id, referrer: referrer.id, campaign, now)
        try notify(decision, facts, persons, row.id, campaign, now)
        return rewards
    }

    private func enrolLead(
        _ mapped: MappedEvent, _ facts: Facts, _ persons: Persons, _ campaign: CampaignSettings
    ) throws(StorageError) -> ParticipantRow {
        guard let referrer = persons.referrer?.row.participant else {
            throw .contradiction("a new lead without a referrer")
        }
        let code = try freshCode(account: campaign.account)
        var row = ParticipantRow(
            participant: Participant(
                id: ID(0), campaign: referrer.campaign, email: facts.event.email,
                joinedAt: facts.event.receivedAt, referredBy: referrer.id),
            account: campaign.account, code: code, firstName: mapped.firstName)
        _ = try store.participants.noteReferral(by: referrer.id)
        let id = try store.participants.enrol(row)
        row.participant.id = id
        return row
    }

    /// A code nobody has: eight characters without look-alikes, a million million of them.
    func freshCode(account: Int64) throws(StorageError) -> String {
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
        while true {
            let code = String(
                decoding: randomBytes(8).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
            let isTaken = try store.participants.find(code: code, account: account) != nil
            if !isTaken { return code }
        }
    }

    private func recordConversion(
        _ row: ConversionRow, _ event: QualifyingEvent, _ campaign: CampaignSettings
    ) throws(StorageError) {
        let version = campaign.version
        try store.conversions.append(row)
        try store.customers.remember(row)
        for key in event.businessKeys {
            let isOurs = try store.conversions.take(
                key: key, account: campaign.account, campaign: version.id,
                goal: event.goal,
                for: row.id)
            guard isOurs else {
                throw .contradiction("conversion \(row.id.number) was taken before")
            }
            if hasFollowUps { try followUp(key, campaign.account) }
        }
        let isTaken = try store.claims.takeConversion(
            row.id, of: row.lead, holder: row.referrer, isOneOfMany: !isOnce(event, version))
        guard isTaken else { throw .contradiction("conversion \(row.id.number) was taken before") }
    }

    private func recordRewards(
        _ decision: Decision, of conversion: ID<Conversion>, lead: ID<Participant>,
        referrer: ID<Participant>, _ campaign: CampaignSettings, _ now: Instant
    ) throws(StorageError) -> [Answer.RewardSummary] {
        var summaries: [Answer.RewardSummary] = []
        for (place, reward) in decision.rewards.enumerated() {
            guard let status = reward.status else { continue }
            let rule = campaign.version.rewards[place]
            let id = ID<Reward>(of: conversion, place: place)
            let scope = ClaimTable.Scope(
                rule.cap, of: rule.id, window: reward.window, lead: lead, referrer: referrer)
            try store.rewards.append(
                RewardRow(
                    id: id, campaignReward: rule.id,
                    beneficiary: rule.beneficiary == .referrer ? referrer : lead,
                    status: status, reasons: reward.reasons, value: reward.value,
                    heldUntil: reward.heldUntil, issuedAt: status == .issued ? now : nil))
            guard try caps.take(in: scope, of: rule.cap, for: id) else {
                throw .contradiction("reward \(id.number) finds no slot")
            }
            if status == .waitingStock {
                pools.noteWaiting(1, in: campaign.version.id)
            }
            if let state = reward.coupon.state,
                try pools.take(in: campaign.version.id, as: state, for: id) == nil
            {
                throw .contradiction("reward \(id.number) finds no coupon")
            }
            summaries.append(
                Answer.RewardSummary(
                    id: id, kind: rule.kind, beneficiary: rule.beneficiary, status: status,
                    reasons: reward.reasons))
        }
        return summaries
    }

    /// Queues what subscribers are told.
    private func notify(
        _ decision: Decision, _ facts: Facts, _ persons: Persons, _ event: ID<Event>,
        _ campaign: CampaignSettings, _ now: Instant
    ) throws(StorageError) {
        guard !programme.webhooks.isEmpty else { return }
        var due: [DueNotification] = []
        for notification in decision.notifications(for: facts) {
            var told = persons.lead
            let subject: Int64
            switch notification.subject {
            case .conversion: subject = event.number
            case .campaign:
                guard try isNew(notification.type, campaign) else { continue }
                subject = campaign.version.id.number
            case .referrer:
                told = persons.referrer
                subject = persons.referrer?.id.number ?? 0
            case .lead:
                // That a lead qualified is told with its conversion, that one joined by itself.
                subject =
                    notification.type == .leadQualified
                    ? event.number : persons.lead?.id.number ?? 0
            case .decided(let place):
                if decision.rewards[place].beneficiary == .referrer { told = persons.referrer }
                subject = ID<Reward>(of: ID(event.number), place: place).number
            case .granted(let id): subject = id.number
            }
            due.append(
                DueNotification(
                    type: notification.type, subject: subject, userSource: told?.row.source))
        }
        try queue(due, of: campaign.version.id, account: campaign.account, now)
    }
}

extension CouponClaim {
    /// The state a coupon takes when it is claimed like this.
    fileprivate var state: CouponState? {
        switch self {
        case .none: nil
        case .reserve: .reserved
        case .assign: .assigned
        }
    }
}
