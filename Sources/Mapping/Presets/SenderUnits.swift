import Currencies

/// The decimals of a sender's smallest units, from the list that the sender publishes.
struct SenderUnits {
    let withoutDecimals, withThreeDecimals: Set<String>

    private func decimals(of currency: String) -> Int {
        if withoutDecimals.contains(currency) { return 0 }
        return withThreeDecimals.contains(currency) ? 3 : 2
    }

    /// An expression that converts the sender's amount into ISO 4217 minor units. It names the
    /// currencies in which the two differ.
    func converting(_ amount: String, currency: String) -> String {
        let different = Currency.all.filter { $0.exponent != decimals(of: $0.text) }
        let exponents = different.map { "\"\($0.text)\": \(decimals(of: $0.text))" }
        return "isoMinorUnits(\(amount), \(currency), {\(exponents.joined(separator: ", "))})"
    }
}
