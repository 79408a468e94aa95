/// Why something came out as it did: a public contract. The raw numbers are stored, so they stay, and new
/// codes are only ever appended. Within a decision, reasons stand in the order of these numbers.
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
    // What happens later.
    case refundedPartial = 29
    case refundedFull = 30
    case reinstated = 31
    case revokedByOperator = 32
    // Before anything is decided: the refusals and the mapping.
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
}

/// A set of reason codes in their order. Holds no memory of its own.
package struct Reasons: Hashable, Sendable {
    /// One bit per code, counted by its number.
    package private(set) var bits: UInt64

    package init() {
        bits = 0
    }

    package init(_ reason: ReasonCode) {
        bits = 1 << UInt64(reason.rawValue)
    }

    /// Bits that belong to no code are dropped.
    package init(bits: UInt64) {
        self.bits = bits & (1 << UInt64(ReasonCode.allCases.count) - 1)
    }

    package var isEmpty: Bool { bits == 0 }

    package func contains(_ reason: ReasonCode) -> Bool {
        bits & Reasons(reason).bits != 0
    }

    package mutating func insert(_ reason: ReasonCode) {
        bits |= Reasons(reason).bits
    }

    package mutating func formUnion(_ others: Reasons) {
        bits |= others.bits
    }

    package func union(_ others: Reasons) -> Reasons { Reasons(bits: bits | others.bits) }
    package func subtracting(_ others: Reasons) -> Reasons { Reasons(bits: bits & ~others.bits) }
    package func isDisjoint(with others: Reasons) -> Bool { bits & others.bits == 0 }
}

extension Reasons: Sequence {
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
    package init(arrayLiteral reasons: ReasonCode...) {
        self.init()
        for reason in reasons { insert(reason) }
    }
}
