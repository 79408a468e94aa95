import Currencies
import Referrals
import Time

/// A participant as stored: what decisions see, and what notifications and answers tell besides.
package struct ParticipantRow: Sendable {
    package var participant: Participant
    package var account: Int64
    /// Counts the changes of this row; decisions name the state they saw.
    package var revision: Int64
    package var code: String
    package var firstName: String?
    package var source: String?
    package var externalID: String?

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

/// An event to be stored, with what was decided.
package struct EventRow: Sendable {
    package var id: ID<Event>
    package var source: ID<Source>
    package var sourceVersion: Int64
    package var eventID: String
    /// Of the mapped fields: tells a repeat from an id used for something else.
    package var fingerprint: Int64
    package var receivedAt: Instant
    package var outcome: Outcome
    package var reasons: Reasons
    /// The participant the event is about, as far as it was found.
    package var participant: ID<Participant>?
    package var conversion: ID<Conversion>?
    package var leadRevision: Int64?
    package var referrerRevision: Int64?
    package var facts: FactsRecord?
    /// The header fields the mapping reads, one `name: value` a line, behind a line that says so where the
    /// body is a form; nil where it reads none but the id, and the body is JSON.
    package var fields: String?
    /// As received; nil once it was erased.
    package var body: [UInt8]?

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

/// What an ID of an event names.
package enum Event {}

package struct ConversionRow: Equatable, Sendable {
    package var id: ID<Conversion>
    package var campaign: ID<Campaign>
    package var lead: ID<Participant>
    package var referrer: ID<Participant>
    package var status: ConversionStatus
    package var amount: Int64?
    /// What the buyer paid, gross; nil where that is the amount.
    package var paid: Int64?
    package var currency: Currency?
    /// The partner's own name for the lead, where its event told one.
    package var customer: String?
    package var occurredAt: Instant
    package var createdAt: Instant
    /// Whether it ever was approved, so that a reinstatement needs no second review.
    package var wasApproved: Bool

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
    /// What reversals take from.
    package var payment: Payment { Payment(amount: amount, paid: paid, currency: currency) }
}

package struct RewardRow: Equatable, Sendable {
    package var id: ID<Reward>
    package var campaignReward: ID<CampaignReward>
    package var beneficiary: ID<Participant>
    package var status: RewardStatus
    package var reasons: Reasons
    /// Nil where the amount it is a share of was never told.
    package var value: GrantedValue?
    package var heldUntil: Instant?
    package var issuedAt: Instant?
    /// When its benefit was used, also where it went to review afterwards.
    package var redeemedAt: Instant?

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
    /// As stored: the codes' texts, joined by commas; nil for none.
    var stored: String? {
        isEmpty ? nil : map(\.text).joined(separator: ",")
    }

    /// Codes of a later release are left out.
    init(stored: String?) {
        self.init()
        for text in stored?.split(separator: ",") ?? [] {
            if let code = ReasonCode(text: String(text)) { insert(code) }
        }
    }
}
