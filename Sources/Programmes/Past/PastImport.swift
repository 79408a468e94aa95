import Database
import Declarations
import Ledger
import Referrals
import Storage
import Time
import Workspace

/// The import of past conversions and rewards of one campaign: finds the people and the rules that
/// rows name, and records what is not on record yet.
///
/// Rows are checked one after the other before any is written; `planned` holds what earlier rows of
/// the same check would add.
package final class PastImport {
    /// The reason for which a row cannot be imported, as a sentence without a full stop.
    package struct Refusal: Error, Equatable {
        package let sentence: String

        init(_ sentence: String) { self.sentence = sentence }
    }

    /// The additions of the rows that were only checked.
    private struct Planned {
        /// The conversions by the ids of their events, which name the business key, or else lead and
        /// time.
        var conversions: [String: EventProcessor.PastConversion] = [:]
        /// The people who convert once, and would.
        var leads: Set<ID<Participant>> = []
        var rewards: Set<ID<Reward>> = []
        /// New conversions that rewards need, by lead and place.
        var places: Set<PlannedPlace> = []
        var coupons: Set<String> = []
    }

    private struct PlannedPlace: Hashable {
        let lead: ID<Participant>
        let place: Int
    }

    private let campaign: CampaignSettings
    private let source: SourceSettings
    private var planned = Planned()
    /// The rewards on record that rows of this import stand for. Equal rows are different rewards,
    /// so that each row stands for another one.
    private var matched: Set<ID<Reward>> = []

    /// - Parameter source: The built-in source of the campaign's account.
    package init(into campaign: CampaignSettings, from source: SourceSettings) {
        self.campaign = campaign
        self.source = source
    }

    // MARK: Conversions

    /// Finds out the effect of `add`, and records nothing.
    package func check(
        _ row: PastConversion, _ processor: EventProcessor, now: Instant
    ) throws -> Catalog.Change {
        let past = try resolved(row, processor, now)
        guard try known(past, processor) == nil else { return .unchanged }
        let id = past.eventID(in: campaign.version.id)
        if let earlier = planned.conversions[id] {
            guard earlier == past else {
                throw Refusal(
                    "An earlier row has the same "
                        + (past.businessKey.map { "business key \($0)" } ?? "lead and time")
                        + ", and another \(Self.difference(past, earlier))")
            }
            return .unchanged
        }
        planned.conversions[id] = past
        let isNew = planned.leads.insert(past.lead).inserted
        return isNew || campaign.version.rules.conversions == .every ? .added : .unchanged
    }

    /// Records a conversion that is not on record.
    package func add(
        _ row: PastConversion, _ processor: EventProcessor, now: Instant
    ) throws -> Catalog.Change {
        let past = try resolved(row, processor, now)
        guard try known(past, processor) == nil else { return .unchanged }
        _ = try processor.record(past, in: campaign, from: source, now: now)
        return .added
    }

    private func known(
        _ past: EventProcessor.PastConversion, _ processor: EventProcessor
    ) throws -> ID<Conversion>? {
        guard let id = try processor.known(past, in: campaign, from: source) else { return nil }
        if let row = try processor.store.conversions.find(id), row.lead != past.lead {
            throw Refusal(
                "The business key \(past.businessKey ?? "") belongs to conversion \(id.number) of"
                    + " another lead")
        }
        if let recorded = try recorded(id, as: past, processor), recorded != past {
            throw Refusal(
                "Conversion \(id.number) on record has the same"
                    + (past.businessKey.map { " business key \($0)" } ?? " lead and time")
                    + ", and another \(Self.difference(past, recorded))")
        }
        return id
    }

    /// A conversion that an earlier import recorded from the same row, with the values of that
    /// row; nil if it came another way. A status that has changed since the import counts as equal.
    private func recorded(
        _ id: ID<Conversion>, as past: EventProcessor.PastConversion, _ processor: EventProcessor
    ) throws -> EventProcessor.PastConversion? {
        guard let event = try processor.store.events.find(ID(id.number)),
            EventProcessor.isPast(event, isBuiltIn: event.source == source.number),
            event.eventID == past.eventID(in: campaign.version.id),
            let row = try processor.store.conversions.find(id)
        else { return nil }
        var recorded = past
        recorded.amount = row.amount
        recorded.currency = row.currency
        recorded.occurredAt = row.occurredAt
        if row.wasApproved != (past.status == .approved) { recorded.status = row.status }
        return recorded
    }

    /// The first member in which two rows of the same conversion differ.
    private static func difference(
        _ row: EventProcessor.PastConversion, _ other: EventProcessor.PastConversion
    ) -> String {
        if row.lead != other.lead { return "lead" }
        if row.amount != other.amount || row.currency != other.currency { return "amount" }
        if row.occurredAt != other.occurredAt { return "time" }
        return "status"
    }

    private func resolved(
        _ row: PastConversion, _ processor: EventProcessor, _ now: Instant
    ) throws -> EventProcessor.PastConversion {
        let lead = try person(row.lead, processor)
        guard row.occurredAt <= now else {
            throw Refusal("occurred_at lies in the future: \(row.occurredAt.rfc3339)")
        }
        let rules = campaign.version.rules
        if let goal = row.goal, goal != rules.goalType {
            throw Refusal(
                "The goal \(goal) is not that of the campaign, which is \(rules.goalType)")
        }
        return EventProcessor.PastConversion(
            lead: lead.participant.id, referrer: try referrer(of: lead),
            goal: row.goal ?? campaign.version.rules.goalType, businessKey: row.businessKey,
            amount: row.amount, currency: row.currency, occurredAt: row.occurredAt,
            status: ConversionStatus(row.status))
    }

    // MARK: People

    private func person(
        _ key: PersonKey, _ processor: EventProcessor
    ) throws -> ParticipantRow {
        let (participants, id) = (processor.store.participants, campaign.version.id)
        let found: ParticipantRow?
        switch key {
        case .id(.number(let number)): found = try participants.find(number)
        case .id(.external(let text)):
            found = try participants.find(externalID: text, campaign: id)
        case .code(let code):
            found = try participants.find(code: code.text, account: campaign.account)
        case .email(let email):
            found = try participants.find(
                customer: nil, email: email.canonical, campaign: id, account: campaign.account)
        }
        guard let found, found.account == campaign.account, found.participant.campaign == id else {
            throw Refusal(
                "No participant of campaign \(id.declared.number) has \(key.kind) \(key.text); import the"
                    + " participants first")
        }
        guard try !processor.store.lookup.isErased(found.participant.id) else {
            throw Refusal("Participant \(found.participant.id.number) was deleted; remove the row")
        }
        return found
    }

    private func referrer(of lead: ParticipantRow) throws -> ID<Participant> {
        guard let referrer = lead.participant.referredBy else {
            throw Refusal(
                "Participant \(lead.code) has no referrer, and a conversion counts for one; import"
                    + " the participant with referred_by first")
        }
        return referrer
    }

    // MARK: Rewards

    /// Finds out the effect of `add`, and records nothing.
    package func check(
        _ row: PastReward, _ processor: EventProcessor, now: Instant
    ) throws -> Catalog.Change {
        let grant = try resolved(row, processor, now)
        guard !grant.isOnRecord else { return .unchanged }
        if let code = grant.past.couponCode {
            let isFree = try processor.store.coupons.canGive(code, of: campaign.version.id)
            guard isFree, planned.coupons.insert(code).inserted else { throw couponInUse(code) }
        }
        switch grant.target {
        case .conversion(let conversion):
            planned.rewards.insert(ID(of: conversion.id, place: grant.past.place))
        case .new(let past):
            planned.places.insert(PlannedPlace(lead: past.lead, place: grant.past.place))
        }
        return .added
    }

    /// Records a reward that is not on record, with its conversion if that is not on record either.
    package func add(
        _ row: PastReward, _ processor: EventProcessor, now: Instant
    ) throws -> Catalog.Change {
        let grant = try resolved(row, processor, now)
        guard !grant.isOnRecord else { return .unchanged }
        let conversion =
            switch grant.target {
            case .conversion(let row): row
            case .new(let past):
                try processor.record(past, in: campaign, from: source, now: now)
            }
        let isRecorded = try processor.record(
            grant.past, of: conversion, in: campaign, from: source, now: now)
        guard isRecorded else { throw couponInUse(grant.past.couponCode ?? "") }
        matched.insert(ID(of: conversion.id, place: grant.past.place))
        return .added
    }

    private func couponInUse(_ code: String) -> Refusal {
        Refusal("The coupon ending in \(code.suffix(4)) belongs to another reward")
    }

    /// A reward of a row, with its conversion.
    private struct Grant {
        enum Target {
            case conversion(ConversionRow)
            case new(EventProcessor.PastConversion)
        }

        var past: EventProcessor.PastReward
        var target: Target
        var isOnRecord = false
    }

    private func resolved(
        _ row: PastReward, _ processor: EventProcessor, _ now: Instant
    ) throws -> Grant {
        guard row.issuedAt <= now else {
            throw Refusal("issued_at lies in the future: \(row.issuedAt.rfc3339)")
        }
        let rule = try PastRule(row, in: campaign.version)
        let past = try rule.reward(row)
        if let time = past.redeemedAt, time > now || time < row.issuedAt {
            throw Refusal(
                "redeemed_at is \(time.rfc3339), and must lie between issued_at and now")
        }
        let beneficiary = try person(row.beneficiary, processor)
        let isLead = rule.reward.beneficiary == .lead
        let lead = isLead ? beneficiary : try row.lead.map { try person($0, processor) }
        let referrer: ID<Participant>
        if let lead {
            referrer = try self.referrer(of: lead)
            guard isLead || referrer == beneficiary.participant.id else {
                throw Refusal("Lead \(lead.code) was not referred by \(beneficiary.code)")
            }
        } else {
            referrer = beneficiary.participant.id
        }
        let candidates = try conversions(
            of: referrer, lead?.participant.id, key: row.businessKey, processor)
        let place = past.place
        func grant(_ target: Grant.Target, isOnRecord: Bool = false) -> Grant {
            Grant(past: past, target: target, isOnRecord: isOnRecord)
        }
        var free: ConversionRow?
        for conversion in candidates {
            let id = ID<Reward>(of: conversion.id, place: place)
            if let reward = try processor.store.rewards.find(id) {
                if !matched.contains(id), try isSame(reward, past, processor) {
                    matched.insert(id)
                    return grant(.conversion(conversion), isOnRecord: true)
                }
            } else if free == nil, !planned.rewards.contains(id) {
                free = conversion
            }
        }
        if let free { return grant(.conversion(free)) }
        return grant(.new(try conversion(for: row, lead, referrer, place, processor)))
    }

    /// True if a reward on record is the past one: of the same value and time.
    private func isSame(
        _ reward: RewardRow, _ past: EventProcessor.PastReward, _ processor: EventProcessor
    ) throws -> Bool {
        guard reward.issuedAt == past.issuedAt, reward.value == past.value else { return false }
        guard let code = past.couponCode else { return true }
        return try processor.store.coupons.find(ofReward: reward.id)?.code == code
    }

    /// The imported conversions to which a reward may belong.
    private func conversions(
        of referrer: ID<Participant>, _ lead: ID<Participant>?, key: String?,
        _ processor: EventProcessor
    ) throws -> [ConversionRow] {
        let all = try processor.pastConversions(of: referrer, lead: lead, from: source)
        guard let key else { return all }
        let holder = try processor.store.conversions.holder(of: key, account: campaign.account)
        guard let named = all.first(where: { $0.id == holder?.conversion }) else {
            throw Refusal(
                "No imported conversion of these people has the business key \(key); import the"
                    + " conversions first")
        }
        return [named]
    }

    /// A conversion for a reward that no conversion on record can have.
    private func conversion(
        for row: PastReward, _ lead: ParticipantRow?, _ referrer: ID<Participant>, _ place: Int,
        _ processor: EventProcessor
    ) throws -> EventProcessor.PastConversion {
        guard let lead else {
            throw Refusal(
                "\(row.beneficiary.text) has no imported conversion without such a reward; import"
                    + " the conversions first, or name the lead")
        }
        let past = EventProcessor.PastConversion(
            lead: lead.participant.id, referrer: referrer,
            goal: campaign.version.rules.goalType, occurredAt: row.issuedAt)
        let isPlanned = planned.places.contains(PlannedPlace(lead: past.lead, place: place))
        let known = try processor.known(past, in: campaign, from: source)
        guard known == nil, !isPlanned, row.businessKey == nil else {
            throw Refusal(
                "Lead \(lead.code) has no imported conversion without such a reward; import one"
                    + " conversion for each")
        }
        return past
    }
}

extension PersonKey {
    fileprivate var kind: String {
        switch self {
        case .id: "the id"
        case .code: "the code"
        case .email: "the address"
        }
    }
}

extension ConversionStatus {
    fileprivate init(_ status: PastConversion.Status) {
        self =
            switch status {
            case .approved: .approved
            case .rejected: .rejected
            case .fraud: .fraud
            }
    }
}
