import Insight
import JSON
import Referrals
import TestSupport
import Testing

@Suite struct ExplanationJSONTests {
    private func json(_ query: Explanation.Query) throws -> JSON.Value {
        try Document(parsing: try AuditedLife.scratch().explain(query).json).root
    }

    @Test func `an event is reported with its checks, each with what was expected and seen`() throws
    {
        let root = try json(.event(9))
        #expect(root["found"]?.bool == true)
        #expect(root["query"]?["event"]?.int == 9)
        let event = try #require(root["events"]?[0])
        #expect(event["outcome"]?.string == "rejected")
        #expect(event["near_miss"]?.bool == true)
        #expect(event["obstacles"]?.int == 1)
        #expect(event["reasons"]?[0]?["code"]?.string == "goal_type_mismatch")
        #expect(event["reasons"]?[0]?["remedy"]?.string?.isEmpty == false)
        #expect(event["lead"]?["referral_code"]?.string == "BOB")
        #expect(event["referrer"]?["referral_code"]?.string == "ANNA")
        #expect(event["conversion"]?.isNull == true)
        let check = try #require(
            event["checks"]?.elements.first { $0["check"]?.string == "goal_type" })
        #expect(check["outcome"]?.string == "fail")
        #expect(check["expected"]?.string == "purchase")
        #expect(check["observed"]?.string == "signup")
        #expect(check["sentence"]?.string?.isEmpty == false)
    }

    @Test func `a conversion is reported with its rewards as they stand`() throws {
        let event = try #require(try json(.businessKey("A-1"))["events"]?[0])
        #expect(event["conversion"]?["status"]?.string == "approved")
        #expect(event["conversion"]?["amount"]?.int == 10_000)
        let reward = try #require(event["rewards"]?[0])
        #expect(reward["kind"]?.string == "credit")
        #expect(reward["status"]?.string == "issued")
        #expect(reward["value"]?["amount"]?.int == 1000)
        #expect(reward["remaining"]?.int == 750)
        #expect(event["rewards"]?[1]?["coupon"]?.string == "assigned")
        #expect(event["later"]?[0]?["event"]?.int == 12)
    }

    @Test func `a person is reported by name, to the operators of the account`() throws {
        let person = try #require(try json(.code("EVA"))["participants"]?[0])
        #expect(person["email"]?.string == "eva@eva.example")
        #expect(person["role"]?.string == "lead")
        #expect(person["referred_by"]?.string == "ANNA")
        #expect(person["preflight"] == nil)
    }

    @Test func `no coupon's code and no secret is reported`() throws {
        let scratch = try AuditedLife.scratch()
        for query in [Explanation.Query.code("BOB"), .code("FRED"), .event(1)] {
            let text = String(decoding: try scratch.explain(query).json, as: UTF8.self)
            #expect(!text.contains("CODE-"))
            #expect(!text.contains(DeclaredSource.secret))
        }
    }

    @Test func `what is not found says so`() throws {
        let root = try json(.code("B0B"))
        #expect(root["found"]?.bool == false)
        #expect(root["did_you_mean"]?[0]?.string == "BOB")
        #expect(root["events"]?.count == 0)
        #expect(root["participants"]?.count == 0)
        #expect(root["more"]?.bool == false)
    }
}
