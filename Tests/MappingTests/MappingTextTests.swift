import JSON
import Mapping
import Testing

@Suite struct MappingTextTests {
    private func source(_ text: String) throws -> JSON.Value {
        try Document(parsing: Array(text.utf8)).root
    }

    @Test func `a source adjusts its preset by the field`() throws {
        var text = Preset.refgate.mapping
        let errors = text.take(
            from: try source(
                #"""
                {"each":"payload.items","filter":null,"on_unmapped":"keep","mapping":
                {"goal":"'signup'","business_key":["payload.a","payload.b"],"test":null}}
                """#))
        #expect(errors.isEmpty)
        var expected = Preset.refgate.mapping
        expected[.each] = ["payload.items"]
        expected[.goal] = ["'signup'"]
        expected[.businessKey] = ["payload.a", "payload.b"]
        expected[.test] = []
        expected.onUnmapped = .keep
        #expect(text == expected)
    }

    @Test func `everything that can't be read is reported, with its place`() throws {
        var text = MappingText()
        let errors = text.take(
            from: try source(
                #"""
                {"each":1,"filter":["a"],"on_unmapped":"drop","mapping":
                {"gaol":"x","goal":2,"business_key":["a",1],"filter":"true","a/b~c":"x"}}
                """#))
        #expect(
            errors.map(\.description) == [
                "/each: the text of an expression is expected",
                "/filter: the text of an expression is expected",
                "/on_unmapped: 'refuse' or 'keep' is expected",
                "/mapping/gaol: a mapping has no field 'gaol'",
                "/mapping/goal: the text of an expression is expected",
                "/mapping/business_key: the text of an expression is expected",
                "/mapping/filter: a mapping has no field 'filter'",
                "/mapping/a~1b~0c: a mapping has no field 'a/b~c'",
            ])
        #expect(
            text.take(from: try source(#"{"mapping":"x"}"#)).map(\.description)
                == ["/mapping: an object of expressions is expected"])
        #expect(text == MappingText())
    }

    @Test(arguments: Preset.all)
    func `a mapping written down reads back the same`(_ preset: Preset) throws {
        var writer = Writer()
        writer.beginObject()
        preset.mapping.write(to: &writer)
        writer.endObject()
        var text = MappingText()
        #expect(text.take(from: try Document(parsing: writer.bytes).root).isEmpty)
        #expect(text == preset.mapping)
    }

    @Test func `a mapping prints one line per expression`() {
        var text = MappingText(
            [.filter: "payload.ours", .goal: "payload.type", .referralCode: "payload.code"],
            onUnmapped: .keep)
        text[.businessKey] = ["payload.a", "payload.b"]
        #expect(
            text.description == """
                filter         payload.ours
                goal           payload.type
                referral_code  payload.code
                business_key   payload.a
                business_key   payload.b
                on_unmapped: keep
                """)
    }
}

@Suite struct MappingErrorsTests {
    private func errors(_ text: MappingText) -> MappingErrors? {
        do throws(MappingErrors) {
            _ = try CompiledMapping(text)
            return nil
        } catch {
            return error
        }
    }

    @Test func `all errors of a mapping come at once, each with its field, line and caret`() {
        var text = MappingText([
            .filter: "payload.type =", .goal: "payloud.type", .referralCode: "payload.code",
            .amount: "'1'", .occurredAt: "1", .test: "optional.of('x')",
        ])
        text[.businessKey] = ["payload.a", "1 +"]
        let faults = errors(text)?.faults ?? []
        #expect(
            faults.map(\.pointer) == [
                "/filter", "/mapping/goal", "/mapping/business_key/1", "/mapping/amount",
                "/mapping/occurred_at", "/mapping/test",
            ])
        let goal = faults.first { $0.field == .goal }?.message ?? ""
        #expect(goal.hasPrefix("ERROR: goal:1:1: undeclared reference to 'payloud'"))
        #expect(goal.hasSuffix("\n | payloud.type\n | ^"))
        #expect(
            faults.first { $0.field == .amount }?.message == """
                ERROR: amount:1:1: the rule has type 'string', but 'int' is expected
                 | '1'
                 | ^
                """)
        #expect(
            faults.first { $0.field == .businessKey }?.message.hasPrefix(
                "ERROR: business_key[1]:1:") == true)
    }

    @Test func `a mapping that can name nobody is refused`() {
        #expect(
            errors(MappingText([.goal: "'signup'"]))?.description
                == "referral_code: a mapping needs this field, a customer or a reversal")
        for field in [Field.referralCode, .customer, .reversal] {
            #expect(errors(MappingText([field: "payload.?x"])) == nil)
        }
    }

    @Test(arguments: [
        (Field.each, "[1]"), (.each, "payload"), (.filter, "true"), (.goal, "optional.of('x')"),
        (.goal, "null"), (.amount, "optional.of(1)"), (.businessKey, "['a']"),
        (.businessKey, "optional.of(['a'])"), (.occurredAt, "fromUnix(1)"), (.occurredAt, "'x'"),
        (.test, "payload.?x"),
    ])
    func `a field takes its own type, alone or in an optional`(
        _ field: Field, _ expression: String
    ) {
        #expect(
            errors(MappingText([.referralCode: "payload.c", field: expression])) == nil)
    }

    @Test(arguments: [
        (Field.each, "'x'"), (.filter, "1"), (.goal, "1"), (.amount, "1.5"), (.amount, "1u"),
        (.businessKey, "1.0"), (.goal, "1u"), (.occurredAt, "duration('1s')"), (.test, "'true'"),
        (.reversal, "true"),
    ])
    func `a field takes nothing else`(_ field: Field, _ expression: String) {
        let faults = errors(MappingText([.customer: "payload.c", field: expression]))?.faults
        #expect(faults?.map(\.field) == [field])
    }
}
