import Scenarios
import Testing
import Time
import Workspace

/// Each kind of step, played against a gateway of its own.
@Suite struct StepTests {
    @Test func `a post is signed, taken and decided on`() throws {
        try Story(
            Story.purchase(
                expect:
                    #""status": 200, "outcome": "rewarded", "duplicate": false, "reasons": [], "event": 1, "#
                    + #""conversion": 1, "rewards": [{ "kind": "coupon", "beneficiary": "referrer", "status": "issued" }]"#
            ),
            Story.purchase(
                "LEAD-9", order: "o-9", expect: #""status": 200, "outcome": "parked", "rewards": 0"#
            )
        ).pass()
    }

    @Test func `a post that comes twice is a duplicate`() throws {
        let id = #", "event_id": "one""#
        try Story(
            Story.purchase(more: id, expect: #""outcome": "rewarded", "duplicate": false"#),
            Story.purchase(
                more: id, expect: #""outcome": "rewarded", "duplicate": true, "rewards": 1"#)
        ).pass()
    }

    @Test func `posts of one step are counted by their answers`() throws {
        try Story(
            Story.purchase(
                order: "o-{n}", more: #", "times": 4, "event_id": "e-{n}""#,
                expect:
                    #""status": { "200": 4 }, "outcome": { "rewarded": 1, "qualified": 3 }, "duplicate": false"#
            ),
            Story.purchase(
                order: "p", more: #", "times": 3, "event_id": "same""#,
                expect: #""status": 200, "duplicate": { "false": 1, "true": 2 }"#)
        ).pass()
    }

    @Test func `posts at once are each decided on, and one of them comes first`() throws {
        try Story(
            Story.purchase(
                more: #", "times": 8, "concurrent": 8, "event_id": "same""#,
                expect: #""status": { "200": 8 }, "duplicate": { "false": 1, "true": 7 }"#)
        ).pass()
        try Story(
            Story.purchase(
                order: "o-{n}", more: #", "times": 6, "concurrent": true, "event_id": "e-{n}""#,
                expect: #""outcome": { "rewarded": 1, "qualified": 5 }"#)
        ).pass()
    }

    @Test(arguments: ["body", "signature", "timestamp", "secret"])
    func `a tampered post is refused`(_ part: String) throws {
        try Story(
            Story.purchase(
                more: #", "tamper": "\#(part)""#, expect: #""status": 401, "title": "Unauthorized""#
            ),
            #"{ "expect_deliveries": [] }"#,
            Story.purchase(expect: #""status": 200, "outcome": "rewarded", "event": 1"#)
        ).pass()
    }

    @Test func `a post may be signed with another secret, or at another time`() throws {
        try Story(
            Story.purchase(
                more: #", "secret": "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGU=""#,
                expect: #""status": 401"#),
            Story.purchase(more: #", "signed_at": "-PT1H""#, expect: #""status": 401"#),
            Story.purchase(more: #", "signed_at": "PT1H""#, expect: #""status": 401"#),
            Story.purchase(
                more: #", "signed_at": "2020-01-01T00:00:00Z""#, expect: #""status": 401"#),
            Story.purchase(more: #", "signed_at": "-PT10S""#, expect: #""status": 200"#)
        ).pass()
    }

    @Test func `headers are set, and taken away`() throws {
        try Story(
            Story.purchase(
                more: #", "headers": { "Content-Type": "text/plain" }"#, expect: #""status": 415"#),
            Story.purchase(
                more: #", "headers": { "webhook-signature": null }"#, expect: #""status": 401"#),
            Story.purchase(more: #", "headers": { "X-More": "1" }"#, expect: #""status": 200"#)
        ).pass()
    }

    @Test func `a body that is no JSON is sent as it is`() throws {
        try Story(
            #"{ "post": { "source": "shop", "payload": "{]" }, "expect": { "status": 400 } }"#
        ).pass()
    }

    @Test func `a payload is read from its file, with the headers beside it`() throws {
        var story = Story(
            #"{ "post": { "source": "shop", "payload_file": "p.json" }, "expect": { "status": 415 } }"#,
            #"{ "post": { "source": "shop", "payload_file": "p.json", "headers": { "content-type": "application/json" } }, "expect": { "outcome": "rewarded" } }"#
        )
        story.files = [
            "p.json":
                #"{ "type": "purchase", "data": { "referral_code": "LEAD-1", "order_id": "o", "amount": 1, "currency": "USD" } }"#,
            "p.headers": "Content-Type: text/plain\n",
        ]
        try story.pass()
    }

    @Test func `time moves only by advance`() throws {
        let reward = #"{ "call": { "path": "/api/v1/rewards/16" }, "expect": { "status": 200, "#
        var story = Story(
            Story.purchase(expect: #""rewards": [{ "status": "pending" }]"#),
            #"{ "advance": "P13D" }"#, reward + #""body": { "status": "pending" } } }"#,
            #"{ "advance": "P1D" }"#, reward + #""body": { "status": "issued" } } }"#)
        story.campaign = #""hold_days": 14, "#
        story.more = #""clock": "2026-11-21T12:00:00Z","#
        #expect(try story.read().clock == Instant(rfc3339: "2026-11-21T12:00:00Z"))
        try story.pass()
    }

    @Test func `a call is an operator's, unless it has a key of its own`() throws {
        try Story(
            #"{ "call": { "path": "/api/v1/campaigns" }, "expect": { "status": 200 } }"#,
            #"{ "call": { "path": "/api/v1/campaigns", "headers": { "X-API-Key": "wrong" } }, "expect": { "status": 401 } }"#,
            #"{ "call": { "path": "/api/v1/campaigns", "headers": { "X-API-Key": null } }, "expect": { "status": 401 } }"#,
            #"{ "call": { "path": "/api/v1/none" }, "expect": { "status": 404, "title": "Not Found" } }"#,
            #"{ "call": { "method": "HEAD", "path": "/healthz" }, "expect": { "status": 200 } }"#
        ).pass()
    }

    @Test func `a call with a body is a POST`() throws {
        try Story(
            #"{ "call": { "path": "/api/v1/participants", "body": { "campaign": 1, "email": "new@example.org" } }, "expect": { "status": 201, "email": "new@example.org" } }"#
        ).pass()
    }

    @Test func `what is applied holds from that step on`() throws {
        try Story(
            Story.purchase(expect: #""outcome": "rewarded""#),
            #"{ "apply": { "campaigns": [{ "id": 1, "status": "paused" }] } }"#,
            Story.purchase(
                "LEAD-2", order: "o-2",
                expect: #""reasons": ["campaign_not_active"]"#)
        ).pass()
    }

    @Test func `deliveries are expected by webhook, type and data, each once`() throws {
        try Story(
            Story.purchase(expect: #""outcome": "rewarded""#),
            #"{ "expect_deliveries": [{ "webhook": "crm", "type": "reward.issued", "data": { "campaign": { "id": 1, "name": "Spring" } } }, { "type": "conversion.created" }] }"#,
            #"{ "expect_deliveries": [] }"#
        ).pass()
    }
}
