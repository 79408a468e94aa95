import Database
import Ledger
import Mapping
import Referrals
import Storage
import Time

extension Explainer {
    /// Collects all facts about an event.
    func explained(of row: EventRow) throws(StorageError) -> ExplainedEvent {
        let rederived = try rederivation.rederive(row)
        let source = try source(row.source)
        var explained = ExplainedEvent(
            row: row, source: source?.id ?? "", decided: .notOurs, decidedAt: nil)
        switch rederived.content {
        case .qualification(let retrial):
            let (_, trace) = retrial.explain()
            explained.decided = .traced(trace)
            explained.decidedAt = retrial.facts.now
            explained.goal = retrial.facts.event.goal
            explained.lead = try name(retrial.participant(.lead) ?? row.participant)
            explained.referrer = try name(retrial.participant(.referrer))
            // A code that names no lead was its owner's, who is the referrer.
            if explained.lead?.id == explained.referrer?.id { explained.lead = nil }
        case .reversal(let mapped, let reversal):
            explained.goal = mapped.goal
            explained.decided = .reversal(try sentence(of: reversal, row))
        case .link(let mapped):
            explained.goal = mapped.goal
            explained.decided = .reversal(
                row.conversion == nil
                    ? "The event adds numbers to an order, and no purchase has one of them yet."
                    : "The event adds numbers to the order, which refunds may use.")
        case .unmapped(let problems): explained.decided = .unmapped(problems.map(\.description))
        case .notOurs: break
        case .lost
        where EventProcessor.isPast(row, isBuiltIn: source?.isBuiltIn ?? false):
            explained.decided = .imported
        case .lost(let loss): explained.decided = .unavailable("\(loss)")
        case .broken(let flaw): explained.decided = .unavailable("\(flaw)")
        }
        if let conversion = row.conversion {
            explained.conversion = try store.conversions.find(conversion)
        }
        if let conversion = explained.conversion {
            if explained.lead == nil { explained.lead = try name(conversion.lead) }
            if explained.referrer == nil { explained.referrer = try name(conversion.referrer) }
            explained.rewards = try rewards(of: conversion, rederived.campaign)
            explained.later = try later(than: row, conversion)
            explained.reviews = try reviews(explained, conversion)
        }
        let entries = try waiting.entries(of: row.id)
        explained.isWaiting = !entries.isEmpty
        explained.waitsFor = try waits(explained, entries)
        return explained
    }

    private func name(_ id: ID<Participant>?) throws(StorageError) -> ExplainedEvent.PersonName? {
        guard let id, let row = try store.participants.find(id) else { return nil }
        return ExplainedEvent.PersonName(id: id, code: row.code)
    }

    private func rewards(
        of conversion: ConversionRow, _ campaign: CampaignSettings?
    ) throws(StorageError) -> [ExplainedEvent.Reward] {
        var campaign = campaign
        if campaign == nil { campaign = try self.campaign(of: conversion) }
        var rewards: [ExplainedEvent.Reward] = []
        for row in try store.rewards.of(conversion.id) {
            let taken = try store.rewards.ledger(of: row.id).reduce(0) { $0 &+ $1.amount }
            rewards.append(
                ExplainedEvent.Reward(
                    row: row, kind: campaign?.version.rule(of: row)?.kind,
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
        _ explained: ExplainedEvent, _ conversion: ConversionRow
    ) throws(StorageError) -> [ExplainedEvent.Reviewed] {
        let records = store.records
        func of(
            _ kind: OperatorRecords.Reviewed, _ subject: Int64
        ) throws(StorageError) -> [ExplainedEvent.Reviewed] {
            try records.reviews(of: kind, subject).map {
                ExplainedEvent.Reviewed(kind: kind, subject: subject, review: $0)
            }
        }
        var reviews = try of(.conversion, conversion.id.number)
        for reward in explained.rewards { reviews += try of(.reward, reward.row.id.number) }
        return reviews.sorted { $0.review.at < $1.review.at }
    }

    private func later(
        than row: EventRow, _ conversion: ConversionRow
    ) throws(StorageError) -> [ExplainedEvent.Later] {
        guard row.id.number == conversion.id.number else { return [] }
        return try store.events.following(conversion.id, limit: Self.eventLimit).map {
            ExplainedEvent.Later(
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
        _ explained: ExplainedEvent, _ entries: [WaitingList.Entry]
    ) throws(StorageError) -> [String] {
        var sentences: [String] = []
        for entry in entries {
            sentences.append(
                "The event waits until \(entry.until.rfc3339) for \(entry.whatComes); then it is"
                    + " decided automatically.")
        }
        if explained.row.outcome == .parked, sentences.isEmpty {
            sentences.append(
                "The event no longer waits; replay it when the missing record exists.")
        }
        if explained.conversion?.status == .pending {
            sentences.append("The conversion waits for a person to approve or reject it.")
        }
        guard let conversion = explained.conversion else { return sentences }
        for reward in explained.rewards {
            if let sentence = try wait(of: reward, conversion) { sentences.append(sentence) }
        }
        return sentences
    }

    private func wait(of reward: ExplainedEvent.Reward, _ conversion: ConversionRow)
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
        case .inReview, .issued, .redeemed, .rejected, .revoked: return nil
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
