import Currencies
import JSON
import Referrals
import Rules
import Time

/// A participant with the fields that conditions can read.
package struct ConditionPerson: Sendable {
    /// The participant's number.
    package var id: Int64
    /// The referral code.
    package var code: String
    /// The e-mail address; nil if unknown.
    package var email: String?
    /// The first name; nil if unknown.
    package var firstName: String?
    /// The source through which the person joined; nil if unknown.
    package var source: String?
    /// The instant at which the person joined the campaign.
    package var joinedAt: Instant

    /// Creates a person from its fields.
    package init(
        id: Int64, code: String, email: String?, firstName: String?, source: String?,
        joinedAt: Instant
    ) {
        self.id = id
        self.code = code
        self.email = email
        self.firstName = firstName
        self.source = source
        self.joinedAt = joinedAt
    }
}

extension Activation {
    /// Creates the variables of a campaign's conditions for one event. The variable of an unknown
    /// person has no value, and an expression that reads it has an unknown result.
    package init(
        event: QualifyingEvent, payload: JSON.Value?, lead: ConditionPerson?,
        referrer: ConditionPerson?, campaign: Campaign, now: Instant
    ) {
        self.init(ConditionLanguage.environment)
        self[slot: ConditionLanguage.Slot.event.rawValue] = .record(
            Record(
                ConditionLanguage.event,
                [
                    .string(event.goal), event.code.map { .string($0.text) },
                    .list(event.businessKeys.map { .string($0) }), event.amount.map { .int($0) },
                    event.currency.map { .string($0.text) }, event.email.map { .string($0) },
                    event.customer.map { .string($0) }, .instant(event.occurredAt),
                    .instant(event.receivedAt), .bool(event.isTest),
                ]))
        self[slot: ConditionLanguage.Slot.payload.rawValue] = payload.map { Rules.Value($0) }
        self[slot: ConditionLanguage.Slot.lead.rawValue] = lead.map {
            .person($0, ConditionLanguage.lead)
        }
        self[slot: ConditionLanguage.Slot.referrer.rawValue] = referrer.map {
            .person($0, ConditionLanguage.referrer)
        }
        self[slot: ConditionLanguage.Slot.campaign.rawValue] = .record(
            Record(
                ConditionLanguage.campaign,
                [
                    .int(campaign.id.number), .string(campaign.rules.name),
                    .string(campaign.rules.owner ?? ""),
                    .string(campaign.rules.goalType), .int(Int64(campaign.version)),
                ]))
        self[slot: ConditionLanguage.Slot.now.rawValue] = .instant(now)
    }
}

extension Rules.Value {
    static func instant(_ instant: Instant) -> Rules.Value? {
        let microsecond = CivilTime(instant).microsecond
        return Timestamp(seconds: instant.seconds, nanoseconds: Int32(microsecond) * 1000)
            .map { .timestamp($0) }
    }

    fileprivate static func person(_ person: ConditionPerson, _ type: RecordType) -> Rules.Value {
        .record(
            Record(
                type,
                [
                    .int(person.id), .string(person.code), person.email.map { .string($0) },
                    person.firstName.map { .string($0) }, person.source.map { .string($0) },
                    .instant(person.joinedAt),
                ]))
    }
}
