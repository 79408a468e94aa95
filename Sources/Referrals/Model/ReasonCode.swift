/// The reason of an outcome: a public contract. The raw numbers are stored, so they never change,
/// and new codes are only appended. Within a decision, reasons are sorted by these numbers.
package enum ReasonCode: UInt8, CaseIterable, Sendable {
    // Identity.
    case testEvent = 0
    case sourcePaused = 1
    case unknownCode = 2
    case codeDisabled = 3
    case leadUnknown = 4
    case noReferrer = 5
    case attributedElsewhere = 6
    // Eligibility.
    case goalTypeMismatch = 7
    case conversionDuplicate = 8
    case campaignNotPublished = 9
    case campaignNotActive = 10
    case outsideAttributionWindow = 11
    case noRewardConfigured = 12
    case goalNotReached = 13
    // Conditions.
    case conditionFalse = 14
    case conditionUnknown = 15
    // Risk.
    case selfReferralEmail = 16
    case selfReferralAlias = 17
    case velocity = 18
    case tooFast = 19
    case disposableEmail = 20
    case blocklisted = 21
    // Caps and stock.
    case alreadyRewarded = 22
    case capReached = 23
    case budgetExhausted = 24
    case poolEmpty = 25
    // Review and hold.
    case awaitingReview = 26
    case reviewRejected = 27
    case heldUntil = 28
    // Changes after the decision.
    case refundedPartial = 29
    case refundedFull = 30
    case reinstated = 31
    case revokedByOperator = 32
    // Refused requests and mapping errors, before a decision.
    case unknownSource = 33
    case signatureMissing = 34
    case signatureMismatch = 35
    case timestampOutOfWindow = 36
    case invalidJSON = 37
    case mappingMissingField = 38
    case mappingTypeError = 39
    case eventIDReused = 40
    // Money.
    case amountNotPositive = 41
    // Reward rules.
    case rewardConditionFalse = 42
    case milestoneNotReached = 43
    case currencyMismatch = 44
    case holdExpired = 45
}

/// A set of reason codes, sorted by their numbers. Allocates no memory.
package struct Reasons: Hashable, Sendable {
    /// One bit per code; the code's number is the bit's index.
    package private(set) var bits: UInt64

    /// Creates an empty set.
    package init() {
        bits = 0
    }

    /// Creates a set of one reason.
    package init(_ reason: ReasonCode) {
        bits = 1 << UInt64(reason.rawValue)
    }

    /// Creates a set from stored bits; bits that belong to no code are dropped.
    package init(bits: UInt64) {
        self.bits = bits & (1 << UInt64(ReasonCode.allCases.count) - 1)
    }

    /// True if the set has no reason.
    package var isEmpty: Bool { bits == 0 }

    /// True if the set has the reason.
    package func contains(_ reason: ReasonCode) -> Bool {
        bits & Reasons(reason).bits != 0
    }

    /// Adds a reason.
    package mutating func insert(_ reason: ReasonCode) {
        bits |= Reasons(reason).bits
    }

    /// Adds all reasons of another set.
    package mutating func formUnion(_ others: Reasons) {
        bits |= others.bits
    }

    /// Returns the reasons of both sets.
    package func union(_ others: Reasons) -> Reasons { Reasons(bits: bits | others.bits) }
    /// Returns the reasons that the other set lacks.
    package func subtracting(_ others: Reasons) -> Reasons { Reasons(bits: bits & ~others.bits) }
    /// True if no reason is in both sets.
    package func isDisjoint(with others: Reasons) -> Bool { bits & others.bits == 0 }
}

extension Reasons: Sequence {
    /// Iterates over the reasons in the order of their numbers.
    package struct Iterator: IteratorProtocol {
        var rest: UInt64

        package mutating func next() -> ReasonCode? {
            guard rest != 0 else { return nil }
            let lowest = rest.trailingZeroBitCount
            rest &= rest - 1
            return ReasonCode(rawValue: UInt8(lowest))
        }
    }

    package func makeIterator() -> Iterator { Iterator(rest: bits) }
    package var underestimatedCount: Int { bits.nonzeroBitCount }
}

extension Reasons: ExpressibleByArrayLiteral {
    /// Creates a set from a list of reasons.
    package init(arrayLiteral reasons: ReasonCode...) {
        self.init()
        for reason in reasons { insert(reason) }
    }
}
