import Mapping
import Referrals
import Testing

/// The code is required, unless the event is a reversal; a customer may replace it.
@Suite struct CodeTests {
    @Test(arguments: ["ADA-REF", "ada-ref", "  Ada-Ref\n", "ＡＤＡ-ｒｅｆ"])
    func `a code is taken in its canonical form`(_ text: String) throws {
        let code = try event("{}", [.referralCode: #"'''\#(text)'''"#]).code
        #expect(code == .named(try #require(ReferralCode("ADA-REF"))))
    }

    @Test(arguments: ["АDA", "ADA REF", "-ADA", "ADA/REF", String(repeating: "A", count: 65)])
    func `a text that can't be a code is kept as it came`(_ text: String) throws {
        #expect(try event("{}", [.referralCode: "'\(text)'"]).code == .unreadable(text))
    }

    @Test(arguments: [#"{}"#, #"{"code":null}"#, #"{"code":""}"#, #"{"code":" \t"}"#])
    func `without a code nothing is mapped`(_ body: String) throws {
        let problem = MappingProblem(
            .referralCode, "payload.code", .missing(path: "payload.code"))
        #expect(try problems(body, [.referralCode: "payload.code"]) == [problem])
        // An address is no substitute: it is not what later events are known by.
        let withAddress = [Field.referralCode: "payload.code", .email: "'mia@example.net'"]
        #expect(try problems(body, withAddress) == [problem])
    }

    @Test(arguments: [#"{}"#, #"{"code":null}"#, #"{"code":""}"#, #"{"code":" "}"#])
    func `a named customer may be known without a code`(_ body: String) throws {
        let event = try event(body, [.referralCode: "payload.code", .customer: "'cus_1'"])
        #expect(
            event.code
                == .missing(
                    MappingProblem(
                        .referralCode, "payload.code", .missing(path: "payload.code"))))
        #expect(event.referralCode == nil)
    }

    @Test func `a reversal needs no code`() throws {
        let event = try event(
            "{}", [.referralCode: "payload.code", .reversal: "'refund'", .customer: "'cus_1'"])
        #expect(event.code == .none)
    }

    @Test func `a mapping by customers alone says nothing of codes`() throws {
        let mapped = try map(#"{"who":"cus_1"}"#, [.customer: "payload.?who"])
        guard case .single(.event(let event)) = mapped,
            case .missing(let problem) = event.code
        else { throw Unexpected(mapped: described(mapped)) }
        #expect(problem.description == "referral_code: the mapping has no expression for it")
    }

    @Test func `a code that can't be read is an error even of a reversal`() throws {
        let found = try problems(
            #"{"code":7.5}"#, [.referralCode: "payload.code", .reversal: "'refund'"])
        #expect(found.map(\.code) == [.mappingTypeError])
    }
}
