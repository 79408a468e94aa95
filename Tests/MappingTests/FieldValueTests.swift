import HTTP
import JSON
import Mapping
import Referrals
import Testing
import Time

@Suite struct FieldValueTests {
    @Test(arguments: [
        (#"{"v":"x"}"#, "payload.v", "x"),
        (#"{"v":"x"}"#, "payload.?v", "x"),
        (#"{"v":""}"#, "payload.v", nil),
        (#"{"v":null}"#, "payload.v", nil),
        (#"{"v":null}"#, "payload.?v", nil),
        (#"{}"#, "payload.v", nil),
        (#"{}"#, "payload.?v", nil),
        (#"{"v":null}"#, "payload.v.w", nil),
        (#"{"v":null}"#, "payload.?v.?w", nil),
        (#"{"v":[]}"#, "payload.v[0]", nil),
        (#"{"v":"é"}"#, "payload.v", "é"),
        (#"{"v":"e\u0301"}"#, "payload.v", "e\u{301}"),
    ])
    func `what is not there is absent from an optional field`(
        _ body: String, _ expression: String, _ expected: String?
    ) throws {
        let customer = try event(body, [.customer: expression]).customer
        #expect(customer.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test(arguments: [
        (#"{"v":null}"#, "payload.v", "payload.v"),
        (#"{"v":""}"#, "payload.v", "payload.v"),
        (#"{}"#, "payload.v", "payload.v"),
        (#"{"v":{}}"#, "payload.v.w.x", "payload.v.w"),
        (#"{"v":null}"#, "payload.v.w", "payload.v.w"),
        (#"{}"#, "payload.?v", "payload.?v"),
        (#"{"v":[]}"#, #""x" + payload.v[0]"#, "payload.v[0]"),
    ])
    func `what is not there is reported by its path where it is required`(
        _ body: String, _ expression: String, _ path: String
    ) throws {
        let problem = MappingProblem(.goal, expression, .missing(path: path))
        #expect(try problems(body, [.goal: expression]) == [problem])
        #expect(problem.code.text == "mapping_missing_field")
        #expect(problem.path == path)
    }

    @Test(arguments: [
        (Field.goal, "1"), (.goal, "true"), (.goal, "{}"), (.goal, "[]"),
        (.referralCode, "1.5"), (.eventID, "1e3"), (.customer, "1.0"), (.email, "[]"),
        (.eventID, "true"), (.customer, "[1]"), (.email, "17"), (.firstName, "17"),
        (.referralCode, "true"), (.referralCode, #"{"code":"A"}"#), (.paid, #""12""#),
        (.firstName, "{}"), (.currency, "978"), (.currency, #""US""#), (.currency, #""U.S""#),
        (.amount, #""12""#), (.amount, "12.0"), (.amount, "1e2"), (.amount, "true"),
        (.amount, "9223372036854775808"), (.businessKey, "1.0"), (.businessKey, "[1e3]"),
        (.businessKey, "{}"), (.occurredAt, "1700000000"), (.occurredAt, #""yesterday""#),
        (.occurredAt, #""2026-11-21""#), (.occurredAt, "true"), (.test, #""true""#), (.test, "1"),
        (.reversal, "true"), (.reversal, #""chargeback""#),
    ])
    func `a value of another type is an error, never guessed at`(
        _ field: Field, _ value: String
    ) throws {
        let found = try problems(#"{"v":\#(value)}"#, [field: "payload.v"])
        #expect(found.map(\.field) == [field])
        #expect(found.map(\.code) == [.mappingTypeError])
    }

    @Test(arguments: [
        "17", "-17", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "18446744073709551617", "99999999999999999999",
    ])
    func `a whole number in place of an id is its digits as written`(_ digits: String) throws {
        for expression in ["payload.v", "payload.?v", "firstOf([payload.v])", "string(payload.v)"] {
            let event = try event(
                #"{"v":\#(digits)}"#,
                [.eventID: expression, .customer: expression, .businessKey: expression])
            #expect(event.eventID == digits)
            #expect(event.customer == digits)
            #expect(event.businessKeys == [digits])
        }
        let several = try event(
            #"{"v":[\#(digits),"x",1]}"#,
            [.businessKey: "payload.v", .referralCode: "payload.v"])
        #expect(several.businessKeys == [digits, "x", "1"])
        let joined = try event(
            #"{"v":\#(digits)}"#, [.eventID: "['a', string(payload.v)].join(':')"])
        #expect(joined.eventID == "a:" + digits)
    }

    @Test func `a business key loses the white space around it, and a blank one is absent`() throws
    {
        let keys = try event(
            #"{"v":[" A 1\t", "A 1", "\u00a0B\n", " ", "", "\u2003"]}"#,
            [.businessKey: "payload.v"]
        ).businessKeys
        #expect(keys == ["A 1", "B"])
        #expect(try event(#"{"v":" \n"}"#, [.businessKey: "payload.v"]).businessKeys == [])
        let hidden = try problems(#"{"v":"A\t1"}"#, [.businessKey: "payload.v"])
        #expect(hidden.map(\.code) == [.mappingTypeError])
    }

    @Test(arguments: ["payload.v", "timestamp(payload.v)"])
    func `a leap second is the second after it`(_ expression: String) throws {
        let event = try event(
            #"{"v":"2016-12-31T23:59:60.5Z"}"#, [.occurredAt: expression])
        #expect(event.occurredAt?.rfc3339 == "2017-01-01T00:00:00.500Z")
    }

    @Test func `two ids beyond what a double tells apart are two`() throws {
        let keys = try [18446744073709551616 as UInt128, 18446744073709551617].map {
            try event(#"{"v":\#($0)}"#, [.businessKey: "payload.v"]).businessKeys
        }
        #expect(keys[0] != keys[1])
    }

    @Test func `what was paid is read of a purchase, and not of what takes it back`() throws {
        let paid = [Field.paid: "payload.v"]
        #expect(try event(#"{"v":11900}"#, paid).paid == 11_900)
        #expect(try event("{}", paid).paid == nil)
        let refund = paid.merging([.reversal: "'refund'"]) { $1 }
        #expect(try event(#"{"v":11900}"#, refund).paid == nil)
    }

    @Test func `a link needs no code and has no amount`() throws {
        let link = try event(
            #"{"v":5}"#,
            [
                .reversal: "'link'", .amount: "payload.v", .paid: "payload.v",
                .referralCode: "payload.?code", .businessKey: "['a', 'b']",
            ])
        #expect(link.isLink)
        #expect(link.reversal == nil)
        #expect(link.code == .none)
        #expect((link.amount, link.paid) == (nil, nil))
        #expect(link.businessKeys == ["a", "b"])
    }

    @Test(arguments: [
        "payload.v + 1", "payload.v.w", "int(payload.v)", "[1][payload.v]",
        "minorUnits(payload.v, 'EUR')",
    ])
    func `an expression that fails is an error even where its field is optional`(
        _ expression: String
    ) throws {
        let found = try problems(#"{"v":"x"}"#, [.amount: expression])
        #expect(found.map(\.field) == [.amount])
        #expect(found.map(\.code) == [.mappingTypeError])
    }

    @Test(arguments: [
        ("0", 0), ("12900", 12900), ("-5", -5), ("9223372036854775807", .max),
    ])
    func `amounts are whole minor units`(_ value: String, _ expected: Int64) throws {
        #expect(try event(#"{"v":\#(value)}"#, [.amount: "payload.v"]).amount == expected)
    }

    @Test func `what goes back is never less than nothing`() throws {
        let expressions = [Field.amount: "payload.v", .reversal: "'refund'"]
        #expect(try problems(#"{"v":-1}"#, expressions).map(\.field) == [.amount])
        #expect(try event(#"{"v":0}"#, expressions).amount == 0)
    }

    @Test(arguments: [
        (#"{"v":"2026-11-21T07:07:07Z"}"#, "payload.v", "2026-11-21T07:07:07Z"),
        (#"{"v":"2026-11-21T09:07:07.25+02:00"}"#, "payload.v", "2026-11-21T07:07:07.250Z"),
        (#"{"v":1795244827}"#, "fromUnix(payload.v)", "2026-11-21T07:07:07Z"),
        (#"{"v":1795244827123}"#, "fromUnixMillis(payload.v)", "2026-11-21T07:07:07.123Z"),
        (#"{"v":"2026-11-21T07:07:07Z"}"#, "timestamp(payload.v)", "2026-11-21T07:07:07Z"),
        (#"{"v":"2026-11-21"}"#, "payload.v + 'T00:00:00Z'", "2026-11-21T00:00:00Z"),
        (#"{"v":""}"#, "payload.v", nil),
        (#"{"v":-1}"#, "fromUnixMillis(payload.v)", "1969-12-31T23:59:59.999Z"),
    ])
    func `times are texts of RFC 3339 or timestamps`(
        _ body: String, _ expression: String, _ expected: String?
    ) throws {
        #expect(try event(body, [.occurredAt: expression]).occurredAt?.rfc3339 == expected)
    }

    @Test(arguments: [
        (#""a""#, ["a"]), (#"["a","b"]"#, ["a", "b"]), (#"["b","a","b"]"#, ["b", "a"]),
        (#"["a",null,""]"#, ["a"]), ("[]", []), ("null", []), (#""""#, []),
    ])
    func `business keys are one or several, each once and in order`(
        _ value: String, _ expected: [String]
    ) throws {
        let keys = try event(#"{"v":\#(value)}"#, [.businessKey: "payload.v"]).businessKeys
        #expect(keys == expected)
    }

    @Test func `several expressions give one list of keys`() throws {
        var text = MappingText([.referralCode: "payload.code"])
        text[.businessKey] = ["payload.id", "payload.?none", "payload.more", "payload.id"]
        let mapping = try CompiledMapping(text)
        let body = #"{"code":"A","id":"1","more":["2","1"]}"#
        let mapped = mapping.map(try .init(parsing: Array(body.utf8)), headers: .init())
        guard case .single(.event(let event)) = mapped else {
            throw Unexpected(mapped: described(mapped))
        }
        #expect(event.businessKeys == ["1", "2"])
    }

    @Test(arguments: [
        (#""refund""#, Reversal.Kind.refund), (#""refund_total""#, .refundTotal),
        (#""reinstate""#, .reinstate), (#""""#, nil), ("null", nil),
    ])
    func `a reversal of money is one of three words, or none`(
        _ value: String, _ expected: Reversal.Kind?
    ) throws {
        #expect(try event(#"{"v":\#(value)}"#, [.reversal: "payload.v"]).reversal == expected)
    }

    @Test func `all problems of an event are reported at once, in the order of the fields`() throws
    {
        let found = try problems(
            "{}",
            [
                .reversal: "'?'", .currency: "'?'", .amount: "payload + 1", .goal: "payload.goal",
                .customer: "payload",
            ])
        #expect(found.map(\.field) == [.goal, .amount, .currency, .customer, .reversal])
    }

    @Test(arguments: [
        Field.goal, .customer, .eventID, .businessKey, .referralCode,
    ])
    func `a text has a limit`(_ field: Field) throws {
        let limit = MappedLimit.text
        func body(_ length: Int) -> String {
            #"{"v":"\#(String(repeating: "x", count: length))"}"#
        }
        _ = try event(body(limit), [field: "payload.v"])
        let found = try problems(body(limit + 1), [field: "payload.v"])
        #expect(found.map(\.cause) == [.tooLong(limit: limit)])
    }

    @Test func `aliases have a limit`() throws {
        func body(_ count: Int) -> String {
            #"{"v":[\#((1...count).map { "\"\($0)\"" }.joined(separator: ","))]}"#
        }
        let keys = try event(body(MappedLimit.keys), [.businessKey: "payload.v"]).businessKeys
        #expect(keys.count == MappedLimit.keys)
        let found = try problems(body(MappedLimit.keys + 1), [.businessKey: "payload.v"])
        #expect(found.map(\.cause) == [.tooMany(limit: MappedLimit.keys)])
    }
}

/// The rules of the mapping's contract, implemented a second time.
enum MappedLimit {
    static let text = 512
    static let keys = 16
    static let items = 1000
}
