import Time

/// A person enrolled in one campaign, as the records have them.
package struct Participant: Equatable, Sendable {
    package var id: ID<Participant>
    package var campaign: ID<Campaign>
    package var email: String?
    package var customer: String?
    package var joinedAt: Instant
    package var isDisabled: Bool
    /// Who referred them; nil for one who joined by themself.
    package var referredBy: ID<Participant>?
    /// Whether they have referred anybody yet.
    package var hasReferred: Bool

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

    package var isLead: Bool { referredBy != nil }
}

/// What a decision needs to know of a participant: nothing that names a person.
package struct Party: Equatable, Sendable {
    package var id: ID<Participant>
    package var joinedAt: Instant
    package var isDisabled: Bool
    package var referredBy: ID<Participant>?
    package var hasReferred: Bool

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

    package init(_ participant: Participant) {
        self.init(
            id: participant.id, joinedAt: participant.joinedAt, isDisabled: participant.isDisabled,
            referredBy: participant.referredBy, hasReferred: participant.hasReferred)
    }
}
