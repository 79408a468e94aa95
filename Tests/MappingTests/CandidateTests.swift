import HTTP
import JSON
import Mapping
import Referrals
import Testing

/// Several texts of one event that may be its code.
@Suite struct CandidateTests {
    private func code(_ body: String, _ expressions: [String]) throws -> MappedEvent.Code {
        let mapping = try CompiledMapping(MappingText([.referralCode: expressions]))
        let mapped = mapping.map(try .init(parsing: Array(body.utf8)), headers: .init())
        guard case .single(.event(let event)) = mapped else {
            throw Unexpected(mapped: described(mapped))
        }
        return event.code
    }

    private func named(_ text: String) throws -> MappedEvent.Code {
        .named(try #require(ReferralCode(text)))
    }

    @Test func `a list gives candidates in its order, each once, without what is empty`() throws {
        let body = #"{"a":" ","b":null,"c":"SALE 10","d":["one","One",7,""],"e":"two"}"#
        let expected = MappedEvent.Code.candidates(
            ["SALE 10", "ONE", "7", "TWO"].map { CodeCandidate($0) })
        let list = "[payload.?a, payload.?b, payload.?c, payload.?d, payload.?e, payload.?f]"
        #expect(try code(body, [list]) == expected)
        let apart = [
            "payload.?a", "payload.?b", "payload.c", "payload.d", "payload.e", "payload.f",
        ]
        #expect(try code(body, apart) == expected)
    }

    @Test func `a list with one text is that text`() throws {
        #expect(try code(#"{"c":["ada"]}"#, ["payload.c"]) == named("ADA"))
        #expect(try code(#"{"c":["", " ", "ada", null]}"#, ["payload.c"]) == named("ADA"))
        #expect(try code(#"{"c":["a b"]}"#, ["payload.c"]) == .unreadable("a b"))
    }

    @Test func `a candidate is marked as often something else`() throws {
        let marked = #"[{"maybe": payload.sale}, payload.?ref]"#
        #expect(
            try code(#"{"sale":"summer","ref":"ada"}"#, [marked])
                == .candidates([
                    CodeCandidate("SUMMER", isDoubtful: true), CodeCandidate("ADA"),
                ]))
        #expect(
            try code(#"{"sale":"summer"}"#, [marked])
                == .candidates([CodeCandidate("SUMMER", isDoubtful: true)]))
        #expect(try code(#"{"sale":"","ref":"ada"}"#, [marked]) == named("ADA"))
        #expect(try code(#"{"sale":null,"ref":"ada"}"#, [marked]) == named("ADA"))
    }

    @Test func `eight candidates are read, and nine are too many`() throws {
        func body(_ count: Int) -> String {
            #"{"v":[\#((1...count).map { "\"C\($0)\"" }.joined(separator: ","))]}"#
        }
        guard case .candidates(let found) = try code(body(8), ["payload.v"]) else {
            Issue.record("no candidates")
            return
        }
        #expect(found.count == 8)
        let problems = try problems(body(9), [.referralCode: "payload.v"])
        #expect(problems.map(\.cause) == [.tooMany(limit: 8)])
    }

    @Test(arguments: [#"[{"code":"A"}]"#, "[true]", "[1.5]", #"[{"maybe":{"maybe":"A"}}]"#])
    func `what is neither a text nor a whole number is no candidate`(_ value: String) throws {
        let problems = try problems(#"{"v":\#(value)}"#, [.referralCode: "payload.v"])
        #expect(problems.map(\.code) == [.mappingTypeError])
    }

    @Test func `without any candidate the code is missing`() throws {
        let problems = try problems(
            #"{"v":["",null]}"#, [.referralCode: "payload.v"])
        #expect(problems.map(\.code) == [.mappingMissingField])
    }
}
