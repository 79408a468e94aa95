import HTTP
import Mapping
import Testing

@Suite struct HeaderTests {
    private static let some: [(String, String)] = [
        ("X-Topic", "orders/paid"), ("X-Many", "a"), ("X-Many", "b"),
        ("Authorization", "Bearer secret"), ("Cookie", "a=b"),
    ]

    @Test(arguments: [
        (#"headers["x-topic"]"#, "orders/paid"),
        (#"headers[?"x-topic"]"#, "orders/paid"),
        ("headers.`x-topic`", "orders/paid"),
        ("headers.?`x-topic`", "orders/paid"),
        (#"headers["x-many"]"#, "a, b"),
        (#"headers["X-Topic"]"#, nil),
        (#"headers["x-none"]"#, nil),
        (#"headers["authorization"]"#, nil),
        (#"headers["cookie"]"#, nil),
        (#"headers.map(name, name).join(",")"#, "x-topic,x-many"),
    ])
    func `expressions read header fields by their names in lower case`(
        _ expression: String, _ expected: String?
    ) throws {
        #expect(try event("{}", [.firstName: expression], headers: Self.some).firstName == expected)
    }

    @Test(arguments: [
        (#"headers["b"] + headers['a']"#, ["a", "b"]),
        (#"headers[?"a"].or(headers.?b).orValue(headers.c)"#, ["a", "b", "c"]),
        (#"headers . ? a"#, ["a"]),
        (#"headers [ r"a" ]"#, ["a"]),
        ("headers.`x-y`", ["x-y"]),
        (#"payload.headers.x"#, []),
        (#""headers" + '''headers[' '''"#, []),
        ("payload.a // headers", []),
        (#""say \"headers\"""#, []),
        ("payload.myheaders + payload.headers_2", []),
        ("headers[\"\"\"a\"\"\"]", ["a"]),
    ])
    func `the fields a mapping reads are known from its text`(
        _ expression: String, _ names: [String]
    ) throws {
        #expect(try read(expression) == .only(names))
    }

    @Test(arguments: [
        #"headers[payload.name]"#, #"headers["a" + "b"]"#, "headers.size()", "size(headers)",
        #"headers["\x61"]"#, "headers.map(h, h)", #"cel.bind(h, headers, h["a"])"#,
        #"has(headers.a) ? "x" : headers[headers.a]"#, "headers",
    ])
    func `a computed name may be any`(_ expression: String) throws {
        #expect(try read(expression) == .all)
    }

    private func read(_ expression: String) throws -> HeaderNames {
        var text = MappingText([.referralCode: "payload.code"])
        text[.businessKey] = ["[dyn(\(expression)\n)]"]
        return try CompiledMapping(text).headerNames
    }

    @Test func `the id's own fields are kept apart`() throws {
        let mapping = try CompiledMapping(Preset.shopify.mapping)
        #expect(
            mapping.eventIDHeaderNames == .only(["x-shopify-event-id", "x-shopify-webhook-id"]))
        #expect(
            mapping.headerNames
                == .only([
                    "x-shopify-event-id", "x-shopify-test", "x-shopify-topic",
                    "x-shopify-webhook-id",
                ]))
        #expect(
            try CompiledMapping(Preset.stripe.mapping).eventIDHeaderNames == .only([]))
    }

    @Test func `only what is read is kept, and credentials never`() {
        var fields = Fields()
        for (name, value) in Self.some { fields.append(name, value) }
        func kept(_ names: HeaderNames, without secret: String? = nil) -> [String] {
            var found: [String] = []
            names.kept(of: fields, without: secret).forEach { name, _ in
                found.append(String(decoding: name, as: UTF8.self))
            }
            return found
        }
        #expect(kept(.only(["x-many", "authorization"])) == ["x-many", "x-many"])
        #expect(kept(.all) == ["x-topic", "x-many", "x-many"])
        #expect(kept(.all, without: "x-topic") == ["x-many", "x-many"])
    }
}
