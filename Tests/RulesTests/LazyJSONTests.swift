import JSON
import Testing

@testable import Rules

/// The cases with JSON-shaped data once more, with JSON: the results must be the same.
@Suite struct LazyJSONTests {
    private static let cases = Suite.extra.filter { $0.text("section") == "json_payload" }

    @Test(arguments: cases)
    func `a payload left in its text reads like one taken apart`(_ suiteCase: SuiteCase) throws {
        let (environment, apart) = try suiteCase.environment(zones: [:])
        let slot = try #require(environment.slot(of: "payload"))
        var writer = JSON.Writer()
        try #require(apart[slot: slot]).append(to: &writer)
        var lazy = apart
        lazy[slot: slot] = Value(try Document(parsing: writer.bytes).root)
        let program = try suiteCase.compile(in: environment)
        #expect(program.evaluate(lazy).isSame(as: program.evaluate(apart)))
    }

    @Test func `there are cases to try`() { #expect(Self.cases.count == 80) }

    @Test(arguments: [
        (#"payload.a == payload.b"#, "true"), (#"payload.a == "é""#, "true"),
        (#"payload.a == "e\u0301""#, "false"), (#"payload.c < payload.a"#, "true"),
        (#"payload.a + payload.c"#, "\"éz\""), (#"size(payload.a)"#, "1"),
        (#"payload.l == [1, 2.0, "x"]"#, "true"), (#"payload.l + [4]"#, "[1, 2.0, \"x\", 4]"),
        (#"payload.m == {"k": 1.5}"#, "true"), (#"payload.m.map(k, k)"#, "[\"k\"]"),
        (#"payload.m.transformList(k, v, v)"#, "[1.5]"),
        (#"1.5 in payload.m.transformList(k, v, v)"#, "true"),
        (#"{payload.a: 1}[payload.b]"#, "1"), (#"payload[payload.k]"#, "\"é\""),
        (#"type(payload.big)"#, "double"), (#"payload.big >= 9223372036854775807"#, "true"),
        (#"int(payload.whole)"#, "100"), (#"payload.whole == 100"#, "true"),
        (#"[payload.l, payload.l][1][2]"#, "\"x\""), (#"payload.l.exists(x, x == 2)"#, "true"),
        (#"{"a": payload}.a.m.k"#, "1.5"), (#"payload.m == payload.m"#, "true"),
        (#"math.greatest(payload.whole, 99)"#, "100.0"), (#"payload.l[payload.one]"#, "2.0"),
    ]) func `values in JSON go wherever values go`(_ rule: String, _ expected: String) throws {
        let payload = """
            {"a": "é", "b": "\\u00e9", "c": "z", "k": "a", "l": [1, 2.0, "x"], "m": {"k": 1.5},
            "big": 9223372036854775808, "whole": 1e2, "one": 1.0}
            """
        let value = try Facts.value(of: rule, payload: payload).get()
        #expect(ValueText.text(of: value) == expected)
    }

    @Test func `a header is looked up by name, listed and tested`() throws {
        let headers = ["content-type": "application/json", "host": "a"]
        #expect(try Facts.value(of: "headers.host == \"a\"", headers: headers).get().asBool == true)
        #expect(
            try Facts.value(of: "\"content-type\" in headers", headers: headers).get().asBool
                == true)
        #expect(try Facts.value(of: "size(headers)", headers: headers).get().asInt == 2)
        #expect(
            try Facts.value(of: "headers.exists(k, headers[k] == \"a\")", headers: headers).get()
                .asBool == true)
        #expect(try Facts.value(of: "has(headers.cookie)", headers: headers).get().asBool == false)
    }
}

extension Rules.Value {
    fileprivate func append(to writer: inout JSON.Writer) {
        switch self {
        case .null: writer.null()
        case .bool(let bool): writer.bool(bool)
        case .int(let int): writer.integer(int)
        case .double(let double): writer.raw(double.description.utf8)
        case .list(let values):
            writer.beginArray()
            for value in values { value.append(to: &writer) }
            writer.endArray()
        case .map(let map):
            writer.beginObject()
            for (key, value) in map.entries {
                writer.key(key.asString ?? "")
                value.append(to: &writer)
            }
            writer.endObject()
        default: writer.string(asString ?? "")
        }
    }
}
