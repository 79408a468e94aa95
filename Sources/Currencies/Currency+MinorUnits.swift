/// The minor units of ISO 4217, list one, and of the codes that it listed lately. Rules and money read them
/// here; there is no other table.
extension Currency {
    /// The number of decimals of the minor unit: 2 for `EUR`, 0 for `JPY`; nil for a code that is
    /// not listed. Reads one byte of a table, because it is called for each event.
    package var exponent: Int? {
        let digits = Self.exponents[place]
        return digits == Self.unlisted ? nil : Int(digits)
    }

    /// True if ISO 4217 lists the code.
    package var isListed: Bool { exponent != nil }

    /// The exponent, and 2 for a code that is not listed.
    package var minorDigits: Int { exponent ?? 2 }

    /// The listed currencies in the order of their codes.
    package static let all: [Currency] = listed.flatMap(\.codes).sorted { $0.place < $1.place }

    private static let unlisted = UInt8.max

    /// An exponent for each word of three letters.
    private static let exponents: [UInt8] = {
        var exponents = [UInt8](repeating: unlisted, count: 26 * 26 * 26)
        for (exponent, codes) in listed {
            for code in codes { exponents[code.place] = exponent }
        }
        return exponents
    }()

    private static let listed: [(exponent: UInt8, codes: [Currency])] = [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
        (
            2,
            """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN \
            BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP \
            GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT \
            LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO \
            NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS \
            SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD \
            XCD XCG YER ZAR ZMW ZWG ZWL
            """
        ),
    ].map { exponent, codes in
        (exponent, codes.split(separator: " ").compactMap { Currency(String($0)) })
    }
}
