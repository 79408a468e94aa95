import Currencies
import JSON
import Ledger
import Referrals
import Storage
import Time

extension Explanation {
    /// The JSON of `GET /api/v1/explain` and `explain --json`.
    package var json: [UInt8] {
        var writer = Writer(reservingCapacity: 8192)
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the explanation as one object.
    package func write(to writer: inout Writer) {
        writer.beginObject()
        writer.key("query")
        query.write(to: &writer)
        writer.member("found", isFound)
        writer.member("summary", summary)
        if !isFound || !suggestions.isEmpty {
            writer.member("did_you_mean", suggestions)
        }
        writer.list("participants", people) { $0.write(to: &$1) }
        writer.list("events", events) { $0.write(to: &$1) }
        writer.member("more", isCut)
        if let givenRewards { writer.member("rewards_given", givenRewards) }
        writer.endObject()
    }
}

extension Explanation.Query {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        switch self {
        case .code(let text): writer.member("code", text)
        case .email(let text): writer.member("email", text)
        case .event(let number): writer.member("event", number)
        case .businessKey(let key): writer.member("business_key", key)
        case .customer(let text): writer.member("customer", text)
        }
        writer.endObject()
    }
}

extension Explanation.Person {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("id", row.participant.id.number)
        writer.object("campaign") { writer in
            writer.member("id", row.participant.campaign.declared.number)
            writer.member("name", campaignName)
        }
        writer.member("referral_code", row.code)
        writer.member("external_id", row.externalID)
        writer.member("email", row.participant.email)
        writer.member("first_name", row.firstName)
        writer.member("source", row.source)
        writer.member("role", role.rawValue)
        writer.member("referred_by", referrerCode)
        writer.member("leads", leadCount)
        writer.member("joined_at", row.participant.joinedAt.rfc3339)
        writer.member("disabled", row.participant.isDisabled)
        writer.member("deleted", isErased)
        if let preflight {
            writer.key("preflight")
            preflight.write(to: &writer)
        }
        writer.endObject()
    }
}

extension ExplainedEvent {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("event", row.id.number)
        writer.member("event_id", row.eventID)
        writer.member("source", source)
        writer.member("received_at", row.receivedAt.rfc3339)
        writer.member("decided_at", decidedAt?.rfc3339)
        writer.member("goal", goal)
        writer.member("outcome", row.outcome.rawValue)
        writer.list("reasons", row.reasons) { $0.write(remedy: remedy(for: $0), to: &$1) }
        writer.member("near_miss", isNearMiss)
        writer.member("summary", summary)
        writer.key("lead")
        writer.write(lead)
        writer.key("referrer")
        writer.write(referrer)
        writeDecision(to: &writer)
        writer.key("conversion")
        if let conversion { writer.write(conversion) } else { writer.null() }
        writer.list("rewards", rewards) { $0.write(to: &$1) }
        writer.list("reviews", reviews) { $0.write(to: &$1) }
        writer.member("waits_for", waitsFor)
        writer.list("later", later) { $0.write(to: &$1) }
        writer.endObject()
    }

    private func writeDecision(to writer: inout Writer) {
        switch decided {
        case .traced(let trace):
            writer.member("obstacles", trace.obstacles.count)
            writer.list("checks", trace.checks) { $0.write(to: &$1) }
        case .unmapped(let problems):
            writer.member("problems", problems)
        case .imported: writer.member("imported", true)
        case .unavailable(let why): writer.member("not_derivable", why)
        case .reversal, .notOurs: break
        }
    }
}

extension ExplainedEvent.Reward {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("id", row.id.number)
        writer.member("campaign_reward", row.campaignReward.number)
        writer.member("kind", kind?.rawValue)
        writer.member("beneficiary", beneficiary.rawValue)
        writer.member("status", row.status.rawValue)
        writer.list("reasons", row.reasons) { $0.write(to: &$1) }
        writer.member("value", row.value)
        writer.member("remaining", remaining)
        writer.member("coupon", coupon?.rawValue)
        writer.member("held_until", row.heldUntil?.rfc3339)
        writer.member("issued_at", row.issuedAt?.rfc3339)
        writer.member("sentence", sentence)
        writer.endObject()
    }
}

extension ExplainedEvent.Reviewed {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member(kind.rawValue, subject)
        writer.member("action", review.action)
        writer.member("note", review.note)
        writer.member("key", review.key.number)
        writer.member("at", review.at.rfc3339)
        writer.endObject()
    }
}

extension ExplainedEvent.Later {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("event", event.number)
        writer.member("received_at", receivedAt.rfc3339)
        writer.member("outcome", outcome.rawValue)
        writer.list("reasons", reasons) { $0.write(to: &$1) }
        writer.endObject()
    }
}

extension ReasonCode {
    /// `{"code", "sentence", "remedy"}`.
    fileprivate func write(remedy words: String? = nil, to writer: inout Writer) {
        writer.beginObject()
        writer.member("code", text)
        writer.member("sentence", sentence)
        writer.member("remedy", words ?? remedy)
        writer.endObject()
    }
}

extension Writer {
    fileprivate mutating func write(_ person: ExplainedEvent.PersonName?) {
        guard let person else { return null() }
        beginObject()
        member("id", person.id.number)
        member("referral_code", person.code)
        endObject()
    }

    fileprivate mutating func write(_ conversion: ConversionRow) {
        beginObject()
        member("id", conversion.id.number)
        member("campaign", conversion.campaign.declared.number)
        member("status", conversion.status.rawValue)
        member("amount", conversion.amount)
        member("currency", conversion.currency?.text)
        member("occurred_at", conversion.occurredAt.rfc3339)
        endObject()
    }
}
