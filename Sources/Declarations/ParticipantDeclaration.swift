import JSON
import Reading
import Referrals
import Time

/// A person enrolled in one campaign, as they are declared.
package struct ParticipantDeclaration: Equatable, Sendable {
    package enum Status: String, CaseIterable, Sendable { case active, disabled }

    /// What a participant's `id` says: a number is the participant's own, a text somebody else's.
    package enum Identity: Hashable, Sendable {
        case number(ID<Participant>)
        case external(String)
    }

    package var id: Identity?
    package var campaign: ID<Campaign>
    package var email: EmailAddress?
    package var firstName: String?
    /// Nil where one is to be made.
    package var referralCode: ReferralCode?
    package var referredBy: ReferralCode?
    /// Where the person came from.
    package var source: String?
    /// The partner's id of the person.
    package var customer: String?
    /// Nil where nothing is said of it: who is disabled stays so, whoever is new is active.
    package var status: Status?
    /// When a person who is new joined, as an export says it; nil where nothing is said of it.
    package var joinedAt: Instant?
    /// When a person was deleted, as an export says it: only their code is left, which is never given again.
    package var erasedAt: Instant?

    package init(
        id: Identity? = nil, campaign: ID<Campaign>, email: EmailAddress? = nil,
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

    /// What a participant may be found by again; one of them is needed.
    package static let keys = ["email", "id", "referral_code"]

    package var hasKey: Bool { email != nil || id != nil || referralCode != nil }
}

/// The limits of a participant's texts, in bytes.
package enum ParticipantLimits {
    package static let email = 254
    package static let firstName = 200
    package static let code = 400
    package static let source = 100
    package static let customer = 256
    package static let id = 128
}

extension ParticipantDeclaration {
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
            // Numbers are given by refgate; somebody else's name for the person may stand beside.
            if case .number? = said { members.note(.notFixed("a number of ours"), at: "id") }
            return external(&members) ?? said
        }
    }

    private static func external(_ members: inout Members) -> Identity? {
        members.text("external_id", atMost: ParticipantLimits.id, as: readIdentifier)
            .map { .external($0) }
    }

    /// Compact, in a fixed order, defaults left out.
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
        json.member("status", ifPresent: status?.rawValue)
        json.endObject()
    }

    package var canonicalJSON: [UInt8] { compact(write) }
}

extension ParticipantDeclaration.Identity {
    package var text: String {
        switch self {
        case .number(let id): String(id.number)
        case .external(let text): text
        }
    }
}
