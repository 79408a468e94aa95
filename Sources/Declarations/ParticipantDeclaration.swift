import JSON
import Reading
import Referrals
import Time

/// A person enrolled in one campaign, as declared.
package struct ParticipantDeclaration: Equatable, Sendable {
    /// The state of a participant.
    package enum Status: String, CaseIterable, Sendable { case active, disabled }

    /// A participant's `id`: a number is refgate's own, a text is a partner's.
    package enum Identity: Hashable, Sendable {
        case number(ID<Participant>)
        case external(String)
    }

    /// The id; nil if not declared.
    package var id: Identity?
    /// The campaign in which the person is enrolled.
    package var campaign: CampaignNumber
    /// The e-mail address; nil if not declared.
    package var email: EmailAddress?
    /// The first name; nil if not declared.
    package var firstName: String?
    /// The referral code; nil to generate one.
    package var referralCode: ReferralCode?
    /// The code of the referrer; nil if not declared.
    package var referredBy: ReferralCode?
    /// The source through which the person joined, such as a page or an advertisement.
    package var source: String?
    /// The partner's id of the person.
    package var customer: String?
    /// Where the person is paid, in the operator's words; nil if not declared.
    package var payoutDestination: String?
    /// The state; nil keeps the state of an existing participant and makes a new one active.
    package var status: Status?
    /// The instant at which a new person joined, as given in an export; nil if not declared.
    package var joinedAt: Instant?
    /// The instant at which the person was deleted, as given in an export. Only the code is left,
    /// and it is never assigned again.
    package var erasedAt: Instant?

    /// Creates a participant.
    package init(
        id: Identity? = nil, campaign: CampaignNumber, email: EmailAddress? = nil,
        firstName: String? = nil, referralCode: ReferralCode? = nil,
        referredBy: ReferralCode? = nil, source: String? = nil, customer: String? = nil,
        status: Status? = nil
    ) {
        self.id = id
        self.campaign = campaign
        self.email = email
        self.firstName = firstName
        self.referralCode = referralCode
        self.referredBy = referredBy
        self.source = source
        self.customer = customer
        self.status = status
    }

    /// The members that identify a stored participant; at least one is required.
    package static let keys = ["email", "id", "referral_code"]

    /// True if the declaration has one of `keys`.
    package var hasKey: Bool { email != nil || id != nil || referralCode != nil }
}

/// The maximum lengths of a participant's texts in bytes.
package enum ParticipantLimits {
    /// E-mail address.
    package static let email = 254
    /// First name.
    package static let firstName = 200
    /// Referral code, before it is made canonical.
    package static let code = 400
    /// Source.
    package static let source = 100
    /// Partner's id of a customer.
    package static let customer = 256
    /// Partner's id of the participant.
    package static let id = 128
    /// Payout destination.
    package static let payoutDestination = 500
}

extension ParticipantDeclaration {
    /// Reads a participant from an element of a list or from a request.
    package static func read(_ members: inout Members, _ naming: Naming<Identity>) -> Self {
        typealias Limits = ParticipantLimits
        var participant = ParticipantDeclaration(campaign: ID(0))
        participant.id = identity(&members, naming)
        if let campaign = members.integer("campaign", in: 1...greatestNumber, required: true) {
            participant.campaign = ID(campaign)
        }
        participant.email = members.text("email", atMost: Limits.email, as: readEmail)
        participant.firstName = members.text("first_name", atMost: Limits.firstName)
        participant.referralCode = members.text(
            "referral_code", atMost: Limits.code, as: readCode)
        participant.referredBy = members.text(
            "referred_by", atMost: Limits.code, as: readCode)
        participant.source = members.text("source", atMost: Limits.source)
        participant.customer = members.text(
            "customer", atMost: Limits.customer, as: readIdentifier)
        participant.payoutDestination = members.text(
            "payout_destination", atMost: Limits.payoutDestination)
        participant.status = members.choice("status")
        if members.object != nil, participant.id == nil,
            keys.allSatisfy({ members.member($0) == nil })
        {
            members.reading.note(
                .missing(.member, anyOf: keys), at: members.anchor, absent: keys[0])
        }
        if let code = participant.referralCode, code == participant.referredBy {
            members.note(.rule(.refersToItself), at: "referred_by")
        }
        return participant
    }

    private static func identity(_ members: inout Members, _ naming: Naming<Identity>) -> Identity?
    {
        var said: Identity?
        if let member = members.member("id") {
            if member.value.kind == .string {
                said = members.text(of: member, atMost: ParticipantLimits.id).map { .external($0) }
            } else {
                said = members.integer("id", in: 1...greatestNumber).map { .number(ID($0)) }
            }
        }
        switch naming {
        case .declared: return said
        case .given(let id):
            if let said, said != id { members.note(.notFixed(id.text), at: "id") }
            guard case .number = id else { return id }
            return external(&members) ?? id
        case .unnamed:
            // Numbers are assigned by refgate; a partner's id is kept beside the number.
            if case .number? = said { members.note(.notFixed("refgate's own number"), at: "id") }
            return external(&members) ?? said
        }
    }

    private static func external(_ members: inout Members) -> Identity? {
        members.text("external_id", atMost: ParticipantLimits.id, as: readIdentifier)
            .map { .external($0) }
    }

    /// Writes the canonical JSON: compact, in a fixed order, without defaults.
    package func write(to json: inout Writer) {
        json.beginObject()
        switch id {
        case .number(let id)?: json.member("id", id.number)
        case .external(let text)?: json.member("id", text)
        case nil: break
        }
        json.member("campaign", campaign.number)
        json.member("email", ifPresent: email?.canonical)
        json.member("first_name", ifPresent: firstName)
        json.member("referral_code", ifPresent: referralCode?.text)
        json.member("referred_by", ifPresent: referredBy?.text)
        json.member("source", ifPresent: source)
        json.member("customer", ifPresent: customer)
        json.member("payout_destination", ifPresent: payoutDestination)
        json.member("status", ifPresent: status?.rawValue)
        json.endObject()
    }

    /// The canonical JSON.
    package var canonicalJSON: [UInt8] { compact(write) }
}

extension ParticipantDeclaration.Identity {
    /// The id as text; a number in decimal digits.
    package var text: String {
        switch self {
        case .number(let id): String(id.number)
        case .external(let text): text
        }
    }
}
