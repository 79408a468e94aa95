/// A field of a mapping, named as in a source's declaration.
package enum Field: String, CaseIterable, Sendable {
    case each, filter
    case eventID = "event_id"
    case goal
    case referralCode = "referral_code"
    case businessKey = "business_key"
    case amount, currency
    /// The gross amount that the buyer paid, of which refunds are a share.
    case paid
    case occurredAt = "occurred_at"
    case email, customer
    case firstName = "first_name"
    case test, reversal

    /// The name in a source's declaration.
    package var name: String { rawValue }
}

extension Field {
    /// True for a member of the source itself, beside its `mapping`.
    package var standsBesideMapping: Bool { self == .each || self == .filter }
    /// True if the field may have a list of expressions.
    package var takesSeveral: Bool { self == .businessKey || self == .referralCode }
}
