/// The outcome of an event.
package enum Outcome: String, CaseIterable, Sendable {
    /// At least one reward was issued.
    case rewarded
    /// The conversion waits for a review, or its reward for the end of the hold.
    case held
    /// The conversion is approved, without a reward now.
    case qualified
    case rejected
    /// The event is stored, and decided again when the missing record appears.
    case parked
    /// The event is stored, and decided again when the mapping is corrected.
    case unmapped
    case ignored
    /// A refund was applied.
    case reversed
}

/// The state of a conversion.
package enum ConversionStatus: String, CaseIterable, Sendable {
    case pending, approved, rejected, fraud, reversed

    /// True if a conversion may change from this state to the next one.
    package func canBecome(_ next: ConversionStatus) -> Bool {
        switch (self, next) {
        case (.pending, .approved), (.pending, .rejected), (.pending, .fraud): true
        case (.pending, .reversed), (.approved, .reversed): true
        // Fraud is often noticed late, and a refund can be reversed.
        case (.approved, .fraud), (.reversed, .approved), (.reversed, .pending): true
        default: false
        }
    }
}

/// The state of a coupon. A `reserved` coupon belongs to a held reward, and its text is not shown
/// yet.
package enum CouponState: String, CaseIterable, Sendable {
    case available, reserved, assigned, redeemed, voided

    /// True if a coupon may change from this state to the next one. An assigned coupon never
    /// returns to the pool.
    package func canBecome(_ next: CouponState) -> Bool {
        switch (self, next) {
        case (.available, .reserved), (.available, .assigned), (.available, .voided): true
        case (.reserved, .assigned), (.reserved, .available), (.reserved, .voided): true
        case (.assigned, .redeemed), (.assigned, .voided): true
        default: false
        }
    }
}
