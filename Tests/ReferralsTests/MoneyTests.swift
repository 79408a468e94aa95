import Currencies
import TestSupport
import Testing

@testable import Referrals

@Suite struct MoneyTests {
    @Test(arguments: ["USD", "usd", "Usd"])
    func `currencies are three letters in any case`(text: String) {
        #expect(Currency(text) == dollar)
        #expect(Currency(text)?.text == "USD")
    }

    @Test(arguments: ["", "US", "USDC", "U5D", "U D", "€", "US\u{301}", "@BC", "[BC", "`bc", "!!!"])
    func `nothing else is a currency`(text: String) {
        #expect(Currency(text) == nil)
    }

    @Test(arguments: [
        (12900, "USD", "129.00 USD"), (5, "EUR", "0.05 EUR"), (-5, "EUR", "-0.05 EUR"),
        (500, "JPY", "500 JPY"), (1234, "KWD", "1.234 KWD"), (1, "CLF", "0.0001 CLF"),
        (0, "USD", "0.00 USD"), (Int64.min, "USD", "-92233720368547758.08 USD"),
    ])
    func `amounts are written with their currency's decimals`(
        units: Int64, currency: String, text: String
    ) throws {
        #expect(Money(units, try #require(Currency(currency))).description == text)
    }

    @Test func `sums are checked`() throws {
        #expect(try euros(3).adding(euros(4)) == euros(7))
        #expect(try euros(3).subtracting(euros(4)) == euros(-1))
        #expect(throws: Money.ArithmeticError.currencies(euro, dollar)) {
            try euros(1).adding(Money(1, dollar))
        }
        #expect(throws: Money.ArithmeticError.overflow) { try euros(.max).adding(euros(1)) }
        #expect(throws: Money.ArithmeticError.overflow) { try euros(.min).subtracting(euros(1)) }
    }

    @Test(arguments: [
        ("10", 100_000, "10"), ("12.5", 125_000, "12.5"), ("0.0625", 625, "0.0625"),
        ("100", 1_000_000, "100"), ("0", 0, "0"), ("100.0000", 1_000_000, "100"),
        ("07.10", 71000, "7.1"),
    ])
    func `percentages are decimal text`(text: String, millionths: Int64, written: String) {
        #expect(Percentage(text)?.millionths == millionths)
        #expect(Percentage(text)?.description == written)
    }

    @Test(arguments: [
        "", ".5", "5.", "1..2", "1.2.3", "-1", "100.0001", "101", "1.00001", "1e2", "١",
        "999999999", "1,5",
    ])
    func `nothing else is a percentage`(text: String) {
        #expect(Percentage(text) == nil)
    }

    @Test(arguments: [
        ("10", 1000, 100), ("10", 1004, 100), ("10", 1005, 101), ("10", 1006, 101),
        ("12.5", 12900, 1613),
        ("0", 999, 0), ("100", Int64.max, Int64.max), ("33.3333", 3, 1), ("50", 1, 1), ("10", 4, 0),
    ])
    func `a share is rounded to the nearest unit, halves up`(
        percent: String, amount: Int64, share: Int64
    ) throws {
        #expect(try #require(Percentage(percent)).of(amount) == share)
    }

    @Test func `a proportion is exact and never more than the whole`() {
        var numbers = Seeded(1)
        for _ in 0..<10_000 {
            let parts = Int64.random(in: 1...1_000_000, using: &numbers)
            let part = Int64.random(in: 0...parts, using: &numbers)
            let whole = Int64.random(in: 0...1_000_000, using: &numbers)
            let exact = (2 * whole * part + parts) / (2 * parts)
            #expect(proportion(of: whole, part, in: parts) == exact)
        }
        #expect(proportion(of: .max, .max, in: .max) == .max)
        #expect(proportion(of: .max, 1, in: .max) == 1)
    }
}
