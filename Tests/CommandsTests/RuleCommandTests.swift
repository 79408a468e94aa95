import Commands
import Foundation
import Invocation
import JSON
import TestSupport
import Testing
import Time

@Suite struct RuleCommandTests {
    struct Run {
        let code: ExitCode
        let output: String
        let errors: String
    }

    static func run(_ words: [String]) throws -> Run {
        let output = Transcript()
        let errors = Transcript()
        let now = try #require(Instant(rfc3339: "2026-03-01T10:00:00Z"))
        let clock = WallClock { now }
        let code = Tool.refgate.run(
            words, in: World(output: output.output(), errors: errors.output(), clock: clock))
        return Run(code: code, output: output.text, errors: errors.text)
    }

    /// Runs a command on a file with this content; `FILE` among the arguments becomes its path.
    static func run(_ words: String..., file: String) throws -> Run {
        let folder = try ScratchFolder()
        let path = folder.path + "/file.json"
        try file.write(toFile: path, atomically: true, encoding: .utf8)
        return try run(words.map { $0 == "FILE" ? path : $0 })
    }

    // MARK: rules eval

    private static let facts = """
        {"event": {"goal": "purchase", "amount": 7500, "currency": "EUR", "email": "ana@acme.com",
         "occurred_at": "2026-03-01T23:30:00Z"},
         "payload": {"items": [{"sku": "A", "qty": 2}, {"sku": "B", "qty": 1}]},
         "headers": {"webhook-id": "msg_1"}, "x": 3}
        """

    @Test func `an expression is shown with value, type, cost and every part`() throws {
        let run = try Self.run(
            "rules", "eval", "size(payload.items.filter(i, i.qty > 1)) * 2 + x > 3", "--facts",
            "FILE", file: Self.facts)
        #expect(run.code == .ok)
        #expect(
            run.output == """
                value    true
                type     bool
                cost     16 of 100000 units; estimated 7 to 439

                true     size(payload.items.filter(i, i.qty > 1)) * 2 + x > 3
                  value    size(payload.items.filter(i, i.qty > 1)) * 2 + x   (5; x = 3)
                    value    size(payload.items.filter(i, i.qty > 1)) * 2   (2)
                      value    size(payload.items.filter(i, i.qty > 1))   (1)
                        value    payload.items.filter(i, i.qty > 1)   ([{"sku": "A", "qty": 2}]; \
                payload.items = [{"sku": "A", "qty": 2}, {"sku": "B", "qty": 1}]; 1 of 2 elements; \
                not by [1] {"sku": "B", "qty": 1})

                WARNING: <input>:1:1: the type of 'x' is not known; write double(…) or int(…) around it
                 | size(payload.items.filter(i, i.qty > 1)) * 2 + x > 3
                 | ^

                """)
    }

    @Test(arguments: [
        ("event.amount / 2", #""value":3750,"type":"int""#),
        ("[1, 2.5, \"a\", null, {\"k\": 7u}]", #""value":[1,2.5,"a",null,{"k":7}]"#),
        ("headers[\"webhook-id\"]", #""value":"msg_1","type":"string""#),
        ("now", #""value":"2026-03-01T10:00:00Z","type":"timestamp""#),
        ("payload.?none", #""value":null,"type":"optional_type(dyn)""#),
        ("event.occurred_at.getDate(\"Europe/Berlin\")", #""value":2,"type":"int""#),
        ("event.email", #""redacted":true,"type":"string""#),
        ("sum(payload.items.map(i, i.qty))", #""value":3"#),
        ("duration(\"90m\")", #""value":"5400s""#),
    ]) func `a value is printed as JSON`(_ expression: String, _ expected: String) throws {
        let run = try Self.run(
            "rules", "eval", expression, "--json", "--facts", "FILE", file: Self.facts)
        #expect(run.code == .ok, "\(run)")
        #expect(run.output.contains(expected), "\(run.output)")
        #expect(!run.output.contains("ana@"))
    }

    @Test func `an unknown expression names the missing key, and is no success`() throws {
        let run = try Self.run(["rules", "eval", "payload.total > 5"])
        #expect(run.code == .failed)
        #expect(run.output.hasPrefix("unknown  no value for variable 'payload'\n"), "\(run.output)")
        let other = try Self.run(
            "rules", "eval", "payload.total > 5", "--facts", "FILE", file: Self.facts)
        #expect(other.code == .failed)
        #expect(
            other.output.hasPrefix(
                "unknown  no such key: 'total' (payload.total); guard it with has(…) or select it"
                    + " with .?\n"))
    }

    private static let reading = """
        has(event.currency) && event.currency == "EUR" && payload.items.exists(i, i.qty > 1) \
        && headers["x-shop"] == "a" && event.occurred_at < now && payload.total > 5
        """

    @Test func `without facts an expression lists those it reads, with an example`() throws {
        let run = try Self.run(["rules", "eval", Self.reading])
        #expect(run.code == .failed)
        #expect(
            run.output.contains(
                """

                no facts were given; the expression reads
                  event.currency     string, may be absent
                  payload.items      any value, may be absent
                  headers.x-shop     string, may be absent
                  event.occurred_at  timestamp
                  payload.total      any value, may be absent

                example for --facts FILE
                  {"event":{"currency":"EUR","occurred_at":"2026-03-01T10:00:00Z"},\
                "payload":{"items":null,"total":null},"headers":{"x-shop":"text"}}

                """), "\(run.output)")
        let json = try Self.run(["rules", "eval", Self.reading, "--json"])
        let root = try Document(parsing: Array(json.output.utf8)).root
        #expect(root["needs"]?.count == 5)
        #expect(root["needs"]?[0]?["fact"]?.string == "event.currency")
        var writer = Writer()
        writer.value(try #require(root["example"]))
        let example = String(decoding: writer.bytes, as: UTF8.self)
        let again = try Self.run("rules", "eval", Self.reading, "--facts", "FILE", file: example)
        #expect(!again.output.contains("no facts were given"))
        #expect(again.output.contains("true     event.currency == \"EUR\""), "\(again.output)")
        let plain = try Self.run(["rules", "eval", "now > timestamp(\"2026-01-01T00:00:00Z\")"])
        #expect(!plain.output.contains("no facts were given"))
    }

    @Test func `every mistake of an expression comes at once`() throws {
        let run = try Self.run(["rules", "eval", "evnt.amount > 5 && event.amuont > \"a\""])
        #expect(run.code == .usage)
        #expect(
            run.errors == """
                ERROR: <input>:1:1: undeclared reference to 'evnt'; did you mean 'event'?
                 | evnt.amount > 5 && event.amuont > "a"
                 | ^
                ERROR: <input>:1:26: undefined field 'amuont'; did you mean 'amount'?
                 | evnt.amount > 5 && event.amuont > "a"
                 | .........................^

                """)
        let json = try Self.run(["rules", "eval", "1 +", "--json"])
        #expect(json.code == .usage)
        #expect(json.output.hasPrefix(#"{"errors":[{"line":1,"column":4,"#), "\(json.output)")
    }

    @Test(arguments: [
        (#"{"event": {"amount": "7500"}}"#, "/event/amount: a whole number is expected"),
        (#"{"event": 5}"#, "/event: an object is expected"),
        (#"{"now": "today"}"#, "/now: a time such as 2026-03-01T10:00:00Z is expected"),
        (#"{"headers": {"a": 1}}"#, "/headers/a: a text is expected"),
        ("[]", "/: the facts must be an object"),
        (#"{"event": }"#, ":1:11: this is not JSON"),
    ]) func `facts that cannot be are refused`(_ facts: String, _ expected: String) throws {
        let run = try Self.run("rules", "eval", "true", "--facts", "FILE", file: facts)
        #expect(run.code == .usage)
        #expect(run.errors.contains(expected), "\(run.errors)")
    }

    @Test func `a fact that nothing reads is pointed out`() throws {
        let run = try Self.run(
            "rules", "eval", "true", "--facts", "FILE", file: #"{"event": {"amuont": 1}}"#)
        #expect(run.code == .ok)
        #expect(
            run.errors
                == "note: /event/amuont: event has no such field; did you mean 'amount'?\n")
    }

    @Test(arguments: [
        "payload.data.email", "payload.data", "payload", "[payload.data.customer]",
        "payload.data.email.split('@')", "payload.data.email.upperAscii()",
        "{'who': payload.data.customer}", "payload.data.customer + '!'",
        "cel.bind(x, payload.data.email, x.size())", "[payload].map(p, p.data.email)",
        "payload.data.email.endsWith('example.com') ? 'in' : payload.data.email",
        "payload.data.?email.orValue('none')", "payload.data.order_id", "event",
    ])
    func `what the mapping marks as a person's is not shown, wherever it stands`(
        _ expression: String
    ) throws {
        try ScratchGateway.play { gateway in
            // The partner also put the address into the order number.
            let message = Message(
                code: "LEAD-0", order: "order of Ann.Lee@Example.com", customer: "cus_secret",
                email: "ann.lee@example.com")
            #expect(try gateway.post(message, id: "msg_1").status == 200)
            // The mapping does not know this event type.
            let bad = message.text.replacing("\"purchase\"", with: "7")
            let response = try gateway.connect().post(bad, id: "msg_2", from: gateway.sender)
            #expect(response.status == 422, "\(response)")
            for number in ["1", "2"] {
                for form in [[], ["--json"]] {
                    let run = try Self.run(
                        ["rules", "eval", expression, "--event", number, "--db"]
                            + [gateway.database.path] + form)
                    #expect(run.code == .ok || number == "2", "\(run)")
                    #expect(!run.output.isEmpty)
                    #expect(!run.output.lowercased().contains("ann.lee"), "\(run.output)")
                    #expect(!run.output.lowercased().contains("cus_secret"), "\(run.output)")
                }
            }
        }
    }

    @Test func `what is nobody's is shown beside what is hidden`() throws {
        try ScratchGateway.play { gateway in
            let message = Message(code: "LEAD-0", amount: 4200, email: "ann@example.com")
            #expect(try gateway.post(message, id: "msg_1").status == 200)
            let run = try Self.run(
                ["rules", "eval", "payload.data", "--json", "--event", "1"]
                    + ["--db", gateway.database.path])
            #expect(run.output.contains(#""amount":4200"#), "\(run)")
            #expect(run.output.contains(#""email":"(redacted)""#), "\(run)")
        }
    }

    @Test func `a stored event gives its facts`() throws {
        try ScratchGateway.play { gateway in
            let message = Message(code: "LEAD-0", amount: 4200)
            let response = try gateway.post(message, id: "msg_1")
            #expect(response.status == 200)
            let path = gateway.database.path
            let event = ["--event", "1", "--db", path, "--json"]
            for (expression, value) in [
                ("event.amount", "4200"), ("payload.data.currency", "\"USD\""),
                ("lead.referral_code + referrer.referral_code", "\"LEAD-0REF-0\""),
                ("campaign.name", "\"Spring\""), ("headers[\"webhook-id\"]", "\"msg_1\""),
            ] {
                let run = try Self.run(["rules", "eval", expression] + event)
                #expect(run.output.contains("\"value\":\(value),"), "\(run)")
            }
            let none = try Self.run(["rules", "eval", "1", "--event", "99", "--db", path])
            #expect(none.code == .failed)
            #expect(none.errors == "refgate rules eval: there is no event 99\n")
        }
    }

    // MARK: rules check

    private static let workspace = """
        {"campaigns": [{"id": 1, "name": "A", "goal_type": "purchase", "conditions": [
          "has(event.currency) && event.currency == \\"usd\\"",
          "event.amuont > 5 && evnt.x",
          "1 > 2",
          "event.test",
          "event.goal == 'é' + 1"],
          "review": "event.occurred_at.getHours('Europe/Berln') > 5"}],
         "sources": [{"id": "s", "name": "s", "scheme": "hmac", "signature": {"header": "X-Sig"},
          "secrets": ["0123456789abcdef0123456789abcdef"], "filter": "false",
          "mapping": {"referral_code": "payload.code", "event_id": "payload.id +",
            "business_key": ["payload.\\"x\\"", "payload.b"], "amount": "payload.a == 1", "email": "payload.e.matches('^(a)b$') ? 'x' : 'y'",
            "goal": "payload.g.replace('a', 'b').matches('(?=a)') ? 'a' : 'b'"}}]}
        """

    @Test
    func `every mistake of a workspace's expressions comes at once, with file, path, line, caret`()
        throws
    {
        let run = try Self.run("rules", "check", "FILE", file: Self.workspace)
        #expect(run.code == .failed)
        #expect(run.output.hasPrefix("8 valid expressions; 7 mistakes, "), "\(run.output)")
        for expected in [
            """
            file.json:3:10: invalid expression: undefined field 'amuont'; did you mean \
            'amount'? (/campaigns/0/conditions/1)
              "event.amuont > 5 && evnt.x",
                     ^^^^^^ Correct the expression.
            """,
            """
            file.json:3:24: invalid expression: undeclared reference to 'evnt'; \
            did you mean 'event'? (/campaigns/0/conditions/1)
              "event.amuont > 5 && evnt.x",
                                   ^^^^ Correct the expression.
            """,
            """
            file.json:6:18: invalid expression: found no matching overload for '_+_' \
            applied to '(string, int)' (/campaigns/0/conditions/4)
            """,
            "(/sources/0/mapping/event_id)", "(/sources/0/mapping/business_key/0)",
            "but 'int' is expected (/sources/0/mapping/amount)",
            "the pattern is invalid: look-around is not part of RE2's syntax (/sources/0/mapping/goal)",
            "warning: ", "event.currency is upper-case and never equals 'usd'",
            "event.currency never has a value: no source of this campaign maps currency"
                + " (/campaigns/0/conditions/0)",
            "this condition is always false (/campaigns/0/conditions/2)",
            "this condition is never evaluated: conditions/2 is always false (/campaigns/0/conditions/3)",
            "unknown time zone 'Europe/Berln'; did you mean 'Europe/Berlin'? (/campaigns/0/review)",
            "the mapping is never used: this filter rejects every payload (/sources/0/filter)",
        ] {
            #expect(run.errors.contains(expected), "\(expected)\n\(run.errors)")
        }
    }

    @Test func `a currency that is none is refused in a call and doubted in a comparison`() throws {
        func check(_ condition: String) throws -> Run {
            try Self.run(
                "rules", "check", "FILE",
                file: """
                    {"campaigns": [{"id": 1, "name": "a", "owner": "o@example.com",
                    "goal_type": "purchase", "conditions": ["\(condition)"]}]}
                    """)
        }
        for refused in [
            "event.amount > minorUnits('5.00', 'ZZZ')",
            "event.amount > isoMinorUnits(5, 'ZZZ', {'EUR': 2})",
            "event.amount > isoMinorUnits(5, 'EUR', {'ZZZ': 2})",
        ] {
            let run = try check(refused)
            #expect(run.code == .failed)
            #expect(run.errors.contains("ISO 4217 has no currency 'ZZZ'"), "\(run.errors)")
        }
        for doubted in ["event.currency == 'ZZZ'", "event.currency in ['EUR', 'ZZZ']"] {
            let run = try check(doubted)
            #expect(run.code == .ok, "\(run.errors)")
            #expect(
                run.errors.contains("no currency 'ZZZ', and event.currency never equals it"),
                "\(run.errors)")
        }
        let listed = try check("event.amount > minorUnits('5.00', 'eur')")
        #expect(listed.code == .ok && !listed.errors.contains("ISO 4217"), "\(listed.errors)")
        let facts = try Self.run(
            "rules", "eval", "event.currency", "--facts", "FILE",
            file: #"{"event": {"currency": "ZZZ"}}"#)
        #expect(facts.code == .usage)
        #expect(
            facts.errors.contains("/event/currency: a currency that ISO 4217 lists is expected"))
    }

    @Test func `a check is printed as JSON with what each expression may cost`() throws {
        let run = try Self.run("rules", "check", "FILE", "--json", file: Self.workspace)
        let root = try Document(parsing: Array(run.output.utf8)).root
        #expect(root["mistakes"]?.count == 7)
        #expect(root["mistakes"]?[0]?["pointer"]?.string == "/campaigns/0/conditions/1")
        #expect(root["mistakes"]?[0]?["line"]?.int == 3)
        #expect((root["warnings"]?.count ?? 0) > 5)
        let first = root["expressions"]?[0]
        #expect(first?["pointer"]?.string == "/campaigns/0/conditions/0")
        #expect(first?["cost"]?["maximum"]?.int == 6)
    }

    @Test func `the workspace of the fixtures has nothing to mend`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let run = try Self.run([
            "rules", "check", root.appending(path: "fixtures/workspace.json").path,
        ])
        #expect(run.code == .ok)
        #expect(run.errors.isEmpty, "\(run.errors)")
    }
}
