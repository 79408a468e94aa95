import JSON
import PublicSuites
import Testing

@testable import Rules

@Suite struct TraceTests {
    @Test(
        .enabled(if: Suite.isPresent, Comment(rawValue: PublicSuites.absence)),
        arguments: Suite.published + Suite.extra)
    func `explaining a rule decides the same`(_ suiteCase: SuiteCase) throws {
        let (environment, activation) = try suiteCase.environment(zones: Suite.zones)
        guard !suiteCase.isCheckOnly, let program = try? suiteCase.compile(in: environment) else {
            return
        }
        try expectAgreement(program, activation)
    }

    @Test func `terms are shown with their facts`() throws {
        let trace = try explain(
            """
            event.amount >= 5000 && (event.currency == "USD" || has(payload.coupon)) && \
            !lead.email.endsWith("@acme.com")
            """,
            try Facts.activation(
                event: ["amount": .int(7500), "currency": .string("EUR")],
                lead: ["email": .string("ana@acme.com")], payload: #"{"coupon": "X"}"#))
        #expect(
            trace.description == """
                false    event.amount >= 5000 && (event.currency == "USD" || has(payload.coupon)) && !lead.email.endsWith("@acme.com")
                  true     event.amount >= 5000   (event.amount = 7500)
                  true     event.currency == "USD" || has(payload.coupon)
                    false    event.currency == "USD"   (event.currency = "EUR")
                    true     has(payload.coupon)   (payload.coupon = "X")
                  false    !lead.email.endsWith("@acme.com")
                    true     lead.email.endsWith("@acme.com")   (lead.email = (redacted))
                """)
    }

    @Test func `what decided, what was skipped and what was absorbed are kept apart`() throws {
        let trace = try explain(
            "event.amount > 5 || payload.paid || payload.late",
            try Facts.activation(payload: #"{"paid": true, "late": false}"#))
        #expect(
            trace.description == """
                true     event.amount > 5 || payload.paid || payload.late
                  absorbed event.amount > 5   (error: no such key: 'amount' (event.amount); guard it with has(…) or select it with .?; event.amount is absent)
                  true     payload.paid   (payload.paid = true)
                  skipped  payload.late   (payload.late = false)
                """)
    }

    @Test func `a macro names the element that decided`() throws {
        let payload = #"{"items": [{"sku": "A", "qty": 2}, {"sku": "B", "qty": 1}, {"sku": "C"}]}"#
        let trace = try explain(
            "payload.items.exists(i, i.qty == 1)", try Facts.activation(payload: payload))
        #expect(
            trace.description == """
                true     payload.items.exists(i, i.qty == 1)   (payload.items = [{"sku": "A", "qty": 2}, {"sku": "B", "qty": 1}, {"sku": "C"}]; 1 of 3 elements; 1 failed; decided by [1] {"sku": "B", "qty": 1}; not by [0] {"sku": "A", "qty": 2})
                  true     i.qty == 1   (i.qty = 1)
                """)
    }

    @Test func `every part is shown, and what is below a skipped part is skipped`() throws {
        let trace = try explain(
            "size(payload.a.map(x, x * 2)) + 1 == 3 || size(payload.b) > int(payload.n[\"k\"] + 1)",
            try Facts.activation(payload: #"{"a": [1, 2], "n": {"k": 1}}"#))
        #expect(
            trace.description == """
                true     size(payload.a.map(x, x * 2)) + 1 == 3 || size(payload.b) > int(payload.n["k"] + 1)
                  true     size(payload.a.map(x, x * 2)) + 1 == 3
                    value    size(payload.a.map(x, x * 2)) + 1   (3)
                      value    size(payload.a.map(x, x * 2))   (2)
                        value    payload.a.map(x, x * 2)   ([2, 4]; payload.a = [1, 2])
                  skipped  size(payload.b) > int(payload.n["k"] + 1)
                    skipped  size(payload.b)   (payload.b is absent)
                    skipped  int(payload.n["k"] + 1)
                      skipped  payload.n["k"] + 1   (payload.n["k"] = 1)
                """)
    }

    @Test func `the branch not taken is skipped`() throws {
        let trace = try explain(
            "lead.verified ? event.goal : \"none\"",
            try Facts.activation(
                event: ["goal": .string("signup")], lead: ["verified": .bool(true)]))
        #expect(
            trace.description == """
                value    lead.verified ? event.goal : "none"   ("signup")
                  true     lead.verified   (lead.verified = true)
                  value    event.goal   ("signup"; event.goal = "signup")
                  skipped  "none"
                """)
    }

    @Test(arguments: [
        "lead.email", "[lead.email]", "int(lead.email)", "lead", "lead.email + event.goal",
        "lead.email.split(\"@\").exists(p, p == \"secret\") ? lead.email : \"\"",
        "payload.missing == lead.email || lead.email.matches(lead.email)",
        "cel.bind(e, lead.email, e + \"!\")", "cel.bind(l, lead, l.email + \"!\")",
        "cel.bind(l, dyn(lead), l.email + \"!\")", "[lead].map(l, l.email)",
        "[dyn(lead), payload].exists(l, l.email != \"\")", "lead.?email.optMap(e, e + \"!\")",
        "lead.email.split(\"\").all(c, c != \"x\")", "dyn(lead).email", "lead.?email",
        "{\"k\": lead.email}.k", "payload[lead.email]", "timestamp(lead.email)",
    ]) func `a redacted field shows nowhere`(_ rule: String) throws {
        let trace = try explain(
            rule,
            try Facts.activation(
                event: ["goal": .string("g")], lead: ["email": .string("secret@example.com")]))
        var writer = JSON.Writer()
        trace.append(to: &writer)
        // Neither the whole nor a letter of it.
        for part in ["secret@", " = \"secret", "\"c\"", "(\"secret"] {
            #expect(!trace.description.contains(part), "\(trace)")
            let json = String(decoding: writer.bytes, as: UTF8.self)
            #expect(!json.contains(part.replacing("\"", with: "\\\"")), "\(json)")
        }
    }

    @Test func `a trace of much is not much`() throws {
        let big = "[\(Array(repeating: "\"abcdefgh\"", count: 50_000).joined(separator: ","))]"
        let trace = try explain(
            "payload.b.exists(x, x == \"z\") || payload.b[0] + payload.s == \"\"",
            try Facts.activation(
                payload:
                    "{\"b\": \(big), \"s\": \"\(String(repeating: "s", count: 200_000))\"}"))
        #expect(trace.description.utf8.count < 3000, "\(trace.description.utf8.count)")
        var writer = JSON.Writer()
        trace.append(to: &writer)
        #expect(writer.bytes.count < 4000, "\(writer.bytes.count)")
    }

    @Test func `a trace is written as JSON`() throws {
        let trace = try explain(
            "payload.a == 1 && payload.b", try Facts.activation(payload: #"{"a": 1}"#))
        var writer = JSON.Writer()
        trace.append(to: &writer)
        let error = "no such key: 'b' (payload.b); guard it with has(…) or select it with .?"
        #expect(
            String(decoding: writer.bytes, as: UTF8.self) == """
                {"text":"payload.a == 1 && payload.b","status":"evaluated","error":"\(error)",\
                "terms":[{"text":"payload.a == 1","status":"evaluated","value":true,\
                "facts":[{"path":"payload.a","value":"1"}]},{"text":"payload.b",\
                "status":"evaluated","error":"\(error)","facts":[{"path":"payload.b","absent":true}]}]}
                """)
    }

    @Test func `errors that mattered as much are all kept`() throws {
        let result = try Facts.value(of: "(payload.a == 1 || true) && payload.b == 1 && payload.c")
        #expect(
            result.failure?.all.map(\.reason) == [
                .noSuchKey("b", path: "payload.b"), .noSuchKey("c", path: "payload.c"),
            ])
    }

    private func explain(_ rule: String, _ activation: Activation) throws -> Trace {
        try Program.compile(rule, in: Facts.environment).explain(activation)
    }
}

/// Both ways to evaluate a rule come to the same.
func expectAgreement(_ program: Program, _ activation: Activation) throws {
    let decided = program.evaluate(activation)
    let trace = program.explain(activation)
    _ = trace.description
    switch (decided, trace.root.outcome) {
    case (.success(let value), .value(let explained)):
        #expect(value.isSame(as: explained), "\(program.source.text)")
    case (.failure(let error), .failure(let explained)):
        #expect(error.all.map(\.reason) == explained.all.map(\.reason), "\(program.source.text)")
    case (.success, .redacted): break
    default: Issue.record("\(program.source.text): \(decided) is not \(trace.root.outcome)")
    }
}
