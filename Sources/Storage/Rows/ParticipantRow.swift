import Currencies
import Referrals
import Time

/// A participant as stored: the part that decisions read, and the members of notifications and
/// responses.
package struct ParticipantRow: Sendable {
    /// The part that decisions read.
    package var participant: Participant
    /// The account of the participant.
    package var account: ID<Account>
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

    package init(
        participant: Participant, account: ID<Account>, revision: Int64 = 0, code: String,
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
