import HTTP
import JSON
import Mapping
import Referrals
import Testing

@Suite struct FilterTests {
    @Test func `what the filter turns down is not ours, however broken`() throws {
        let mapped = try map(
            #"{"type":"ping"}"#,
            [.filter: "payload.type == 'purchase'", .referralCode: "payload.code"])
        #expect(described(mapped) == described(.single(.notOurs)))
    }

    @Test(arguments: [
        ("payload.kind == 'x'", ReasonCode.mappingMissingField),
        ("payload.type > 3", .mappingTypeError),
        ("payload.type", .mappingTypeError),
        ("payload.?kind", .mappingMissingField),
    ])
    func `a filter that can't tell leaves the event unmapped`(
        _ filter: String, _ code: ReasonCode
    ) throws {
        let found = try problems(#"{"type":"purchase"}"#, [.filter: filter])
        #expect(found.map(\.field) == [.filter])
        #expect(found.map(\.code) == [code])
    }
}

@Suite struct EachTests {
    private func batch(_ body: String, each: String) throws -> [Mapped.BatchItem] {
        let mapped = try map(
            body,
            [
                .each: each, .filter: "payload.?ours != optional.of(false)",
                .referralCode: "payload.c",
            ]
        )
        guard case .batch(let items) = mapped else { throw Unexpected(mapped: described(mapped)) }
        return items
    }

    @Test func `each item stands or falls alone, in order`() throws {
        let items = try batch(
            #"[{"c":"A"},{"c":true},{"ours":false},{"c":"B"}]"#, each: "payload")
        #expect(
            described(.batch(items)).filter { !$0.isWhitespace } == """
                {"batch":[{"event":{"referral_code":"A"}},\
                {"unmapped":[{"code":"mapping_type_error","field":"referral_code"}]},\
                {"not_ours":true},{"event":{"referral_code":"B"}}]}
                """)
        #expect(
            items.map { String(decoding: $0.payload.source, as: UTF8.self) }[3] == #"{"c":"B"}"#)
    }

    @Test func `an item kept of a body reads the same again`() throws {
        let mapping = try CompiledMapping(Preset.hubspot.mapping)
        let fixture = MappingFixture(source: "hubspot", name: "property-changes")
        guard case .batch(let items) = try fixture.mapped() else {
            Issue.record("not a batch")
            return
        }
        for item in items {
            let kept = try Document(parsing: Array(item.payload.source))
            #expect(mapping.mapItem(kept.root, headers: try fixture.headers) == item.item)
        }
    }

    @Test func `items may lie anywhere in the body, and be chosen`() throws {
        let body = #"{"d":{"list":[{"c":"A","n":1},{"c":"B","n":2}]}}"#
        #expect(try batch(body, each: "payload.d.list").count == 2)
        #expect(try batch(body, each: "payload.d.list.filter(i, i.n == 2)").count == 1)
        #expect(try batch(body, each: "payload.d.list.filter(i, i.n == 3)").isEmpty)
    }

    @Test(arguments: [
        ("payload.none", ReasonCode.mappingMissingField), ("payload.a", .mappingTypeError),
        ("payload.a.map(x, 1)", .mappingTypeError), ("payload.b.map(x, x + 1)", .mappingTypeError),
        ("payload.n", .mappingMissingField),
    ])
    func `a body without a list of items is one that can't be mapped`(
        _ each: String, _ code: ReasonCode
    ) throws {
        let found = try problems(#"{"a":{"x":1},"b":[1],"n":null}"#, [.each: each])
        #expect(found.map(\.field) == [.each])
        #expect(found.map(\.code) == [code])
    }

    @Test func `items have a limit`() throws {
        func body(_ count: Int) -> String {
            "[" + Array(repeating: #"{"c":"A"}"#, count: count).joined(separator: ",") + "]"
        }
        #expect(
            try batch(body(MappedLimit.items), each: "payload").count == MappedLimit.items)
        let found = try problems(body(MappedLimit.items + 1), [.each: "payload"])
        #expect(found.map(\.cause) == [.tooMany(limit: MappedLimit.items)])
    }

    @Test func `a body costs what it costs, and then its items are left unmapped`() throws {
        // Each item multiplies the work; the last ones find nothing left to spend.
        let list = Array(repeating: "1", count: 90).joined(separator: ",")
        let item = #"{"c":"A","l":[\#(list)]}"#
        let body = "[" + Array(repeating: item, count: 600).joined(separator: ",") + "]"
        let mapped = try map(
            body,
            [
                .each: "payload", .referralCode: "payload.c",
                .test: "payload.l.all(x, payload.l.all(y, y == x))",
            ])
        guard case .batch(let items) = mapped else { throw Unexpected(mapped: described(mapped)) }
        #expect(items.count == 600)
        guard case .event = items[0].item else { throw Unexpected(mapped: described(mapped)) }
        guard case .unmapped(let problems) = items[599].item else {
            throw Unexpected(mapped: described(mapped))
        }
        #expect(problems.first?.code == .mappingTypeError)
        // Ninety items times ninety take some 16,000 units; a loop is held for 400,000 of them at most.
        let mappedItems = items.filter { if case .event = $0.item { true } else { false } }
        #expect((10...30).contains(mappedItems.count), "\(mappedItems.count)")
    }

    @Test(arguments: [Preset.refgate, Preset.hubspot]) func `a full list at a preset's cost fits`(
        _ preset: Preset
    ) throws {
        var text = preset.mapping
        text[.each] = ["payload"]
        text[.filter] = []
        let data =
            #"{"referral_code":"A","order_id":"O-1","amount":500,"currency":"EUR","test":false,"#
            + #""first_name":"Ada","customer":{"id":"c-1","email":"ada@example.com","first_name":"A"}}"#
        let item =
            preset == .refgate
            ? #"{"type":"purchase","timestamp":"2026-11-21T16:40:03Z","data":\#(data)}"#
            : #"{"eventId":100,"subscriptionId":2,"portalId":3,"occurredAt":1763743203000,"#
                + #""subscriptionType":"contact.propertyChange","attemptNumber":0,"objectId":5,"#
                + #""propertyName":"referral_code","propertyValue":"ADA-REF","changeSource":"CRM"}"#
        let list = Array(repeating: item, count: MappedLimit.items).joined(separator: ",")
        var fields = Fields()
        fields.append("webhook-id", "msg_1")
        let mapped = try CompiledMapping(text).map(
            try Document(parsing: Array("[\(list)]".utf8)), headers: fields)
        guard case .batch(let items) = mapped else { throw Unexpected(mapped: described(mapped)) }
        #expect(items.count == MappedLimit.items)
        for one in items {
            guard case .event = one.item else { throw Unexpected(mapped: described(mapped)) }
        }
    }
}
