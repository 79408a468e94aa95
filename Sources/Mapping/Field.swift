/// What a mapping has an expression for, named as a source's declaration names it.
package enum Field: String, CaseIterable, Sendable {
    case each, filter
    case eventID = "event_id"
    case goal
    case referralCode = "referral_code"
    case businessKey = "business_key"
    case amount, currency
    /// What the buyer paid, gross: what refunds are a share of.
    case paid
    case occurredAt = "occurred_at"
    case email, customer
    case firstName = "first_name"
    case test, reversal

    package var name: String { rawValue }
}

extension Field {
    /// Beside the mapping in a source's declaration, not in it.
    package var standsBesideMapping: Bool { self == .each || self == .filter }
    /// May be given as a list of expressions.
    package var takesSeveral: Bool { self == .businessKey || self == .referralCode }
    /// An id: a whole number in its place is read as its digits.
    var takesDigits: Bool {
        switch self {
        case .eventID, .referralCode, .businessKey, .customer: true
        default: false
        }
    }
}
