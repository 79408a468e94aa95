import Currencies
import Referrals
import Time

/// A participant as stored: the part that decisions read, and the members of notifications and
/// responses.
package struct ParticipantRow: Sendable {
    /// The part that decisions read.
    package var participant: Participant
    /// The account of the participant.
    package var account: Int64
    /// The number of changes of this row; decisions refer to the state they read.
    package var revision: Int64
    /// The referral code.
    package var code: String
    /// The first name, if known.
    package var firstName: String?
    /// The source named at enrolment.
    package var source: String?
    /// The partner's external id.
    package var externalID: String?

    /// Takes the parts over as they are.
    package init(
        participant: Participant, account: Int64, revision: Int64 = 0, code: String,
        firstName: String? = nil, source: String? = nil, externalID: String? = nil
    ) {
        self.participant = participant
        self.account = account
        self.revision = revision
        self.code = code
        self.firstName = firstName
        self.source = source
        self.externalID = externalID
    }
}

/// An event to be stored, with its decision.
package struct EventRow: Sendable {
    /// The event's number.
    package var id: ID<Event>
    /// The number of the source that sent it.
    package var source: ID<Source>
    /// The version of the source that it was read with.
    package var sourceVersion: Int64
    /// The sender's id of the event.
    package var eventID: String
    /// A digest of the mapped fields: it distinguishes a repeat from another event under the same
    /// id.
    package var fingerprint: Int64
    /// The time of arrival.
    package var receivedAt: Instant
    /// The outcome of the decision.
    package var outcome: Outcome
    /// The reasons of the outcome.
    package var reasons: Reasons
    /// The participant the event is about, if found.
    package var participant: ID<Participant>?
    /// The conversion that the event made or belongs to.
    package var conversion: ID<Conversion>?
    /// The revision of the lead that the decision read.
    package var leadRevision: Int64?
    /// The revision of the referrer that the decision read.
    package var referrerRevision: Int64?
    /// The facts that the decision was made on.
    package var facts: FactsRecord?
    /// The header fields that the mapping reads, one `name: value` per line, after a mark if the
    /// body is a form; nil if it reads only the id, and the body is JSON.
    package var fields: String?
    /// The body as received; nil after it was erased.
    package var body: [UInt8]?

    /// Takes the parts over as they are.
    package init(
        id: ID<Event>, source: ID<Source>, sourceVersion: Int64, eventID: String,
        fingerprint: Int64, receivedAt: Instant, outcome: Outcome, reasons: Reasons = [],
        participant: ID<Participant>? = nil, conversion: ID<Conversion>? = nil,
        leadRevision: Int64? = nil, referrerRevision: Int64? = nil, facts: FactsRecord? = nil,
        fields: String? = nil, body: [UInt8]?
    ) {
        self.id = id
        self.source = source
        self.sourceVersion = sourceVersion
        self.eventID = eventID
        self.fingerprint = fingerprint
        self.receivedAt = receivedAt
        self.outcome = outcome
        self.reasons = reasons
        self.participant = participant
        self.conversion = conversion
        self.leadRevision = leadRevision
        self.referrerRevision = referrerRevision
        self.facts = facts
        self.fields = fields
        self.body = body
    }
}

/// The subject of an event's id.
package enum Event {}

/// A conversion as stored.
package struct ConversionRow: Equatable, Sendable {
    /// The conversion's number, which is that of its event.
    package var id: ID<Conversion>
    /// The campaign of the conversion.
    package var campaign: ID<Campaign>
    /// The person who converted.
    package var lead: ID<Participant>
    /// The person who referred the lead.
    package var referrer: ID<Participant>
    /// The present status.
    package var status: ConversionStatus
    /// The amount that rewards count, in minor units; nil if unknown.
    package var amount: Int64?
    /// The gross sum that the buyer paid; nil if it equals the amount.
    package var paid: Int64?
    /// The currency of the amount.
    package var currency: Currency?
    /// The partner's id of the lead, if the event contained one.
    package var customer: String?
    /// The time of the conversion according to its sender.
    package var occurredAt: Instant
    /// The time at which the conversion was recorded.
    package var createdAt: Instant
    /// True if it was ever approved, so that a reinstatement needs no second review.
    package var wasApproved: Bool

    /// Takes the parts over as they are.
    package init(
        id: ID<Conversion>, campaign: ID<Campaign>, lead: ID<Participant>,
        referrer: ID<Participant>, status: ConversionStatus, amount: Int64?, paid: Int64? = nil,
        currency: Currency?, customer: String? = nil,
        occurredAt: Instant, createdAt: Instant, wasApproved: Bool
    ) {
        self.id = id
        self.campaign = campaign
        self.lead = lead
        self.referrer = referrer
        self.status = status
        self.amount = amount
        self.paid = paid
        self.currency = currency
        self.customer = customer
        self.occurredAt = occurredAt
        self.createdAt = createdAt
        self.wasApproved = wasApproved
    }
}

extension ConversionRow {
    /// The payment that reversals take from.
    package var payment: Payment { Payment(amount: amount, paid: paid, currency: currency) }
}

/// A granted reward as stored.
package struct RewardRow: Equatable, Sendable {
    /// The reward's number.
    package var id: ID<Reward>
    /// The rule that granted it.
    package var campaignReward: ID<CampaignReward>
    /// The participant who receives it.
    package var beneficiary: ID<Participant>
    /// The present status.
    package var status: RewardStatus
    /// The reasons of the status.
    package var reasons: Reasons
    /// The value; nil if it is a share of an unknown amount.
    package var value: GrantedValue?
    /// The end of its hold, if it has one.
    package var heldUntil: Instant?
    /// The time of issue.
    package var issuedAt: Instant?
    /// The time at which its benefit was used, even if it went to review afterwards.
    package var redeemedAt: Instant?

    /// Takes the parts over as they are.
    package init(
        id: ID<Reward>, campaignReward: ID<CampaignReward>, beneficiary: ID<Participant>,
        status: RewardStatus, reasons: Reasons = [], value: GrantedValue?,
        heldUntil: Instant? = nil, issuedAt: Instant? = nil, redeemedAt: Instant? = nil
    ) {
        self.id = id
        self.campaignReward = campaignReward
        self.beneficiary = beneficiary
        self.status = status
        self.reasons = reasons
        self.value = value
        self.heldUntil = heldUntil
        self.issuedAt = issuedAt
        self.redeemedAt = redeemedAt
    }
}

extension Reasons {
    /// The reasons as stored: codes joined by commas; nil for none.
    var stored: String? {
        isEmpty ? nil : map(\.text).joined(separator: ",")
    }

    /// Reads stored reasons. Codes of a later release are left out.
    init(stored: String?) {
        self.init()
        for text in stored?.split(separator: ",") ?? [] {
            if let code = ReasonCode(text: String(text)) { insert(code) }
        }
    }
}
