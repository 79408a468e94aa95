import Declarations
import JSON
import Reading
import Referrals
import TestSupport
import Testing
import Webhooks
import Workspace

@Suite struct WebhookDeclarationTests {
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func webhook(_ json: String) throws -> WebhookEntry {
        try workspace(
            #"""
            {"campaigns": [{"id": 1, "name": "A", "goal_type": "x"}], "webhooks": [\#(json)]}
            """#
        ).webhooks[0]
    }

    @Test func `what is left out is what the product says it is`() throws {
        let entry = try webhook(
            #"{"name": "crm", "url": "https://crm.example/in", "events": "reward.issued"}"#)
        #expect(
            entry.webhook
                == WebhookDeclaration(
                    name: "crm", url: "https://crm.example/in", events: [.rewardIssued]))
        #expect(entry.webhook.retry.delays == [60, 300, 900, 3600])
        #expect(entry.webhook.retry.jitterPercent == 0)
        #expect(entry.webhook.method == .post)
        #expect(entry.secrets == WebhookSecrets())
        #expect(
            String(decoding: entry.webhook.canonicalJSON, as: UTF8.self)
                == #"{"name":"crm","url":"https://crm.example/in","events":["reward.issued"]}"#)
    }

    @Test func `everything that is declared is written back and read again`() throws {
        let entry = try webhook(
            #"""
            {"name": "crm", "url": "https://crm.example/in", "method": "PUT",
             "events": ["signup.position_changed", "lead.created"], "user_sources": ["api", "web"],
             "headers": {"X-Tenant": "a b"},
             "credentials": [{"name": "Authorization", "value": "Bearer s3cret"}],
             "campaign": 1, "dialect": "referralloop",
             "retry": {"delays": [5, "5m", 0], "jitter": 20}, "shifts": "all",
             "secret": "\#(secret)", "status": "paused"}
            """#)
        let written = String(decoding: entry.webhook.canonicalJSON, as: UTF8.self)
        #expect(
            written == #"{"name":"crm","url":"https://crm.example/in","method":"PUT","#
                + #""events":["lead.created","signup.position_changed"],"#
                + #""user_sources":["api","web"],"headers":{"X-Tenant":"a b"},"campaign":1,"#
                + #""dialect":"referralloop","retry":{"delays":[5,300,0],"jitter":20},"#
                + #""shifts":"all","status":"paused"}"#)
        #expect(try WebhookDeclaration.read(stored: Array(written.utf8)) == entry.webhook)
        #expect(entry.secrets.secrets == [SecretSpec(secret)])
        #expect(
            entry.secrets.credentials == [.init(name: "Authorization", value: "Bearer s3cret")])
        #expect(WebhookSecrets(sealable: entry.secrets.sealable) == entry.secrets)
        #expect(!"\(entry.secrets)".contains("s3cret"))
    }

    @Test(arguments: RetryPolicy.named.map(\.name)) func `a policy may be named`(name: String)
        throws
    {
        let entry = try webhook(
            #"{"name": "a", "url": "https://a.example", "events": "lead.created", "retry": "\#(name)"}"#
        )
        #expect(entry.webhook.retry == RetryPolicy.named.first { $0.name == name }?.policy)
        #expect(
            try WebhookDeclaration.read(stored: entry.webhook.canonicalJSON) == entry.webhook)
    }

    @Test(arguments: [
        (#""url": "ftp://a.example""#, "an absolute http or https URL"),
        (#""url": "https:///x""#, "an absolute http or https URL"),
        (#""method": "GET""#, #"found "GET"; allowed are "POST", "PUT", "PATCH""#),
        (#""events": []"#, "found an empty list"),
        (#""events": ["reward.isued"]"#, #"found "reward.isued"; allowed are"#),
        (
            #""events": ["lead.created", "lead.created"]"#,
            #"event "lead.created" is repeated"#
        ),
        (#""headers": {"A": "1", "B": "2", "C": "3", "D": "4"}"#, "found 4; at most 3"),
        (#""headers": {"X Y": "1"}"#, "a header name has"),
        (#""headers": {"X:": "1"}"#, "a header name has"),
        (#""headers": {"Webhook-Id": "1"}"#, "is set by refgate itself"),
        (#""headers": {"Content-Length": "1"}"#, "is set by refgate itself"),
        (#""headers": {"X-A": "1", "x-a": "2"}"#, #"header "x-a" is repeated"#),
        (#""headers": {"X-A": "1"}, "credentials": {"X-a": "2"}"#, "is repeated"),
        (#""headers": {"X-A": "a\r\nX-B: b"}"#, "a character that no header may hold"),
        (#""headers": {"X-A": "é"}"#, "a character that no header may hold"),
        (#""headers": {"X-A": ""}"#, "a character that no header may hold"),
        (#""headers": {"X-A": 1}"#, "expected a text"),
        (#""headers": "X-A: 1""#, "expected an object or a list"),
        (#""headers": [{"name": "X-A"}]"#, #"member "value" is missing"#),
        (#""campaign": 9"#, #"campaign "9" does not exist"#),
        (#""dialect": "zapier""#, #"allowed are "standard", "referralloop""#),
        (#""retry": "often""#, #"allowed are "default", "none", "long""#),
        (#""retry": {"delays": [-1]}"#, "found -1; allowed are 0 to 604800"),
        (#""retry": {"attempts": 3}"#, #"unknown member "attempts""#),
        (#""shifts": "all""#, #"does not subscribe to "signup.position_changed""#),
        (#""secret": "0123456789abcdef0123456789abcdef""#, "cannot be used as a key"),
        (#""secret": "whsec_c2hvcnQ=""#, "cannot be used as a key"),
        (#""secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS""#, "cannot be used as a key"),
        (#""status": "off""#, #"allowed are "active", "paused", "disabled""#),
        (#""timeout": 5"#, #"unknown member "timeout""#),
    ]) func `a webhook that says what can't be is refused`(member: String, says: String) {
        let name = member.dropFirst().prefix { $0 != "\"" }
        let said = [
            ("name", #""name": "crm""#), ("url", #""url": "https://crm.example/""#),
            ("events", #""events": ["reward.issued"]"#),
        ]
        let members = said.filter { $0.0 != name }.map(\.1) + [member]
        let found = mistakes(in: #"{"webhooks": [{\#(members.joined(separator: ", "))}]}"#)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(says) == true, "\(found)")
    }

    @Test func `the value of a credential is never shown`() throws {
        do {
            _ = try webhook(
                #"""
                {"name": "a", "url": "https://a.example", "events": "lead.created",
                 "credentials": {"Authorization": "geh\nheim"}}
                """#)
            Issue.record("it must be refused")
        } catch let error as Mistakes {
            #expect(!error.description.contains("heim"))
            #expect(error.list[0].pointer == "/webhooks/0/credentials/Authorization")
        }
    }

    @Test func `an address may be refused by its text`() {
        let known = Known(refusal: { $0.contains("127.") ? "127.0.0.0/8 is private" : nil })
        let found = mistakes(
            in:
                #"{"webhooks": [{"name": "a", "url": "https://127.0.0.1/", "events": "lead.created"}]}"#,
            known: known)
        #expect(found.count == 1)
        #expect(found.first?.contains("127.0.0.0/8 is private") == true)
    }

    @Test func `a stored webhook may be resumed without saying it anew`() throws {
        var stored = WebhookDeclaration(
            name: "a", url: "https://a.example", events: [.leadCreated])
        stored.status = .paused
        let document = stored.canonicalJSON
        let known = Known(webhook: { $0 == "a" ? document : nil })
        let entry = try workspace(
            #"{"webhooks": [{"name": "a", "status": "active"}]}"#, known: known
        ).webhooks[0]
        var expected = stored
        expected.status = .active
        #expect(entry.webhook == expected)
    }
}
