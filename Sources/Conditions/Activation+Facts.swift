import Currencies
import JSON
import Referrals
import Rules
import Time

/// A person as conditions see them.
package struct ConditionPerson: Sendable {
    package var id: Int64
    package var code: String
    package var email: String?
    package var firstName: String?
    package var source: String?
    package var joinedAt: Instant

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
    /// The values of a campaign's conditions for one event. A person who is not known leaves the variable
    /// without a value, and every expression that reads it unknown.
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
