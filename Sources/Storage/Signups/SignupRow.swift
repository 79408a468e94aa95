import Referrals
import Time

/// A participant of a waitlist as a signup.
package struct SignupRow: Equatable, Sendable {
    /// The participant.
    package var participant: ID<Participant>
    /// The waitlist.
    package var campaign: ID<Campaign>
    /// The UUID by which the API names the signup.
    package var uid: UID
    /// The state.
    package var status: SignupStatus
    /// The number of signups that this one has referred and that are not rejected.
    package var referralCount: Int
    /// The time of joining, which orders signups with equal numbers of referrals.
    package var joinedAt: Instant
    /// A JSON object of the operator's; nil if there is none.
    package var metadata: String?

    /// Takes the parts over as they are.
    package init(
        participant: ID<Participant>, campaign: ID<Campaign>, uid: UID,
        status: SignupStatus = .waiting, referralCount: Int = 0, joinedAt: Instant,
        metadata: String? = nil
    ) {
        self.participant = participant
        self.campaign = campaign
        self.uid = uid
        self.status = status
        self.referralCount = referralCount
        self.joinedAt = joinedAt
        self.metadata = metadata
    }

    /// The place of the signup in the order of its waitlist.
    var key: SignupKey {
        SignupKey(
            segment: SignupSegment(campaign: campaign, status: status),
            rank: SignupRank(
                behind: -Int64(referralCount), joinedAt: joinedAt.microseconds,
                participant: participant.number))
    }
}

/// The signups of one waitlist in one state, which have an order of their own.
struct SignupSegment: Hashable, Sendable {
    var campaign: ID<Campaign>
    var status: SignupStatus
}

/// The part of a signup that decides its order: ascending, no two are equal.
struct SignupRank: Comparable, Sendable {
    var behind: Int64
    var joinedAt: Int64
    var participant: Int64

    /// A rank before all others.
    static let first = SignupRank(behind: .min, joinedAt: .min, participant: .min)

    static func < (one: SignupRank, other: SignupRank) -> Bool {
        (one.behind, one.joinedAt, one.participant)
            < (other.behind, other.joinedAt, other.participant)
    }
}

/// A place in the order of a segment.
struct SignupKey: Equatable, Sendable {
    var segment: SignupSegment
    var rank: SignupRank
}
