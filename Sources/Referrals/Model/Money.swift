import Currencies

/// An amount: an integer number of minor units and its currency. Never a floating-point number.
package struct Money: Hashable, Sendable {
    /// The amount in minor units of the currency, such as cents.
    package let minorUnits: Int64
    /// The currency.
    package let currency: Currency

    /// Creates an amount from minor units and a currency.
    package init(_ minorUnits: Int64, _ currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// The reason for which two amounts cannot be added.
    package enum ArithmeticError: Error, Equatable {
        case currencies(Currency, Currency)
        case overflow
    }

    /// Returns the sum; throws if the currencies differ or the sum overflows.
    package func adding(_ other: Money) throws(ArithmeticError) -> Money {
        guard currency == other.currency else { throw .currencies(currency, other.currency) }
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(sum, currency)
    }

    /// Returns the difference; throws if the currencies differ or the difference overflows.
    package func subtracting(_ other: Money) throws(ArithmeticError) -> Money {
        guard currency == other.currency else { throw .currencies(currency, other.currency) }
        let (rest, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(rest, currency)
    }
}

extension Money: CustomStringConvertible {
    /// The amount in major units with the currency's code: `129.00 USD`, `500 JPY`.
    package var description: String {
        let digits = currency.minorDigits
        let sign = minorUnits < 0 ? "-" : ""
        var number = String(minorUnits.magnitude)
        if digits > 0 {
            if number.utf8.count <= digits {
                number = String(repeating: "0", count: digits + 1 - number.utf8.count) + number
            }
            number.insert(".", at: number.index(number.endIndex, offsetBy: -digits))
        }
        return "\(sign)\(number) \(currency.text)"
    }
}

/// Returns `whole × part / parts`, rounded to the nearest unit with halves up, without overflow.
///
/// All three numbers are non-negative and `part ≤ parts`, so the result never exceeds `whole`.
func proportion(of whole: Int64, _ part: Int64, in parts: Int64) -> Int64 {
    precondition(whole >= 0, "a share of a debt")
    precondition(part >= 0, "a negative share")
    precondition(part <= parts && parts > 0, "a share of more than everything")
    let (high, low) = UInt64(whole).multipliedFullWidth(by: UInt64(part))
    let (quotient, remainder) = UInt64(parts).dividingFullWidth((high, low))
    return Int64(quotient) + (remainder >= UInt64(parts) - remainder ? 1 : 0)
}
