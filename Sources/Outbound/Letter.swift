import Currencies
import JSON
import Referrals
import Storage
import Time
import Workspace

/// The text of a notification in the words of one dialect.
struct Letter {
    let id: String
    let type: NotificationType
    let createdAt: Instant
    let story: Story
    let campaign: CampaignNote?

    func body(in dialect: WebhookDeclaration.Dialect) -> [UInt8] {
        var json = Writer(reservingCapacity: 700)
        switch dialect {
        case .standard: writeStandard(to: &json)
        case .referralloop: writeReferralLoop(to: &json)
        case .referralFactory: writeReferralFactory(to: &json)
        case .referralsCom: writeReferralsCom(to: &json)
        }
        return json.bytes
    }

    // MARK: Standard

    private func writeStandard(to json: inout Writer) {
        json.beginObject()
        json.put("id", id)
        json.put("type", type.rawValue)
        json.put("timestamp", createdAt.rfc3339)
        json.key("data")
        writeData(to: &json)
        json.endObject()
    }

    private func writeData(to json: inout Writer) {
        json.beginObject()
        json.key("recipient")
        write(story.recipient, isChange: type == .affiliateUpdated, to: &json)
        json.key("campaign")
        if let id = story.campaignID {
            json.beginObject()
            json.put("id", id.number)
            json.put("name", campaign?.name)
            json.endObject()
        } else {
            json.null()
        }
        json.key("referrer")
        write(story.referrer, to: &json)
        json.key("conversion")
        writeConversion(to: &json)
        json.key("reward")
        writeReward(to: &json)
        writeExtra(to: &json)
        json.endObject()
    }

    /// - Parameter isChange: whether the notification is of a change of the person, which may be one of status.
    private func write(
        _ person: ParticipantRow?, isChange: Bool = false, to json: inout Writer
    ) {
        guard let person else { return json.null() }
        json.beginObject()
        json.put("id", person.participant.id.number)
        json.put("first_name", person.firstName)
        json.put("referral_code", person.code)
        json.put("email", person.participant.email)
        json.put("source", person.source)
        json.put("referral_link", link(of: person))
        json.put("joined_at", person.participant.joinedAt.rfc3339)
        if isChange { json.put("status", person.status) }
        json.endObject()
    }

    private func writeConversion(to json: inout Writer) {
        guard let row = story.conversion else { return json.null() }
        json.beginObject()
        json.put("id", row.id.number)
        json.put("status", row.status.rawValue)
        json.put("amount", row.amount)
        json.put("currency", row.currency?.text)
        json.put("occurred_at", row.occurredAt.rfc3339)
        json.endObject()
    }

    private func writeReward(to json: inout Writer) {
        guard let reward = story.reward else { return json.null() }
        json.beginObject()
        json.put("id", reward.row.id.number)
        json.put("kind", reward.kind?.rawValue)
        json.key("value")
        switch reward.row.value {
        case .money(let money):
            json.beginObject()
            json.put("amount", money.minorUnits)
            json.put("currency", money.currency.text)
            json.endObject()
        case .points(let points):
            json.beginObject()
            json.put("points", points)
            json.endObject()
        case .text(let text):
            json.beginObject()
            json.put("text", text)
            json.endObject()
        case .nothingStated, nil: json.null()
        }
        json.put("status", reward.row.status.rawValue)
        json.put("coupon_code", reward.couponCode)
        json.endObject()
    }

    private func writeExtra(to json: inout Writer) {
        switch story.extra {
        case .pool(let available):
            json.key("coupon_pool")
            json.beginObject()
            json.put("available", Int64(available))
        case .event(let id, let source, let receivedAt):
            json.key("event")
            json.beginObject()
            json.put("id", id)
            json.put("source", source)
            json.put("received_at", receivedAt.rfc3339)
        case .webhook(let id, let name):
            json.key("webhook")
            json.beginObject()
            json.put("id", id)
            json.put("name", name)
        case nil: return
        }
        json.endObject()
    }

    private func link(of person: ParticipantRow) -> String? {
        campaign?.linkBase.map { ReferralLink.text(base: $0, code: person.code) }
    }

    // MARK: Other products' words

    /// Exactly the five members of its envelope.
    private func writeReferralLoop(to json: inout Writer) {
        json.beginObject()
        json.put("id", id)
        json.put("event_type", type.rawValue)
        json.put("waitlist_id", story.campaignID.map { String($0.number) })
        json.key("data")
        writeData(to: &json)
        json.put("timestamp", createdAt.rfc3339)
        json.endObject()
    }

    /// The data fields of its form, flat.
    private func writeReferralFactory(to json: inout Writer) {
        json.beginObject()
        json.put("event", type.rawValue)
        writeFlat(story.recipient, prefix: "", to: &json)
        if type == .affiliateUpdated { json.put("status", story.recipient?.status) }
        json.put("campaign_id", story.campaignID?.number)
        json.put("campaign_name", campaign?.name)
        writeFlat(story.referrer, prefix: "referrer_", to: &json)
        if let reward = story.reward {
            json.put("reward_id", reward.row.id.number)
            json.put("reward_kind", reward.kind?.rawValue)
            json.put("reward_status", reward.row.status.rawValue)
            json.put("coupon_code", reward.couponCode)
        }
        json.endObject()
    }

    private func writeFlat(_ person: ParticipantRow?, prefix: String, to json: inout Writer) {
        json.put(prefix + "id", person?.participant.id.number)
        json.put(prefix + "first_name", person?.firstName)
        json.put(prefix + "referral_code", person?.code)
        json.put(prefix + "email", person?.participant.email)
        json.put(prefix + "source", person?.source)
        json.put(prefix + "referral_link", person.flatMap { link(of: $0) })
        json.put(prefix + "joined_at", person?.participant.joinedAt.rfc3339)
    }

    private func writeReferralsCom(to json: inout Writer) {
        json.beginObject()
        switch type {
        case .leadCreated, .affiliateCreated, .signupCreated:
            json.put("event", "participant.signup")
        case .rewardIssued: json.put("event", "participant.reward")
        default: json.put("event", type.rawValue)
        }
        json.key("participant")
        if let person = story.recipient {
            json.beginObject()
            json.put("id", person.participant.id.number)
            json.put("email", person.participant.email)
            json.put("name", person.firstName)
            json.put("campaign_id", story.campaignID?.number)
            json.put("date_signedup", person.participant.joinedAt.rfc3339)
            if type == .affiliateUpdated { json.put("status", person.status) }
            json.endObject()
        } else {
            json.null()
        }
        if let reward = story.reward {
            json.key("reward")
            json.beginObject()
            json.put("reward_type", reward.kind?.rawValue)
            json.put("coupon", reward.couponCode)
            var cash: Int64?
            if case .money(let money) = reward.row.value { cash = money.minorUnits }
            json.put("cash_value", cash)
            json.endObject()
        }
        json.endObject()
    }
}

extension Writer {
    fileprivate mutating func put(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    fileprivate mutating func put(_ name: String, _ value: Int64?) {
        key(name)
        if let value { integer(value) } else { null() }
    }
}

extension ParticipantRow {
    /// As the API has it.
    fileprivate var status: String { participant.isDisabled ? "disabled" : "active" }
}
