import Currencies
import Referrals
import Time

/// A batch of cash rewards that are paid together.
package struct PayoutRow: Equatable, Sendable {
    /// The state of a payout.
    package enum Status: String, CaseIterable, Sendable {
        /// Its rewards are being gathered.
        case gathering
        /// It waits until it is paid or has failed.
        case open
        /// Its rewards are being redeemed.
        case paying
        case paid
        /// Its rewards are being freed.
        case failing
        case failed

        /// True if automatic work brings the payout to its next state.
        package var isUnfinished: Bool { self == .gathering || self == .paying || self == .failing }
    }

    /// The payout's number.
    package var id: ID<PayoutRow>
    /// The account.
    package var account: ID<Account>
    /// The only campaign whose rewards it has; nil for all.
    package var campaign: ID<Campaign>?
    /// The currency of all its rewards.
    package var currency: Currency
    /// The time before which its rewards were issued.
    package var until: Instant
    /// The present state.
    package var status: Status
    /// The sum of its lines, in minor units.
    package var total: Int64
    /// The number of its lines.
    package var rewards: Int
    /// The place in the queue of payable rewards up to which it was gathered.
    var gathered: PayablePlace
    /// The time of the request.
    package var createdAt: Instant
    /// The time of the last change.
    package var updatedAt: Instant
    /// The fingerprint of the request, if it had an Idempotency-Key.
    package var fingerprint: [UInt8]?
}

extension PayoutRow {
    /// An open payout that has gathered nothing.
    package init(
        id: ID<PayoutRow>, account: ID<Account>, campaign: ID<Campaign>?, currency: Currency,
        total: Int64, rewards: Int, at time: Instant
    ) {
        self.init(
            id: id, account: account, campaign: campaign, currency: currency, until: time,
            status: .open, total: total, rewards: rewards, gathered: .start, createdAt: time,
            updatedAt: time)
    }
}

/// A place in the queue of payable rewards of a currency.
struct PayablePlace: Equatable, Sendable {
    var issuedAt: Int64
    var reward: Int64

    static let start = PayablePlace(issuedAt: .min, reward: 0)
}

/// One reward of a payout.
package struct PayoutLine: Equatable, Sendable {
    /// The state of a line.
    package enum State: String, CaseIterable, Sendable {
        /// The reward waits for the payment.
        case held
        case paid
        /// The payout has failed, and the reward may be in another one.
        case freed
    }

    /// The payout.
    package var payout: ID<PayoutRow>
    /// The reward.
    package var reward: ID<Reward>
    /// The person who is paid.
    package var participant: ID<Participant>
    /// The amount in minor units of the payout's currency.
    package var amount: Int64
    /// The present state.
    package var state: State

    /// Takes the parts over as they are.
    package init(
        payout: ID<PayoutRow>, reward: ID<Reward>, participant: ID<Participant>, amount: Int64,
        state: State
    ) {
        self.payout = payout
        self.reward = reward
        self.participant = participant
        self.amount = amount
        self.state = state
    }
}
