import Currencies
import JSON
import Referrals
import Storage
import Time

extension Explanation {
    /// As `GET /api/v1/explain` and `explain --json` give it.
    package var json: [UInt8] {
        var writer = Writer(reservingCapacity: 8192)
        write(to: &writer)
        return writer.bytes
    }

    package func write(to writer: inout Writer) {
        writer.beginObject()
        writer.key("query")
        query.write(to: &writer)
        writer.key("found")
        writer.bool(isFound)
        writer.key("summary")
        writer.string(summary)
        if !isFound || !suggestions.isEmpty {
            writer.key("did_you_mean")
            writer.list(suggestions) { $0.string($1) }
        }
        writer.key("participants")
        writer.list(people) { $1.write(to: &$0) }
        writer.key("events")
        writer.list(events) { $1.write(to: &$0) }
        writer.key("more")
        writer.bool(isCut)
        if let givenRewards { writer.member("rewards_given", Int64(givenRewards)) }
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
        writer.key("campaign")
        writer.beginObject()
        writer.member("id", row.participant.campaign.number)
        writer.member("name", campaignName)
        writer.endObject()
        writer.member("referral_code", row.code)
        writer.member("external_id", row.externalID)
        writer.member("email", row.participant.email)
        writer.member("first_name", row.firstName)
        writer.member("source", row.source)
        writer.member("role", role.rawValue)
        writer.member("referred_by", referrerCode)
        writer.member("leads", Int64(leadCount))
        writer.member("joined_at", row.participant.joinedAt.rfc3339)
        writer.key("disabled")
        writer.bool(row.participant.isDisabled)
        writer.key("deleted")
        writer.bool(isErased)
        if let preflight {
            writer.key("preflight")
            preflight.write(to: &writer)
        }
        writer.endObject()
    }
}

extension EventStory {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("event", row.id.number)
        writer.member("event_id", row.eventID)
        writer.member("source", source)
        writer.member("received_at", row.receivedAt.rfc3339)
        writer.member("decided_at", decidedAt?.rfc3339)
        writer.member("goal", goal)
        writer.member("outcome", row.outcome.rawValue)
        writer.key("reasons")
        writer.list(Array(row.reasons)) { $1.write(remedy: remedy(for: $1), to: &$0) }
        writer.key("near_miss")
        writer.bool(isNearMiss)
        writer.member("summary", summary)
        writer.key("lead")
        writer.write(lead)
        writer.key("referrer")
        writer.write(referrer)
        writeDecision(to: &writer)
        writer.key("conversion")
        if let conversion { writer.write(conversion) } else { writer.null() }
        writer.key("rewards")
        writer.list(rewards) { $1.write(to: &$0) }
        writer.key("reviews")
        writer.list(reviews) { $1.write(to: &$0) }
        writer.key("waits_for")
        writer.list(waitsFor) { $0.string($1) }
        writer.key("later")
        writer.list(later) { $1.write(to: &$0) }
        writer.endObject()
    }

    private func writeDecision(to writer: inout Writer) {
        switch decided {
        case .traced(let trace):
            writer.member("obstacles", Int64(trace.obstacles.count))
            writer.key("checks")
            writer.list(trace.checks) { $1.write(to: &$0) }
        case .unmapped(let problems):
            writer.key("problems")
            writer.list(problems) { $0.string($1) }
        case .untold(let why): writer.member("not_derivable", why)
        case .reversal, .notOurs: break
        }
    }
}

extension EventStory.Reward {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("id", row.id.number)
        writer.member("campaign_reward", row.campaignReward.number)
        writer.member("kind", kind?.rawValue)
        writer.member("beneficiary", beneficiary.rawValue)
        writer.member("status", row.status.rawValue)
        writer.key("reasons")
        writer.list(Array(row.reasons)) { $1.write(to: &$0) }
        writer.key("value")
        if let value = row.value { value.write(to: &writer) } else { writer.null() }
        writer.key("remaining")
        if let remaining { writer.integer(remaining) } else { writer.null() }
        writer.member("coupon", coupon?.rawValue)
        writer.member("held_until", row.heldUntil?.rfc3339)
        writer.member("issued_at", row.issuedAt?.rfc3339)
        writer.member("sentence", sentence)
        writer.endObject()
    }
}

extension EventStory.Reviewed {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member(kind.rawValue, subject)
        writer.member("action", review.action)
        writer.member("note", review.note)
        writer.member("key", review.key)
        writer.member("at", review.at.rfc3339)
        writer.endObject()
    }
}

extension EventStory.Later {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("event", event.number)
        writer.member("received_at", receivedAt.rfc3339)
        writer.member("outcome", outcome.rawValue)
        writer.key("reasons")
        writer.list(Array(reasons)) { $1.write(to: &$0) }
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
    fileprivate mutating func member(_ name: String, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    fileprivate mutating func member(_ name: String, _ number: Int64) {
        key(name)
        integer(number)
    }

    fileprivate mutating func list<Element>(
        _ elements: [Element], _ write: (inout Writer, Element) -> Void
    ) {
        beginArray()
        for element in elements { write(&self, element) }
        endArray()
    }

    fileprivate mutating func write(_ person: EventStory.PersonName?) {
        guard let person else { return null() }
        beginObject()
        member("id", person.id.number)
        member("referral_code", person.code)
        endObject()
    }

    fileprivate mutating func write(_ conversion: ConversionRow) {
        beginObject()
        member("id", conversion.id.number)
        member("campaign", conversion.campaign.number)
        member("status", conversion.status.rawValue)
        key("amount")
        if let amount = conversion.amount { integer(amount) } else { null() }
        member("currency", conversion.currency?.text)
        member("occurred_at", conversion.occurredAt.rfc3339)
        endObject()
    }
}
