import Currencies
import Declarations
import JSON
import Referrals
import Storage
import Time

/// The body of a notification in one dialect.
struct NotificationBody {
    let id: String
    let type: NotificationType
    let createdAt: Instant
    let context: NotificationContext
    let campaign: CampaignNote?

    func body(in form: NotificationForm) -> [UInt8] {
        let whole = body(in: form.dialect)
        return form.fields.map { $0.applied(to: whole) } ?? whole
    }

    private func body(in dialect: WebhookDeclaration.Dialect) -> [UInt8] {
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
        json.member("id", id)
        json.member("type", type.rawValue)
        json.member("timestamp", createdAt.rfc3339)
        json.key("data")
        writeData(to: &json)
        json.endObject()
    }

    private func writeData(to json: inout Writer) {
        json.beginObject()
        json.key("recipient")
        write(context.recipient, isChange: type == .affiliateUpdated, to: &json)
        json.key("campaign")
        if let id = context.campaignID {
            json.object { json in
                json.member("id", id.declared.number)
                json.member("name", campaign?.name)
            }
        } else {
            json.null()
        }
        json.key("referrer")
        write(context.referrer, to: &json)
        json.key("conversion")
        writeConversion(to: &json)
        json.key("reward")
        writeReward(to: &json)
        if let signup = context.signup {
            json.object("signup") { writeMembers(of: signup, to: &$0) }
        }
        writeExtra(to: &json)
        json.endObject()
    }

    /// - Parameter isChange: True if the notification is about a change of the person, such as a
    ///   new status.
    private func write(
        _ person: ParticipantRow?, isChange: Bool = false, to json: inout Writer
    ) {
        guard let person else { return json.null() }
        json.beginObject()
        json.member("id", person.participant.id.number)
        json.member("first_name", person.firstName)
        json.member("referral_code", person.code)
        json.member("email", person.participant.email)
        json.member("source", person.source)
        json.member("referral_link", link(of: person))
        json.member("joined_at", person.participant.joinedAt.rfc3339)
        if isChange { json.member("status", person.status) }
        json.endObject()
    }

    private func writeConversion(to json: inout Writer) {
        guard let row = context.conversion else { return json.null() }
        json.beginObject()
        json.member("id", row.id.number)
        json.member("status", row.status.rawValue)
        json.member("amount", row.amount)
        json.member("currency", row.currency?.text)
        json.member("occurred_at", row.occurredAt.rfc3339)
        json.endObject()
    }

    private func writeReward(to json: inout Writer) {
        guard let reward = context.reward else { return json.null() }
        json.beginObject()
        json.member("id", reward.row.id.number)
        json.member("kind", reward.kind?.rawValue)
        json.member("value", reward.row.value)
        json.member("status", reward.row.status.rawValue)
        json.member("coupon_code", reward.couponCode)
        json.endObject()
    }

    private func writeExtra(to json: inout Writer) {
        switch context.extra {
        case .pool(let available):
            json.object("coupon_pool") { $0.member("available", available) }
        case .event(let id, let source, let receivedAt):
            json.object("event") { json in
                json.member("id", id)
                json.member("source", source)
                json.member("received_at", receivedAt.rfc3339)
            }
        case .webhook(let id, let name):
            json.object("webhook") { json in
                json.member("id", id.number)
                json.member("name", name)
            }
        case .payout(let payout): writePayout(payout, to: &json)
        case nil: break
        }
    }

    private func writePayout(_ payout: PayoutRow, to json: inout Writer) {
        json.object("payout") { json in
            json.member("id", payout.id.number)
            json.member("status", payout.status.rawValue)
            json.member("currency", payout.currency.text)
            json.member("total", payout.total)
            json.member("rewards", payout.rewards)
            json.member("until", payout.until.rfc3339)
        }
    }

    private func link(of person: ParticipantRow) -> String? {
        campaign?.linkBase.map { ReferralLink.text(base: $0, code: person.code) }
    }

    // MARK: Other products' dialects

    /// Writes exactly the five members of ReferralLoop's envelope.
    private func writeReferralLoop(to json: inout Writer) {
        json.beginObject()
        json.member("id", id)
        json.member("event_type", type.rawValue)
        json.member("waitlist_id", context.campaignID == nil ? nil : campaign?.uid?.text)
        json.key("data")
        if let signup = context.signup {
            json.object { writeReferralLoop(signup, to: &$0) }
        } else {
            writeData(to: &json)
        }
        json.member("timestamp", createdAt.rfc3339)
        json.endObject()
    }

    /// Writes the data fields of Referral Factory's form, flat.
    private func writeReferralFactory(to json: inout Writer) {
        json.beginObject()
        json.member("event", type.rawValue)
        if type != .signupDeleted { writeFlat(context.recipient, prefix: "", to: &json) }
        if type == .affiliateUpdated { json.member("status", context.recipient?.status) }
        json.member("campaign_id", context.campaignID?.declared.number)
        json.member("campaign_name", campaign?.name)
        writeFlat(context.referrer, prefix: "referrer_", to: &json)
        if let reward = context.reward {
            json.member("reward_id", reward.row.id.number)
            json.member("reward_kind", reward.kind?.rawValue)
            json.member("reward_status", reward.row.status.rawValue)
            json.member("coupon_code", reward.couponCode)
        }
        if let signup = context.signup {
            json.member("signup_id", signup.uid.text)
            if let email = signup.email { json.member("email", email) }
            writePositions(of: signup, to: &json)
        }
        if case .payout(let payout)? = context.extra {
            json.member("payout_id", payout.id.number)
            json.member("payout_currency", payout.currency.text)
            json.member("payout_total", payout.total)
        }
        json.endObject()
    }

    private func writeFlat(_ person: ParticipantRow?, prefix: String, to json: inout Writer) {
        json.member(prefix + "id", person?.participant.id.number)
        json.member(prefix + "first_name", person?.firstName)
        json.member(prefix + "referral_code", person?.code)
        json.member(prefix + "email", person?.participant.email)
        json.member(prefix + "source", person?.source)
        json.member(prefix + "referral_link", person.flatMap { link(of: $0) })
        json.member(prefix + "joined_at", person?.participant.joinedAt.rfc3339)
    }

    private func writeReferralsCom(to json: inout Writer) {
        json.beginObject()
        json.member("event", NotificationSchema.referralsComName(of: type))
        json.key("participant")
        if let person = context.recipient {
            json.beginObject()
            json.member("id", person.participant.id.number)
            json.member("email", person.participant.email)
            json.member("name", person.firstName)
            json.member("campaign_id", context.campaignID?.declared.number)
            json.member("date_signedup", person.participant.joinedAt.rfc3339)
            if type == .affiliateUpdated { json.member("status", person.status) }
            if let signup = context.signup { writePositions(of: signup, to: &json) }
            json.endObject()
        } else if let signup = context.signup {
            json.object { json in
                json.member("email", signup.email)
                json.member("campaign_id", context.campaignID?.declared.number)
            }
        } else {
            json.null()
        }
        if let reward = context.reward {
            var cash: Int64?
            if case .money(let money) = reward.row.value { cash = money.minorUnits }
            json.object("reward") { json in
                json.member("reward_type", reward.kind?.rawValue)
                json.member("coupon", reward.couponCode)
                json.member("cash_value", cash)
            }
        }
        if case .payout(let payout)? = context.extra { writePayout(payout, to: &json) }
        json.endObject()
    }
}

extension ParticipantRow {
    /// The status as the API writes it.
    fileprivate var status: String { participant.isDisabled ? "disabled" : "active" }
}
