import Declarations
import Reading
import Referrals
import TestSupport
import Testing
import Workspace

@Suite struct ParticipantsTests {
    private let campaigns = """
        "campaigns": [{"id": 1, "name": "A", "goal_type": "x"},
                      {"id": 2, "name": "B", "goal_type": "x"}]
        """

    private func read(csv: String) throws -> [ParticipantDeclaration] {
        let files = ["p.csv": csv]
        let workspace = try workspace(#"{\#(campaigns), "participants": "p.csv"}"#, files)
        var all: [ParticipantDeclaration] = []
        try workspace.participants.forEach(in: folder(files)) { one, _ in all.append(one) }
        #expect(all.count == workspace.participants.count)
        return all
    }

    private func mistakes(csv: String) -> [String] {
        TestSupport.mistakes(
            in: #"{\#(campaigns), "participants": "p.csv"}"#, ["p.csv": csv])
    }

    @Test func `columns may stand in any order, and empty fields say nothing`() throws {
        let all = try read(
            csv: """
                email,campaign,id,referral_code,referred_by,first_name,source,customer,status
                Ada@Example.com,1,,ref1,,"Ada, ""A\""",api,c-1,
                ,1,17,lead1,REF1,,,,disabled
                ,2,x-9,,,,,,active

                """)
        #expect(
            all == [
                ParticipantDeclaration(
                    campaign: ID(1), email: EmailAddress("ada@example.com"),
                    firstName: "Ada, \"A\"", referralCode: ReferralCode("REF1"), source: "api",
                    customer: "c-1"),
                ParticipantDeclaration(
                    id: .number(ID(17)), campaign: ID(1), referralCode: ReferralCode("LEAD1"),
                    referredBy: ReferralCode("REF1"), status: .disabled),
                ParticipantDeclaration(
                    id: .external("x-9"), campaign: ID(2), status: .active),
            ])
    }

    @Test func `a list and a file of the same people are the same`() throws {
        let listed = try workspace(
            """
            {\(campaigns), "participants": [
                {"campaign": 1, "email": "a@example.com", "referral_code": "a", "referred_by": "b"},
                {"campaign": 1, "id": 5, "referral_code": "b", "first_name": "Bo"},
                {"campaign": 2, "id": "x", "source": "s", "customer": "c", "status": "disabled"}]}
            """)
        var all: [ParticipantDeclaration] = []
        try listed.participants.forEach(in: .none) { one, _ in all.append(one) }
        let filed = try read(
            csv: """
                campaign,email,referral_code,referred_by,id,first_name,source,customer,status
                1,a@example.com,a,b,,,,,
                1,,b,,5,Bo,,,
                2,,,,x,,s,c,disabled
                """)
        #expect(all == filed)
    }

    @Test func `a participant is written back and read again`() throws {
        let json =
            #"{"id":"x","campaign":1,"email":"a@example.com","first_name":"Å","referral_code":"A","#
            + #""referred_by":"B","source":"s","customer":"c","status":"disabled"}"#
        let known = Known(campaignOfCode: { _ in ID(1) })
        let read = try workspace(#"{\#(campaigns), "participants": [\#(json)]}"#, known: known)
        guard case .listed(let list) = read.participants else { return }
        #expect(String(decoding: list[0].canonicalJSON, as: UTF8.self) == json)
    }

    @Test func `every mistake of a file of participants is reported with its line`() {
        let found = mistakes(
            csv: """
                campaign,email,referral_code,referred_by
                1,a@example.com,A,LATER
                1,a@example.com,B,
                2,a@example.com,A,
                3,c@example.com,C,
                one,d@example.com,D,
                1,"d",E,
                1,e@example.com,F
                1,f@example.com,G,NOBODY
                2,g@example.com,H,A
                1,,,
                1,h@example.com,J,J
                1,i"i@example.com,K,
                1,k@example.com,LATER,
                ,l@example.com,M,
                """)
        let expected = """
            p.csv:3:3: e-mail address "a@example.com" is repeated, first in p.csv:2; each \
            e-mail address must be unique
            p.csv:4:17: referral code "A" is repeated, first in p.csv:2; each referral code \
            must be unique
            p.csv:5:1: campaign "3" does not exist; a campaign must be declared in the workspace or \
            exist already
            p.csv:6:1: found a text; expected a whole number
            p.csv:7:4: found "d"; an e-mail address looks like "ada@example.com"
            p.csv:8:1: found 3 fields; the header has 4
            p.csv:10:19: "A" is a code of another campaign; a referrer must be in the same campaign
            p.csv:11:1: none of the columns "email", "id", "referral_code" is present; one of them is \
            required
            p.csv:12:19: the participant is its own referrer; a referrer must be another participant
            p.csv:13:4: found a quote inside a field; quotes must enclose a whole field
            p.csv:15:1: found an empty text; the text must not be empty
            p.csv:9:19: referral code "NOBODY" does not exist; a referral code must be declared in \
            the workspace or exist already
            """
        #expect(found.joined(separator: "\n") == expected)
    }

    @Test(arguments: [
        ("", ["p.csv:1:1: the file is empty; the first line must name the columns"]),
        (
            "campain,email\n1,a@example.com\n",
            [
                #"p.csv:1:1: column "campaign" is missing; it is required"#,
                #"p.csv:1:1: unknown column "campain"; known names are "campaign", "email", "#
                    + #""first_name", "referral_code", "referred_by", "source", "customer", "id", "#
                    + #""status", "payout_destination""#,
            ]
        ),
        (
            "campaign,first_name\n1,A\n",
            [
                #"p.csv:1:1: none of the columns "email", "id", "referral_code" is present; one of them is "#
                    + "required"
            ]
        ),
        (
            "campaign,email,email\n1,a@example.com,b@example.com\n",
            [#"p.csv:1:16: column "email" is repeated; each column may appear once"#]
        ),
    ]) func `a header that can't be used is reported`(csv: String, expected: [String]) {
        #expect(Set(mistakes(csv: csv)) == Set(expected))
    }

    @Test func `a referrer may be in the database already`() {
        let text =
            #"{\#(campaigns), "participants": [{"campaign": 1, "id": 1, "referred_by": "r"}]}"#
        #expect(TestSupport.mistakes(in: text).count == 1)
        let here = Known(campaignOfCode: { $0 == ReferralCode("R") ? ID(1) : nil })
        #expect(TestSupport.mistakes(in: text, known: here).isEmpty)
        let elsewhere = Known(campaignOfCode: { $0 == ReferralCode("R") ? ID(2) : nil })
        #expect(TestSupport.mistakes(in: text, known: elsewhere).count == 1)
    }

    @Test func `a file that changes between reading and applying is refused`() throws {
        let workspace = try workspace(
            #"{\#(campaigns), "participants": "p.csv"}"#, ["p.csv": "campaign,id\n1,5\n"])
        #expect(throws: Mistakes.self) {
            try workspace.participants.forEach(in: folder(["p.csv": "campaign,id\n1,\n"])) { _, _ in
            }
        }
        #expect(throws: FileFailure.self) {
            try workspace.participants.forEach(in: folder([:])) { _, _ in }
        }
    }

    @Test func `coupons are read from a file beside the workspace`() throws {
        let text =
            #"{"campaigns": [{"id": 1, "name": "A", "goal_type": "x", "coupons": "c.csv"}]}"#
        let files = ["c.csv": "code\nA-1\n\"B,2\"\n"]
        let coupons = try #require(try workspace(text, files).campaigns[0].coupons)
        #expect(coupons == .file(path: "c.csv", count: 2, of: ID(1)))
        var codes: [String] = []
        try coupons.forEach(in: folder(files)) { codes.append($0.code) }
        #expect(codes == ["A-1", "B,2"])
        #expect(
            TestSupport.mistakes(in: text, ["c.csv": "code\nA\n\nB\nA\n"]) == [
                #"c.csv:5:1: coupon "A" is repeated, first in c.csv:2; each coupon must be unique"#
            ])
        #expect(
            TestSupport.mistakes(in: text, ["c.csv": "kode\nA\n"]).contains(
                #"c.csv:1:1: unknown column "kode"; known names are "code""#))
    }
}
