/// How far a granted reward has come.
package enum RewardStatus: String, CaseIterable, Sendable {
    case inReview = "in_review"
    /// Held until its hold days are over.
    case pending
    /// Earned, and first in line for the next coupons.
    case waitingStock = "waiting_stock"
    case issued, redeemed
    case rejected, revoked, expired

    /// Rejected, revoked and expired rewards free their cap slot.
    package var holdsSlot: Bool {
        switch self {
        case .inReview, .pending, .waitingStock, .issued, .redeemed: true
        case .rejected, .revoked, .expired: false
        }
    }

    /// Whether a reward may go from here to there.
    package func canBecome(_ next: RewardStatus) -> Bool {
        switch (self, next) {
        case (.inReview, .pending), (.inReview, .waitingStock), (.inReview, .issued): true
        case (.inReview, .rejected), (.inReview, .revoked): true
        // A redeemed reward that went to review may be left as it is.
        case (.inReview, .redeemed): true
        case (.pending, .issued), (.pending, .inReview), (.pending, .revoked): true
        case (.pending, .rejected): true
        case (.waitingStock, .pending), (.waitingStock, .issued): true
        case (.waitingStock, .inReview), (.waitingStock, .revoked), (.waitingStock, .rejected): true
        case (.issued, .redeemed), (.issued, .revoked), (.issued, .expired): true
        case (.issued, .inReview), (.redeemed, .inReview), (.redeemed, .revoked): true
        // A reinstatement gives back what a refund took.
        case (.revoked, .issued), (.revoked, .pending), (.revoked, .waitingStock): true
        case (.revoked, .inReview): true
        default: false
        }
    }
}
