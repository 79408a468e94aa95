import Database
import Ledger
import Mapping
import Referrals
import Storage
import Time

extension Explainer {
    /// Collects all facts about an event.
    func story(of row: EventRow) throws(StorageError) -> EventStory {
        let rederived = try rederivation.rederive(row)
        var story = EventStory(
            row: row, source: sources[row.source]?.shownID ?? "", decided: .notOurs, decidedAt: nil)
        switch rederived.content {
        case .qualification(let retrial):
            let (_, trace) = retrial.explain()
            story.decided = .traced(trace)
            story.decidedAt = retrial.facts.now
            story.goal = retrial.facts.event.goal
            story.lead = try name(retrial.participant(.lead) ?? row.participant)
            story.referrer = try name(retrial.participant(.referrer))
            // A code that names no lead was its owner's, who is the referrer.
            if story.lead?.id == story.referrer?.id { story.lead = nil }
        case .reversal(let mapped, let reversal):
            story.goal = mapped.goal
            story.decided = .reversal(try sentence(of: reversal, row))
        case .link(let mapped):
            story.goal = mapped.goal
            story.decided = .reversal(
                row.conversion == nil
                    ? "The event adds numbers to an order, and no purchase has one of them yet."
                    : "The event adds numbers to the order, which refunds may use.")
        case .unmapped(let problems): story.decided = .unmapped(problems.map(\.description))
        case .notOurs: break
        case .lost(let loss): story.decided = .untold("\(loss)")
        case .broken(let flaw): story.decided = .untold("\(flaw)")
        }
        if let conversion = row.conversion {
            story.conversion = try store.conversions.find(conversion)
        }
        if let conversion = story.conversion {
            if story.lead == nil { story.lead = try name(conversion.lead) }
            if story.referrer == nil { story.referrer = try name(conversion.referrer) }
            story.rewards = try rewards(of: conversion, rederived.campaign)
            story.later = try later(than: row, conversion)
            story.reviews = try reviews(story, conversion)
        }
        let entries = try waiting.entries(of: row.id)
        story.isWaiting = !entries.isEmpty
        story.waitsFor = try waits(story, entries)
        return story
    }

    private func name(_ id: ID<Participant>?) throws(StorageError) -> EventStory.PersonName? {
        guard let id, let row = try store.participants.find(id) else { return nil }
        return EventStory.PersonName(id: id, code: row.code)
    }

    private func rewards(
        of conversion: ConversionRow, _ campaign: CampaignSettings?
    ) throws(StorageError) -> [EventStory.Reward] {
        var campaign = campaign
        if campaign == nil { campaign = try self.campaign(of: conversion) }
        var rewards: [EventStory.Reward] = []
        for row in try store.rewards.of(conversion.id) {
            let taken = try store.rewards.ledger(of: row.id).reduce(0) { $0 &+ $1.amount }
            rewards.append(
                EventStory.Reward(
                    row: row, kind: campaign?.version.reward(at: row.id.place)?.kind,
                    beneficiary: row.beneficiary == conversion.lead ? .lead : .referrer,
                    remaining: row.value.map { $0.units &+ taken },
                    coupon: try store.coupons.find(ofReward: row.id)?.state))
        }
        return rewards
    }

    /// The rules under which a conversion was made, or if those are lost, the rules in force.
    private func campaign(
        of conversion: ConversionRow
    ) throws(StorageError) -> CampaignSettings? {
        let event = try store.events.find(ID(conversion.id.number))
        if let (id, version) = event?.facts?.campaign,
            case .settings(let settings) = try rederivation.campaign(id, version: version)
        {
            return settings
        }
        return try currentCampaign(conversion.campaign)
    }

    private func reviews(
        _ story: EventStory, _ conversion: ConversionRow
    ) throws(StorageError) -> [EventStory.Reviewed] {
        let records = store.records
        func of(
            _ kind: OperatorRecords.Reviewed, _ subject: Int64
        ) throws(StorageError) -> [EventStory.Reviewed] {
            try records.reviews(of: kind, subject).map {
                EventStory.Reviewed(kind: kind, subject: subject, review: $0)
            }
        }
        var reviews = try of(.conversion, conversion.id.number)
        for reward in story.rewards { reviews += try of(.reward, reward.row.id.number) }
        return reviews.sorted { $0.review.at < $1.review.at }
    }

    private func later(
        than row: EventRow, _ conversion: ConversionRow
    ) throws(StorageError) -> [EventStory.Later] {
        guard row.id.number == conversion.id.number else { return [] }
        return try store.events.following(conversion.id, limit: Self.eventLimit).map {
            EventStory.Later(
                event: $0.id, receivedAt: $0.receivedAt, outcome: $0.outcome, reasons: $0.reasons)
        }
    }

    private func sentence(of reversal: Reversal, _ row: EventRow) throws(StorageError) -> String {
        guard let id = row.conversion, let conversion = try store.conversions.find(id) else {
            return "The event refunds a purchase that has not arrived yet."
        }
        let payment = conversion.payment
        let all = try store.audit.reversals(of: id)
        let until = all.prefix { $0.event <= row.id }.compactMap(\.reversal)
        let decision = ReversalDecision(
            outcome: row.outcome, reasons: row.reasons, conversion: conversion.status,
            remaining: payment.amount(leaving: payment.remaining(after: until)),
            problem: payment.problem(with: reversal))
        return decision.sentence(for: payment)
    }

    // MARK: Reasons to wait

    private func waits(
        _ story: EventStory, _ entries: [WaitingList.Entry]
    ) throws(StorageError) -> [String] {
        var sentences: [String] = []
        for entry in entries {
            sentences.append(
                "The event waits until \(entry.until.rfc3339) for \(entry.whatComes); then it is"
                    + " decided automatically.")
        }
        if story.row.outcome == .parked, sentences.isEmpty {
            sentences.append(
                "The event no longer waits; replay it when the missing record exists.")
        }
        if story.conversion?.status == .pending {
            sentences.append("The conversion waits for a person to approve or reject it.")
        }
        guard let conversion = story.conversion else { return sentences }
        for reward in story.rewards {
            if let sentence = try wait(of: reward, conversion) { sentences.append(sentence) }
        }
        return sentences
    }

    private func wait(of reward: EventStory.Reward, _ conversion: ConversionRow)
        throws(StorageError)
        -> String?
    {
        let name = "Reward \(reward.row.id.number)"
        switch reward.row.status {
        case .pending:
            guard let end = reward.row.heldUntil else { return "\(name) is held." }
            return "\(name) is held until \(end.rfc3339), and then issued automatically."
        case .waitingStock:
            let before = try lookup.waiting(before: reward.row.id, in: conversion.campaign)
            return
                "\(name) waits for a coupon; \(before) \(before == 1 ? "waits" : "wait") before it."
        case .inReview where conversion.status != .pending:
            return "\(name) waits for a person to review it."
        case .inReview, .issued, .redeemed, .rejected, .revoked, .expired: return nil
        }
    }
}

extension WaitingList.Entry {
    fileprivate var whatComes: String {
        switch awaited {
        case .code: "a participant with the code \(key)"
        case .businessKey: "a conversion with the business key “\(key)”"
        case .source: "its source to be resumed"
        }
    }
}
