import Currencies
import Time

/// A partner's message that money was refunded, or paid again.
package struct Reversal: Equatable, Sendable {
    /// The meaning of a reversal's amount.
    package enum Kind: String, CaseIterable, Sendable {
        /// This amount was refunded, in addition to earlier refunds.
        case refund
        /// The total of all refunds so far.
        case refundTotal = "refund_total"
        /// This amount, or without an amount the whole payment, was paid after all.
        case reinstate
    }

    /// The meaning of the amount.
    package var kind: Kind
    /// The amount in minor units of the currency.
    package var amount: Int64?
    /// The currency; nil for that of the conversion.
    package var currency: Currency?
    /// The instant at which the money moved.
    package var occurredAt: Instant

    /// Creates a reversal.
    package init(
        _ kind: Kind, amount: Int64? = nil, currency: Currency? = nil, occurredAt: Instant
    ) {
        self.kind = kind
        self.amount = amount
        self.currency = currency
        self.occurredAt = occurredAt
    }
}

/// The reason for which a reversal's amount cannot be used.
package enum ReversalProblem: Error, Equatable {
    case amountMissing
    case amountNegative(Int64)
    case currencyMismatch(expected: Currency?, found: Currency)
}

/// The money of one conversion: the payment, and its remainder after reversals.
package struct Payment: Equatable, Sendable {
    /// The amount that counts for rewards; nil if the event had none, as for a sign-up.
    package let amount: Int64?
    /// The amount that the buyer paid, such as the amount with tax. Refunds are parts of this
    /// amount.
    package let paid: Int64?
    /// The currency of both amounts; nil if unknown.
    package let currency: Currency?

    /// Creates a payment.
    ///
    /// - Parameter paid: nil if it equals the amount.
    package init(amount: Int64?, paid: Int64? = nil, currency: Currency?) {
        self.amount = amount
        self.paid = paid ?? amount
        self.currency = currency
    }

    /// The number of parts of the whole: minor units paid, or one if there is no amount to divide.
    package var parts: Int64 { max(paid ?? 1, 1) }

    private var isDivisible: Bool { paid ?? 0 > 0 }

    /// Returns the share of the amount that remains when `left` of the paid parts remain; nil
    /// without an amount.
    package func amount(leaving left: Int64) -> Int64? {
        guard let amount else { return nil }
        return amount > 0 ? proportion(of: amount, min(left, parts), in: parts) : 0
    }

    /// Returns the reason for which this payment cannot be reduced by a reversal's amount; nil if
    /// it can.
    package func problem(with reversal: Reversal) -> ReversalProblem? {
        // An indivisible payment is refunded as a whole, whatever the amount in the reversal.
        guard isDivisible else { return nil }
        if let found = reversal.currency, found != currency {
            return .currencyMismatch(expected: currency, found: found)
        }
        guard let amount = reversal.amount else {
            return reversal.kind == .reinstate ? nil : .amountMissing
        }
        return amount < 0 ? .amountNegative(amount) : nil
    }

    /// Returns the remaining parts after all these reversals, except those with a problem.
    ///
    /// Reversals are applied in the order in which they occurred, so the order of arrival has no
    /// effect: a late total does not override a newer one, and a reinstatement outlives the refunds
    /// before it. Reversals of the same instant are applied in the order given.
    package func remaining(after reversals: [Reversal]) -> Int64 {
        let ordered = reversals.enumerated().sorted {
            ($0.element.occurredAt, $0.offset) < ($1.element.occurredAt, $1.offset)
        }
        var left = parts
        for (_, reversal) in ordered where problem(with: reversal) == nil {
            let amount = isDivisible ? min(reversal.amount ?? parts, parts) : parts
            switch reversal.kind {
            case .refund: left = max(0, left - amount)
            case .refundTotal: left = min(left, parts - amount)
            case .reinstate: left = min(parts, left + amount)
            }
        }
        return left
    }
}
