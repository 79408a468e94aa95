/// What became of an event.
package enum Outcome: String, CaseIterable, Sendable {
    /// At least one reward was issued.
    case rewarded
    /// The conversion waits for a person, or its reward for the end of the hold.
    case held
    /// The conversion is approved, and there is no reward now.
    case qualified
    case rejected
    /// Kept, and decided again when what it lacks appears.
    case parked
    /// Kept, and decided again when the mapping is mended.
    case unmapped
    case ignored
    /// A refund was applied.
    case reversed
}

/// How far a conversion has come.
package enum ConversionStatus: String, CaseIterable, Sendable {
    case pending, approved, rejected, fraud, reversed

    /// Whether a conversion may go from here to there.
    package func canBecome(_ next: ConversionStatus) -> Bool {
        switch (self, next) {
        case (.pending, .approved), (.pending, .rejected), (.pending, .fraud): true
        case (.pending, .reversed), (.approved, .reversed): true
        // Fraud is often seen late, and a refund can be taken back.
        case (.approved, .fraud), (.reversed, .approved), (.reversed, .pending): true
        default: false
        }
    }
}

/// How far a coupon has come. `reserved` is promised to a held reward and known to nobody.
package enum CouponState: String, CaseIterable, Sendable {
    case available, reserved, assigned, redeemed, voided

    /// Whether a coupon may go from here to there: an assigned one never returns to the pool.
    package func canBecome(_ next: CouponState) -> Bool {
        switch (self, next) {
        case (.available, .reserved), (.available, .assigned), (.available, .voided): true
        case (.reserved, .assigned), (.reserved, .available), (.reserved, .voided): true
        case (.assigned, .redeemed), (.assigned, .voided): true
        default: false
        }
    }
}
