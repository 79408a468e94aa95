import Currencies

extension ReversalDecision {
    /// The result of a reversal, as a sentence that a support person can forward.
    package func sentence(for payment: Payment) -> String {
        if let problem { return "The reversal needs a review: \(problem)." }
        guard let remaining, let amount = payment.amount, let currency = payment.currency else {
            return conversion == .reversed
                ? "The conversion was reversed." : "The conversion is unchanged."
        }
        let (left, whole) = (Money(remaining, currency), Money(amount, currency))
        return remaining == amount ? "All of \(whole) is paid." : "Of \(whole), \(left) is left."
    }
}

extension ReversalProblem: CustomStringConvertible {
    /// The problem as a clause about the reversal.
    package var description: String {
        switch self {
        case .amountMissing: "it has no amount"
        case .amountNegative(let amount): "its amount is negative (\(amount))"
        case .currencyMismatch(let expected, let found):
            "its currency is \(found.text), the payment's \(expected?.text ?? "unknown")"
        }
    }
}
