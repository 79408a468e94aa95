import Time

/// A person enrolled in one campaign, as stored.
package struct Participant: Equatable, Sendable {
    /// The participant's number.
    package var id: ID<Participant>
    /// The campaign in which the person is enrolled.
    package var campaign: ID<Campaign>
    /// The canonical e-mail address; nil if unknown.
    package var email: String?
    /// The partner's id of the person; nil if unknown.
    package var customer: String?
    /// The instant at which the person joined the campaign.
    package var joinedAt: Instant
    /// True if an operator disabled the participant.
    package var isDisabled: Bool
    /// The participant who referred this one; nil for a person who joined without a referral.
    package var referredBy: ID<Participant>?
    /// True if the participant has referred somebody.
    package var hasReferred: Bool

    /// Creates a participant from its parts.
    package init(
        id: ID<Participant>, campaign: ID<Campaign>, email: String? = nil, customer: String? = nil,
        joinedAt: Instant, isDisabled: Bool = false, referredBy: ID<Participant>? = nil,
        hasReferred: Bool = false
    ) {
        self.id = id
        self.campaign = campaign
        self.email = email
        self.customer = customer
        self.joinedAt = joinedAt
        self.isDisabled = isDisabled
        self.referredBy = referredBy
        self.hasReferred = hasReferred
    }

    /// True if another participant referred this one.
    package var isLead: Bool { referredBy != nil }
}

/// The facts about a participant that a decision needs, without personal data.
package struct Party: Equatable, Sendable {
    /// The participant's number.
    package var id: ID<Participant>
    /// The instant at which the person joined the campaign.
    package var joinedAt: Instant
    /// True if an operator disabled the participant.
    package var isDisabled: Bool
    /// The participant who referred this one; nil without a referral.
    package var referredBy: ID<Participant>?
    /// True if the participant has referred somebody.
    package var hasReferred: Bool

    /// Creates the facts from their parts.
    package init(
        id: ID<Participant>, joinedAt: Instant, isDisabled: Bool = false,
        referredBy: ID<Participant>? = nil, hasReferred: Bool = false
    ) {
        self.id = id
        self.joinedAt = joinedAt
        self.isDisabled = isDisabled
        self.referredBy = referredBy
        self.hasReferred = hasReferred
    }

    /// Takes the facts from a participant.
    package init(_ participant: Participant) {
        self.init(
            id: participant.id, joinedAt: participant.joinedAt, isDisabled: participant.isDisabled,
            referredBy: participant.referredBy, hasReferred: participant.hasReferred)
    }
}
