import Currencies
import HTTP
import JSON
import Mapping
import Referrals
import Testing

/// Stripe counts some currencies in other units than ISO 4217 does.
@Suite struct SenderUnitsTests {
    private func session(_ amount: Int64, _ tax: Int64, _ currency: String) throws -> Mapped {
        let body = """
            {"id":"evt_1","type":"checkout.session.completed","created":1795168800,"livemode":true,
            "data":{"object":{"id":"cs_1","amount_total":\(amount),"currency":"\(currency)",
            "client_reference_id":"ADA","total_details":{"amount_tax":\(tax)}}}}
            """
        return try CompiledMapping(Preset.stripe.mapping).map(
            try Document(parsing: Array(body.utf8)), headers: Fields())
    }

    @Test(
        arguments: [
            ("isk", 200_000, 38_800, 1_612, 2_000), ("ugx", 500_000, 0, 5_000, 5_000),
            ("mga", 45_000, 0, 4_500_000, 4_500_000), ("jpy", 1_500, 136, 1_364, 1_500),
            ("krw", 12_000, 0, 12_000, 12_000), ("kwd", 5_120, 0, 5_120, 5_120),
            ("tnd", 5_120, 120, 5_000, 5_120), ("eur", 11_900, 1_900, 10_000, 11_900),
            ("huf", 100_000, 0, 100_000, 100_000), ("twd", 100_000, 0, 100_000, 100_000),
        ] as [(String, Int64, Int64, Int64, Int64)])
    func `Stripe's amounts are kept in ISO minor units`(
        _ currency: String, _ total: Int64, _ tax: Int64, _ amount: Int64, _ paid: Int64
    ) throws {
        let mapped = try session(total, tax, currency)
        guard case .single(.event(let event)) = mapped else {
            throw Unexpected(mapped: described(mapped))
        }
        #expect(event.amount == amount)
        #expect(event.paid == paid)
        #expect(event.currency?.text == currency.uppercased())
    }

    @Test func `an amount that the currency cannot hold is never rounded`() throws {
        guard case .single(.unmapped(let problems)) = try session(200_050, 0, "isk") else {
            Issue.record("it was mapped")
            return
        }
        #expect(problems.map(\.field) == [.amount, .paid])
    }

    @Test(
        arguments: [
            ("isoMinorUnits(200000, 'isk', {'ISK': 2})", 2000),
            ("isoMinorUnits(7, 'EUR', {'ISK': 2})", 7),
            ("isoMinorUnits(-200, 'ISK', {'ISK': 2})", -2),
            ("isoMinorUnits(5, 'MGA', {'MGA': 0})", 500),
        ] as [(String, Int64)])
    func `a mapping may say which units its sender counts in`(
        _ expression: String, _ expected: Int64
    ) throws {
        #expect(try event("{}", [.amount: expression]).amount == expected)
    }

    @Test(arguments: [
        "isoMinorUnits(5, 'ISK', {'ISK': 2})",
        "isoMinorUnits(1, 'ISK', {'ISK': 12})",
        "isoMinorUnits(9223372036854775807, 'MGA', {'MGA': 0})",
    ])
    func `units that cannot be converted are an error`(_ expression: String) throws {
        #expect(try problems("{}", [.amount: expression]).map(\.code) == [.mappingTypeError])
    }
}
