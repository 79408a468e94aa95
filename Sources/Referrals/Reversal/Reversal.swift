import Currencies
import Time

/// What a partner says of money that went back, or came again.
package struct Reversal: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// This amount was refunded, beside what was refunded before.
        case refund
        /// So much is refunded by now in all.
        case refundTotal = "refund_total"
        /// This amount, or where none is told everything, was paid after all.
        case reinstate
    }

    package var kind: Kind
    /// Minor units of the currency.
    package var amount: Int64?
    /// Where it isn't told, the conversion's.
    package var currency: Currency?
    package var occurredAt: Instant

    package init(
        _ kind: Kind, amount: Int64? = nil, currency: Currency? = nil, occurredAt: Instant
    ) {
        self.kind = kind
        self.amount = amount
        self.currency = currency
        self.occurredAt = occurredAt
    }
}

/// Why a reversal's amount is of no use.
package enum ReversalProblem: Error, Equatable {
    case amountMissing
    case amountNegative(Int64)
    case currencyMismatch(expected: Currency?, found: Currency)
}

/// The money of one conversion: what was paid, and what is left of it after reversals.
package struct Payment: Equatable, Sendable {
    /// What counts for rewards. Nil where the event told none, as for a sign-up.
    package let amount: Int64?
    /// What the buyer paid, such as the amount with tax. Refunds are amounts of this.
    package let paid: Int64?
    package let currency: Currency?

    /// - Parameter paid: nil where it is the amount.
    package init(amount: Int64?, paid: Int64? = nil, currency: Currency?) {
        self.amount = amount
        self.paid = paid ?? amount
        self.currency = currency
    }

    /// The whole in parts: minor units of what was paid, or one piece where there is nothing to split.
    package var parts: Int64 { max(paid ?? 1, 1) }

    private var isDivisible: Bool { paid ?? 0 > 0 }

    /// The part of the amount that remains when `left` of the paid parts remain; nil without an amount.
    package func amount(leaving left: Int64) -> Int64? {
        guard let amount else { return nil }
        return amount > 0 ? proportion(of: amount, min(left, parts), in: parts) : 0
    }

    /// Whether the reversal tells what it must of this payment.
    package func problem(with reversal: Reversal) -> ReversalProblem? {
        // What can't be split is refunded whole, whatever amount stands there.
        guard isDivisible else { return nil }
        if let found = reversal.currency, found != currency {
            return .currencyMismatch(expected: currency, found: found)
        }
        guard let amount = reversal.amount else {
            return reversal.kind == .reinstate ? nil : .amountMissing
        }
        return amount < 0 ? .amountNegative(amount) : nil
    }

    /// The parts that are left after all these reversals, the ones with a problem aside.
    ///
    /// They are taken in the order in which they occurred, so the order of arrival plays no part: a total
    /// that is late says no more than a later one, and a reinstatement outlives the refunds before it.
    /// Reversals of one instant are taken in the order given.
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
