/// The state of a granted reward.
package enum RewardStatus: String, CaseIterable, Sendable {
    case inReview = "in_review"
    /// Held until its hold days are over.
    case pending
    /// Earned, and waiting for the next coupon.
    case waitingStock = "waiting_stock"
    case issued, redeemed
    case rejected, revoked

    /// True if the reward occupies a slot of its cap. Rejected and revoked rewards release
    /// theirs.
    package var holdsSlot: Bool {
        switch self {
        case .inReview, .pending, .waitingStock, .issued, .redeemed: true
        case .rejected, .revoked: false
        }
    }

    /// True if a reward may change from this state to the next one.
    package func canBecome(_ next: RewardStatus) -> Bool {
        switch (self, next) {
        case (.inReview, .pending), (.inReview, .waitingStock), (.inReview, .issued): true
        case (.inReview, .rejected), (.inReview, .revoked): true
        // A redeemed reward that went to review may return to `redeemed`.
        case (.inReview, .redeemed): true
        case (.pending, .issued), (.pending, .inReview), (.pending, .revoked): true
        case (.pending, .rejected): true
        case (.waitingStock, .pending), (.waitingStock, .issued): true
        case (.waitingStock, .inReview), (.waitingStock, .revoked), (.waitingStock, .rejected): true
        case (.issued, .redeemed), (.issued, .revoked): true
        case (.issued, .inReview), (.redeemed, .inReview), (.redeemed, .revoked): true
        // A reinstatement restores a reward that a refund revoked.
        case (.revoked, .issued), (.revoked, .pending), (.revoked, .waitingStock): true
        case (.revoked, .inReview): true
        default: false
        }
    }
}
