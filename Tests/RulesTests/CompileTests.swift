import Testing

@testable import Rules

@Suite struct CompileTests {
    @Test(arguments: [
        (
            "event.amuont >= 5000",
            """
            ERROR: <input>:1:7: undefined field 'amuont'; did you mean 'amount'?
             | event.amuont >= 5000
             | ......^
            """
        ),
        (
            "lead.verified &&\n  evnt.amount > 5 && event.amount > \"a\"",
            """
            ERROR: <input>:2:3: undeclared reference to 'evnt'; did you mean 'event'?
             |   evnt.amount > 5 && event.amount > "a"
             | ..^
            ERROR: <input>:2:22: event.amount, a whole number, cannot be compared with "a", a text; \
            write a number in place of "a"
             |   evnt.amount > 5 && event.amount > "a"
             | .....................^
            """
        ),
        (
            "event.amount * 1.5",
            """
            ERROR: <input>:1:1: found no matching overload for '_*_' applied to '(int, double)'; \
            convert one side, for example with int(…)
             | event.amount * 1.5
             | ^
            """
        ),
        (
            "event.amount > 5 and true",
            """
            ERROR: <input>:1:18: Syntax error: unexpected 'and'; write &&
             | event.amount > 5 and true
             | .................^
            """
        ),
        (
            "event.amount <> 5",
            """
            ERROR: <input>:1:15: Syntax error: unexpected '>', expecting an expression; write !=
             | event.amount <> 5
             | ..............^
            """
        ),
        (
            "Point{x: 1}",
            """
            ERROR: <input>:1:6: messages cannot be built in a rule; write a map: {"field": value}
             | Point{x: 1}
             | .....^
            """
        ),
        (
            "\"é\" + @",
            """
            ERROR: <input>:1:7: token recognition error at: '@'
             | "é" + @
             | ......^
            """
        ),
        (
            "event.goal.startWith(\"a\")",
            """
            ERROR: <input>:1:1: undeclared reference to 'startWith'; \
            did you mean 'startsWith'?
             | event.goal.startWith("a")
             | ^
            """
        ),
    ]) func `what is wrong is shown at its place`(_ rule: String, _ expected: String) {
        #expect(Facts.errors(of: rule) == expected)
    }

    @Test func `a result of another type than asked for is refused`() {
        #expect(throws: CompileErrors.self) {
            try Program.compile("event.amount", in: Facts.environment, expecting: .bool)
        }
        #expect(throws: Never.self) {
            try Program.compile("payload.x", in: Facts.environment, expecting: .bool)
        }
    }

    @Test(arguments: [
        "event.goal.matches(\"(a)\\\\1\")", "event.goal.matches(\"(?=a)\")",
        "event.goal.matches(\"(a{1000}){1000}\")", "lead.joined > timestamp(\"soon\")",
        "lead.joined + duration(\"3d\") > lead.joined",
    ]) func `what could never be read is refused where a host asks for it`(_ rule: String) throws {
        let strict = Environment(
            variables: Facts.environment.variables, refusesUnreadable: true)
        #expect(try !Program.compile(rule, in: Facts.environment).warnings.isEmpty)
        #expect(Facts.errors(of: rule, in: strict).hasPrefix("ERROR: <input>:1:"))
    }

    @Test(arguments: [
        (
            "payload.a + payload.s",
            "no such overload: _+_(int, string); convert one side, for example with string(…) or int(…)"
        ),
        (
            "payload.a * payload.d",
            "no such overload: _*_(int, double); convert one side, for example with int(…)"
        ),
        (
            "payload.a && true",
            "no such overload: bool(int); compare it with a value to get true or false"
        ),
        ("payload.s.b", "no such overload: .b(string); only maps have members"),
        ("payload.l[\"a\"]", "no such overload: _[_](list, string); a list is indexed by int"),
        (
            "payload.x",
            "no such key: 'x' (payload.x); guard it with has(…) or select it with .?"
        ),
    ]) func `an error says what was met and how to mend it`(
        _ rule: String, _ expected: String
    ) throws {
        let result = try Facts.value(
            of: rule, payload: #"{"a": 1, "s": "t", "d": 1.5, "l": [1]}"#)
        #expect(result.failure?.description == expected)
    }

    @Test func `a program knows which variables it reads`() throws {
        let rule = "payload.a.exists(event, event == 1) && lead.verified"
        let program = try Program.compile(rule, in: Facts.environment)
        #expect(program.slots == [1, 2])
    }

    @Test func `a text cut anywhere is refused or read, never worse`() {
        let rule =
            #"a.?b[?"k"].filter(x, x >= -0x1Fu && !(x in [1.5e3, b'\x00'])) ? {"é": 'z'} : null"#
        for end in rule.indices { _ = Facts.errors(of: String(rule[..<end])) }
    }

    @Test(arguments: [
        ("event.goal == \"a\" && 1 < 2", "this condition is always true"),
        (
            "event.amount > 5",
            "event.amount may be absent, which makes this rule unknown; guard it with has(event.amount)"
        ),
        ("has(event.amount) && event.amount > 5", nil),
        ("event.amount > 5 && has(event.amount)", nil),
        ("!has(event.amount) || event.amount > 5", nil),
        ("has(event.amount) ? event.amount > 5 : false", nil),
        ("has(event.amount) || event.amount > 5", "may be absent"),
        ("has(event.currency) && event.currency == \"usd\"", "never equals 'usd'"),
        ("has(event.currency) && event.currency in [\"USD\", \"eur\"]", "never equals 'eur'"),
        ("event.goal.matches(\"a.c\")", "the pattern matches anywhere in the text"),
        ("event.goal.matches(\"^a(\")", "the pattern is invalid: a ( is not closed"),
        ("lead.joined > timestamp(\"2026-01-01\")", "'2026-01-01' is not a timestamp"),
        ("lead.joined > timestamp(\"2026-01-01T00:00:00Z\") + duration(\"3d\")", "not a duration"),
        ("payload.price * 2 > 5", "the type of 'payload.price' is not known"),
        ("cel.bind(x, event.goal, event.goal == \"a\")", "'x' is never used"),
        ("true", "this condition is always true"),
        ("payload.items.all(i, payload.ok)", "'i' is never used"),
        ("event.goal == \"a\"", nil),
    ]) func `what is probably not meant is pointed out`(
        _ rule: String, _ expected: String?
    ) throws {
        let warnings = try Program.compile(rule, in: Facts.environment).warnings
        if let expected {
            #expect(warnings.count == 1)
            #expect(warnings.first?.message.contains(expected) == true, "\(warnings)")
        } else {
            #expect(warnings.isEmpty, "\(warnings)")
        }
    }
}
