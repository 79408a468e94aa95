import Database
import Referrals
import Storage
import Time

/// What a campaign tells of itself in notifications.
package struct CampaignNote: Equatable, Sendable {
    package var name: String
    /// What a referral link begins with.
    package var linkBase: String?
    /// The kind of each of its rewards.
    package var kinds: [ID<CampaignReward>: CampaignReward.Kind]

    package init(
        name: String, linkBase: String?, kinds: [ID<CampaignReward>: CampaignReward.Kind]
    ) {
        self.name = name
        self.linkBase = linkBase
        self.kinds = kinds
    }
}

/// All that a notification tells, as it stands when it is first sent.
struct Story {
    /// A reward as its notification tells it.
    struct RewardPart {
        var row: RewardRow
        var kind: CampaignReward.Kind?
        var couponCode: String?
    }

    /// What is told besides people, by a name of its own.
    enum Extra: Equatable {
        case pool(available: Int)
        case event(id: Int64, source: String?, receivedAt: Instant)
        case webhook(id: Int64, name: String)
    }

    var recipient: ParticipantRow?
    var campaignID: ID<Campaign>?
    var referrer: ParticipantRow?
    var conversion: ConversionRow?
    var reward: RewardPart?
    var extra: Extra?
}

/// Finds what notifications tell of. Persons and conversions of one page are looked up once.
struct StoryFinder {
    let store: Store
    let campaigns: [ID<Campaign>: CampaignNote]
    private var people: [ID<Participant>: ParticipantRow] = [:]
    private var conversions: [ID<Conversion>: ConversionRow] = [:]

    init(_ store: Store, campaigns: [ID<Campaign>: CampaignNote]) {
        self.store = store
        self.campaigns = campaigns
    }

    /// Nil where the subject is gone.
    mutating func story(
        of type: NotificationType, subject: Int64
    ) throws(StorageError) -> Story? {
        switch type.subject {
        case .conversion:
            return try conversion(ID(subject))
        case .reward: return try reward(ID(subject))
        case .participant:
            guard let person = try person(ID(subject)) else { return nil }
            var story = Story()
            story.tell(of: person)
            if let referrer = person.participant.referredBy {
                story.referrer = try self.person(referrer)
            }
            return story
        case .campaign:
            let id = ID<Campaign>(subject)
            guard campaigns[id] != nil else { return nil }
            return Story(
                campaignID: id,
                extra: .pool(available: try store.coupons.availableCount(in: id, atMost: .max)))
        case .event:
            guard let event = try store.events.find(ID(subject)) else { return nil }
            let source = try store.catalog.source(event.source)
            return Story(
                extra: .event(
                    id: subject, source: source?.id, receivedAt: event.receivedAt))
        case .webhook:
            let row = try store.catalog.webhook(subject)
            return row.map { Story(extra: .webhook(id: subject, name: $0.name)) }
        }
    }

    private mutating func conversion(_ id: ID<Conversion>) throws(StorageError) -> Story? {
        guard let row = try found(id), let lead = try person(row.lead) else { return nil }
        var story = Story(referrer: try person(row.referrer), conversion: row)
        story.tell(of: lead)
        return story
    }

    private mutating func reward(_ id: ID<Reward>) throws(StorageError) -> Story? {
        guard var row = try store.rewards.find(id), let person = try person(row.beneficiary) else {
            return nil
        }
        // Only what has a reason was changed after it was granted.
        if !row.reasons.isEmpty {
            let entries = try store.rewards.ledger(of: id)
            row.value = row.value?.adding(entries.reduce(0) { $0 + $1.amount })
        }
        let conversion = try found(id.conversion)
        var story = Story(conversion: conversion)
        story.tell(of: person)
        if let conversion { story.referrer = try self.person(conversion.referrer) }
        var kind = conversion.flatMap { campaigns[$0.campaign]?.kinds[row.campaignReward] }
        var couponCode: String?
        // A coupon is the reward's from its issue on; before that it is only set aside. Whether there is one
        // says what the reward was granted as, which its rule may not be any more.
        if row.status == .issued || row.status == .redeemed {
            if kind == .coupon || row.value == .nothingStated {
                couponCode = try store.coupons.find(ofReward: id)?.code
            }
            if (kind == .coupon) != (couponCode != nil) { kind = couponCode.map { _ in .coupon } }
        }
        story.reward = Story.RewardPart(row: row, kind: kind, couponCode: couponCode)
        return story
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

extension Story {
    fileprivate mutating func tell(of person: ParticipantRow) {
        recipient = person
        campaignID = person.participant.campaign
    }
}

extension GrantedValue {
    /// What is left of it, where it is an amount, after what its ledger says.
    fileprivate func adding(_ units: Int64) -> GrantedValue {
        switch self {
        case .money(let money): .money(Money(money.minorUnits + units, money.currency))
        case .points(let points): .points(points + units)
        case .text, .nothingStated: self
        }
    }
}
