import Database
import Referrals
import Storage
import Time

/// The facts about a campaign in notifications.
package struct CampaignNote: Equatable, Sendable {
    /// The campaign's name.
    package var name: String
    /// The beginning of a referral link.
    package var linkBase: String?
    /// The kind of each of the campaign's rewards.
    package var kinds: [ID<CampaignReward>: CampaignReward.Kind]
    /// The UUID that the API shows.
    package var uid: UID?

    package init(
        name: String, linkBase: String?, kinds: [ID<CampaignReward>: CampaignReward.Kind],
        uid: UID?
    ) {
        self.name = name
        self.uid = uid
        self.linkBase = linkBase
        self.kinds = kinds
    }
}

/// The facts in a notification, as of its first sending.
struct NotificationContext {
    /// A reward with the facts that its notification contains.
    struct RewardPart {
        var row: RewardRow
        var kind: CampaignReward.Kind?
        var couponCode: String?
    }

    /// The facts about something other than a person, in a member of its own.
    enum Extra: Equatable {
        case pool(available: Int)
        case event(id: Int64, source: String?, receivedAt: Instant)
        case webhook(id: ID<Webhook>, name: String)
        case payout(PayoutRow)
    }

    var recipient: ParticipantRow?
    var campaignID: ID<Campaign>?
    var referrer: ParticipantRow?
    var conversion: ConversionRow?
    var reward: RewardPart?
    var signup: SignupPart?
    var extra: Extra?
}

/// Loads the facts of notifications. Persons and conversions of one page are looked up once.
struct ContextLoader {
    let store: Store
    let campaigns: [ID<Campaign>: CampaignNote]
    private var people: [ID<Participant>: ParticipantRow] = [:]
    private var conversions: [ID<Conversion>: ConversionRow] = [:]

    init(_ store: Store, campaigns: [ID<Campaign>: CampaignNote]) {
        self.store = store
        self.campaigns = campaigns
    }

    /// Returns nil if the subject is gone, or the person that the notification is about was deleted.
    mutating func context(
        of type: NotificationType, subject: Int64
    ) throws(StorageError) -> NotificationContext? {
        guard let context = try found(type, subject: subject) else { return nil }
        guard let person = context.recipient?.participant, person.isDisabled, person.email == nil
        else { return context }
        return try store.lookup.isErased(person.id) ? nil : context
    }

    private mutating func found(
        _ type: NotificationType, subject: Int64
    ) throws(StorageError) -> NotificationContext? {
        switch type.subject {
        case .conversion:
            return try conversion(ID(subject))
        case .reward: return try reward(ID(subject))
        case .participant:
            return try participant(ID(subject))
        case .signup: return try signup(type, subject)
        case .campaign:
            let id = ID<Campaign>(subject)
            guard campaigns[id] != nil else { return nil }
            return NotificationContext(
                campaignID: id,
                extra: .pool(available: try store.coupons.availableCount(in: id, atMost: .max)))
        case .payout:
            let row = try store.payouts.find(ID(subject))
            return row.map { NotificationContext(campaignID: $0.campaign, extra: .payout($0)) }
        case .event:
            guard let event = try store.events.find(ID(subject)) else { return nil }
            let source = try store.catalog.source(event.source)
            return NotificationContext(
                extra: .event(
                    id: subject, source: source?.id, receivedAt: event.receivedAt))
        case .webhook:
            let row = try store.catalog.webhook(ID(subject))
            return row.map { NotificationContext(extra: .webhook(id: $0.id, name: $0.name)) }
        }
    }

    private mutating func participant(
        _ id: ID<Participant>
    ) throws(StorageError) -> NotificationContext? {
        guard let person = try person(id) else { return nil }
        var context = NotificationContext()
        context.add(person)
        if let referrer = person.participant.referredBy {
            context.referrer = try self.person(referrer)
        }
        return context
    }

    /// Of a deleted person there is nothing but the address, until the notification has come to its
    /// end.
    private mutating func signup(
        _ type: NotificationType, _ id: Int64
    ) throws(StorageError) -> NotificationContext? {
        guard let notice = try store.signupNotices.find(id),
            var context = try participant(notice.participant)
        else { return nil }
        if type == .signupDeleted {
            guard notice.email != nil else { return nil }
            context.recipient = nil
            context.referrer = nil
        }
        context.signup = NotificationContext.SignupPart(
            uid: notice.uid, email: notice.email, former: notice.former,
            position: notice.position)
        return context
    }

    private mutating func conversion(_ id: ID<Conversion>) throws(StorageError)
        -> NotificationContext?
    {
        guard let row = try found(id), let lead = try person(row.lead) else { return nil }
        var context = NotificationContext(referrer: try person(row.referrer), conversion: row)
        context.add(lead)
        return context
    }

    private mutating func reward(_ id: ID<Reward>) throws(StorageError) -> NotificationContext? {
        guard var row = try store.rewards.find(id), let person = try person(row.beneficiary) else {
            return nil
        }
        // A reward was changed after it was granted only if it has a reason.
        if !row.reasons.isEmpty {
            let entries = try store.rewards.ledger(of: id)
            row.value = row.value?.adding(entries.reduce(0) { $0 + $1.amount })
        }
        let conversion = try found(id.conversion)
        var context = NotificationContext(conversion: conversion)
        context.add(person)
        if let conversion { context.referrer = try self.person(conversion.referrer) }
        var kind = conversion.flatMap { campaigns[$0.campaign]?.kinds[row.campaignReward] }
        var couponCode: String?
        // A coupon belongs to the reward from its issue on; before that it is only reserved. The
        // coupon shows the kind that the reward was granted as, which its rule may not have any
        // more.
        if row.status == .issued || row.status == .redeemed {
            if kind == .coupon || row.value == .nothingStated {
                couponCode = try store.coupons.find(ofReward: id)?.code
            }
            if (kind == .coupon) != (couponCode != nil) { kind = couponCode.map { _ in .coupon } }
        }
        context.reward = NotificationContext.RewardPart(
            row: row, kind: kind, couponCode: couponCode)
        return context
    }

    private mutating func found(_ id: ID<Conversion>) throws(StorageError) -> ConversionRow? {
        if let known = conversions[id] { return known }
        let row = try store.conversions.find(id)
        if let row { conversions[id] = row }
        return row
    }

    private mutating func person(_ id: ID<Participant>) throws(StorageError) -> ParticipantRow? {
        if let known = people[id] { return known }
        let row = try store.participants.find(id)
        if let row { people[id] = row }
        return row
    }
}

extension NotificationContext {
    fileprivate mutating func add(_ person: ParticipantRow) {
        recipient = person
        campaignID = person.participant.campaign
    }
}

extension GrantedValue {
    /// The amount that is left after the changes in its ledger; other values stay as they are.
    fileprivate func adding(_ units: Int64) -> GrantedValue {
        switch self {
        case .money(let money): .money(Money(money.minorUnits + units, money.currency))
        case .points(let points): .points(points + units)
        case .text, .nothingStated: self
        }
    }
}
