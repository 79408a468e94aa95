import Currencies
import Referrals
import Rules
import Testing

@Suite struct CurrencyTests {
    /// The codes of ISO 4217, list one, whose minor unit is not a hundredth.
    private static let others: [(exponent: Int, codes: String)] = [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ]

    @Test(arguments: others)
    func `minor units are those of ISO 4217`(exponent: Int, codes: String) throws {
        for code in codes.split(separator: " ") {
            #expect(try #require(Currency(String(code))).exponent == exponent, "\(code)")
        }
        let listed = Currency.all.filter { $0.exponent == exponent }
        #expect(listed.map(\.text).joined(separator: " ") == codes)
    }

    @Test func `all other listed codes have hundredths`() {
        let apart = Set(Self.others.flatMap { $0.codes.split(separator: " ").map(String.init) })
        for currency in Currency.all where !apart.contains(currency.text) {
            #expect(currency.exponent == 2, "\(currency.text)")
        }
        #expect(Currency.all.count == 171)
    }

    @Test(arguments: ["ZZZ", "XXX", "AAA", "XAU"])
    func `a code that is not listed counts as hundredths`(code: String) throws {
        let currency = try #require(Currency(code))
        #expect(currency.exponent == nil)
        #expect(!currency.isListed)
        #expect(currency.minorDigits == 2)
    }

    @Test(arguments: ["usd", "Usd", "jpy"])
    func `a listed code is listed in either case`(code: String) throws {
        #expect(try #require(Currency(code)).isListed)
    }

    @Test func `a rule's conversion and money agree for every currency`() throws {
        let environment = Environment(variables: [])
        for currency in Currency.all {
            for code in [currency.text, currency.text.lowercased()] {
                let rule = "minorUnits(\"7\", \"\(code)\")"
                let value = try Program.compile(rule, in: environment)
                    .evaluate(Activation(environment)).get()
                let units = try #require(value.asInt)
                let whole = Money(units, currency).description
                let point = currency.minorDigits == 0 ? "" : "."
                let zeros = String(repeating: "0", count: currency.minorDigits)
                #expect(whole == "7\(point)\(zeros) \(currency.text)")
            }
        }
    }
}
