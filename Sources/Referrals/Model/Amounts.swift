import Currencies

/// Amounts in several currencies, at most one in each, in the order of the currencies' codes.
package struct Amounts: Equatable, Sendable {
    /// The amounts in the order of their currencies' codes.
    package let all: [Money]

    /// Creates a list of amounts. Of several in one currency, the first is kept.
    package init(_ amounts: [Money]) {
        var kept: [Money] = []
        for amount in amounts where !kept.contains(where: { $0.currency == amount.currency }) {
            kept.append(amount)
        }
        all = kept.sorted { $0.currency.text < $1.currency.text }
    }

    /// The minor units in a currency; nil if it is not listed.
    package subscript(currency: Currency) -> Int64? {
        all.first { $0.currency == currency }?.minorUnits
    }

    /// The codes of the currencies, with commas.
    package var codes: String { all.map(\.currency.text).joined(separator: ", ") }
}

/// A limit on the value of rewards: a budget, or the maximum of one share.
package enum UnitLimit: Equatable, Sendable {
    /// The limit for points or pieces, and for money in each currency separately, in minor units.
    case each(Int64)
    /// The limits in minor units for these currencies; other currencies are not allowed.
    case amounts(Amounts)

    /// The limit for a currency; nil if the currency is not listed.
    package func units(in currency: Currency?) -> Int64? {
        switch self {
        case .each(let units): units
        case .amounts(let amounts): currency.flatMap { amounts[$0] }
        }
    }
}

extension UnitLimit: ExpressibleByIntegerLiteral {
    /// Creates the same limit for every currency.
    package init(integerLiteral units: Int64) { self = .each(units) }
}
