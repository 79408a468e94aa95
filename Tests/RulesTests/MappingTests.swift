import JSON
import Testing
import Time

@testable import Rules

@Suite struct MappingTests {
    private let payload = """
        {"data": {"code": "ANA", "order": null, "price": 19.99, "count": 3, "total": "1234.50",
        "customer": null, "name": "", "site": "https://shop.example/?x=1&ref=a%20b+c&ref=2#top",
        "notes": [{"name": "gift", "value": "yes"}, {"name": "ref", "value": "R-42"}],
        "created": 1795244827, "created_ms": 1795244827123}}
        """

    /// The result of a selection, as text.
    private func outcome(_ rule: String, headers: [String: String] = [:]) throws -> String {
        switch try Facts.selection(of: rule, payload: payload, headers: headers) {
        case .value(let value): ValueText.text(of: value)
        case .absent(let path): "absent: \(path)"
        case .failed(let error): "failed: \(error)"
        }
    }

    @Test(arguments: [
        ("payload.data.code", "\"ANA\""),
        ("payload.data.?code", "\"ANA\""),
        ("payload.data.order", "absent: payload.data.order"),
        ("payload.data.?order", "absent: payload.data.?order"),
        ("payload.data.missing", "absent: payload.data.missing"),
        ("payload.data.missing.deeper", "absent: payload.data.missing"),
        ("payload.data.?missing.?deeper", "absent: payload.data.?missing.?deeper"),
        ("payload.data.?customer.?email", "absent: payload.data.?customer.?email"),
        ("payload.data.customer.email", "absent: payload.data.customer.email"),
        ("payload.nothing.email", "absent: payload.nothing"),
        ("payload.data.notes[7].value", "absent: payload.data.notes[7]"),
        ("payload.data.notes[?7].?value", "absent: payload.data.notes[?7].?value"),
        ("payload.data.notes.filter(n, n.name == \"ref\")[0].value", "\"R-42\""),
        (
            "payload.data.notes.filter(n, n.name == \"no\")[0].value",
            "absent: payload.data.notes.filter(n, n.name == \"no\")[0]"
        ),
        ("payload.data.?name.orValue(\"x\")", "\"\""),
        ("payload.data.?missing.orValue(payload.data.code)", "\"ANA\""),
        ("payload.?missing.or(payload.data.?code)", "\"ANA\""),
        ("headers[\"webhook-id\"]", "\"msg_1\""),
        ("headers[?\"webhook-id\"]", "\"msg_1\""),
        ("headers.?missing", "absent: headers.?missing"),
        ("headers[\"missing\"]", "absent: headers[\"missing\"]"),
    ]) func `what is not there is absent, by the path that stopped`(
        _ rule: String, _ expected: String
    ) throws {
        #expect(try outcome(rule, headers: ["webhook-id": "msg_1"]) == expected)
    }

    @Test(arguments: [
        "payload.data.code.length", "payload.data.?code.?length", "payload.data.code[0]",
        "payload.data.code + payload.data.count", "int(payload.data.code)",
        "payload.data.notes.map(n, n.value + 1)",
    ]) func `a wrong type is a failure, not absence`(_ rule: String) throws {
        #expect(try outcome(rule).hasPrefix("failed: "), "\(rule)")
    }

    @Test(arguments: [
        ("minorUnits(payload.data.price, \"EUR\")", "1999"),
        ("minorUnits(payload.data.total, \"usd\")", "123450"),
        ("minorUnits(payload.data.count, \"JPY\")", "3"),
        ("minorUnits(payload.data.count, \"KWD\")", "3000"),
        ("minorUnits(\"0.1234\", \"CLF\")", "1234"),
        ("minorUnits(\"-12.5\", \"EUR\")", "-1250"),
        ("minorUnits(\"19.990\", \"EUR\")", "1999"),
        ("minorUnits(0.07, \"EUR\")", "7"),
        ("minorUnits(\"92233720368547758.07\", \"EUR\")", "9223372036854775807"),
        ("minorUnits(\"0\", \"EUR\")", "0"),
        ("minorUnits(\"0.000\", \"JPY\")", "0"),
        ("minorUnits(\"1e2\", \"EUR\")", "10000"),
    ]) func `an amount becomes minor units digit by digit`(
        _ rule: String, _ expected: String
    ) throws {
        #expect(try outcome(rule) == expected)
    }

    @Test(arguments: [
        ("minorUnits(\"19.999\", \"EUR\")", "the amount has more than the currency's 2 decimals"),
        ("minorUnits(\"1.5\", \"JPY\")", "the amount has more than the currency's 0 decimals"),
        ("minorUnits(\"1,50\", \"EUR\")", "the amount is not a decimal number"),
        ("minorUnits(\"\", \"EUR\")", "the amount is not a decimal number"),
        ("minorUnits(\"+1\", \"EUR\")", "the amount is not a decimal number"),
        ("minorUnits(\"1.\", \"EUR\")", "the amount is not a decimal number"),
        ("minorUnits(\"1e99999999\", \"EUR\")", "the amount is not a decimal number"),
        ("minorUnits(\"1\", \"XXX\")", "the currency is not in ISO 4217"),
    ]) func `an amount that is not exact is refused`(_ rule: String, _ problem: String) throws {
        #expect(try outcome(rule) == "failed: minorUnits: \(problem)")
    }

    @Test(arguments: [
        "int(payload.s)", "timestamp(payload.s)", "duration(payload.s)", "payload[payload.s]",
        "payload.m[payload.s]", "minorUnits(payload.s, \"EUR\")", "minorUnits(\"1\", payload.s)",
        "{payload.s: 1, payload.s: 2}", "payload.s.substring(99)", "payload.s + 1",
        "\"x\".matches(\"(\" + payload.s)", "timestamp(0).getHours(payload.s)",
    ]) func `an error does not tell what was read`(_ rule: String) throws {
        let payload = #"{"s": "hush@example.com", "m": {}}"#
        let result = try Facts.value(of: rule, payload: payload)
        let error = try #require(result.failure, "\(rule)")
        #expect(!error.description.contains("hush"), "\(error)")
    }

    @Test func `an amount beyond 64 bits overflows`() throws {
        #expect(
            try outcome("minorUnits(\"92233720368547758.08\", \"EUR\")")
                == "failed: minorUnits overflows")
        #expect(try outcome("minorUnits(\"1e300\", \"EUR\")") == "failed: minorUnits overflows")
    }

    @Test func `a JSON number keeps its own text on the way to minor units`() throws {
        let selection = try Facts.selection(
            of: "minorUnits(payload.a, \"EUR\")", payload: #"{"a": 90071992547409.93}"#)
        guard case .value(.int(9_007_199_254_740_993)) = selection else {
            Issue.record("\(selection)")
            return
        }
    }

    @Test(arguments: [
        ("queryParam(payload.data.site, \"ref\")", "\"a b c\""),
        ("queryParam(payload.data.site, \"x\").orValue(\"\")", "\"1\""),
        ("queryParam(payload.data.site, \"y\").orValue(\"none\")", "\"none\""),
        ("queryParam(\"/p?a&b=\", \"a\").orValue(\"none\")", "\"\""),
        ("queryParam(\"/p?a=%zz%4\", \"a\")", "\"%zz%4\""),
        ("queryParam(\"/p#?a=1\", \"a\").hasValue()", "false"),
        ("queryParam(\"/p?%61=1\", \"a\")", "\"1\""),
        ("firstOf([payload.data.?missing, payload.data.?name, payload.data.?code])", "\"ANA\""),
        ("firstOf([payload.data.order, payload.data.name]).hasValue()", "false"),
        ("firstOf([optional.none(), 0])", "0"),
        ("fromUnix(payload.data.created)", "timestamp(\"2026-11-21T07:07:07Z\")"),
        ("fromUnixMillis(payload.data.created_ms)", "timestamp(\"2026-11-21T07:07:07.123Z\")"),
        ("fromUnixMillis(-1)", "timestamp(\"1969-12-31T23:59:59.999Z\")"),
        ("payload.data.code.split(\"N\")[0]", "\"A\""),
    ]) func `partners' formats are read`(_ rule: String, _ expected: String) throws {
        #expect(try outcome(rule) == expected)
    }

    @Test func `a time beyond the calendar is an error`() throws {
        #expect(try outcome("fromUnix(253402300800)").hasPrefix("failed: "))
        #expect(try outcome("fromUnixMillis(9223372036854775807)").hasPrefix("failed: "))
    }

    @Test func `a moment goes to the gateway's instants and back`() throws {
        let moment = try #require(Timestamp("1969-12-31T23:59:59.123456789Z"))
        #expect(moment.instant.rfc3339 == "1969-12-31T23:59:59.123456Z")
        #expect(Timestamp(moment.instant).description == "1969-12-31T23:59:59.123456Z")
        #expect(moment.description == "1969-12-31T23:59:59.123456789Z")
    }

    @Test func `rules that share a budget use it up together`() throws {
        let program = try Program.compile("payload.data.code", in: Facts.environment)
        let activation = try Facts.activation(payload: payload)
        var budget = Budget(cost: 6)
        _ = program.select(activation, spending: &budget)
        #expect(budget.cost == 3)
        _ = program.select(activation, spending: &budget)
        #expect(budget.cost == 0)
        guard case .failed(let error) = program.select(activation, spending: &budget) else {
            Issue.record("a spent budget must refuse")
            return
        }
        #expect(error.isLimit)
    }
}
