import Testing

@testable import Rules

/// The usual slips of authors who know other languages, each with the sentence that names the
/// correction.
@Suite struct SlipTests {
    @Test(arguments: [
        ("event.goal = \"a\"", 12, "'=' is not an operator of rules; write == to compare"),
        ("event.goal === \"a\"", 12, "'===' is not an operator of rules; write =="),
        ("event.goal !== \"a\"", 12, "'!==' is not an operator of rules; write !="),
        ("event.amount => 5", 14, "'=>' is not an operator of rules; write >="),
        ("event.amount =< 5", 14, "'=<' is not an operator of rules; write <="),
        ("lead.verified & true", 15, "'&' is not an operator of rules; write &&"),
        ("lead.verified | true", 15, "'|' is not an operator of rules; write ||"),
        ("event.amount ≥ 5", 14, "'≥' is a typographic symbol; write >="),
        ("event.amount ≠ 5", 14, "'≠' is a typographic symbol; write !="),
        ("event.amount – 5 > 0", 14, "'–' is a typographic symbol; write -"),
        ("event.amount × 2 > 0", 14, "'×' is a typographic symbol; write *"),
        (
            "event.goal ==\u{A0}\"a\"", 14,
            "a no-break space is no white space of rules; write a common space"
        ),
        (
            "event.currency == “EUR”", 19,
            "'“' is a typographic quotation mark; write \"EUR\""
        ),
        (
            "event.currency == ‘EUR’ && true", 19,
            "'‘' is a typographic quotation mark; write \"EUR\""
        ),
        (
            "event.currency == “EUR", 19,
            "'“' is a typographic quotation mark; write straight quotation marks: \"…\""
        ),
        (
            "event.currency == \"EUR”", 19,
            "unterminated string; a typographic quotation mark does not end it, write \""
        ),
        (
            "not lead.verified", 5,
            "Syntax error: unexpected 'lead'; write !(…)"
        ),
        (
            "event.amount > 5 AND true", 18,
            "Syntax error: unexpected 'AND'; write &&"
        ),
        ("event.goal is \"a\"", 12, "Syntax error: unexpected 'is'; write =="),
        (
            "event.goal not in [\"a\"]", 12,
            "Syntax error: unexpected 'not'; write !(… in …)"
        ),
        (
            "if(lead.verified, true, false)", 1,
            "reserved identifier: if; write condition ? value : otherwise"
        ),
    ]) func `a symbol of another language is named with the one of rules`(
        _ rule: String, _ column: Int, _ message: String
    ) {
        expect(rule, column, message)
    }

    @Test(arguments: [
        ("amount >= 5000", 1, "undeclared reference to 'amount'; write event.amount"),
        ("verified", 1, "undeclared reference to 'verified'; write lead.verified"),
        (
            "event.currency == EUR", 19,
            "undeclared reference to 'EUR'; write \"EUR\" in quotation marks"
        ),
        (
            "EUR == event.currency", 1,
            "undeclared reference to 'EUR'; write \"EUR\" in quotation marks"
        ),
        (
            "event.goal in [purchase]", 16,
            "undeclared reference to 'purchase'; write \"purchase\" in quotation marks"
        ),
        ("lead.verified == True", 18, "undeclared reference to 'True'; write true"),
        (
            "order.total > 5", 1,
            "undeclared reference to 'order'; the variables are event, lead, payload and headers"
        ),
        (
            "event.goal.lower() == \"a\"", 1,
            "undeclared reference to 'lower'; write event.goal.lowerAscii()"
        ),
        (
            "event.goal.toUpperCase() == \"A\"", 1,
            "undeclared reference to 'toUpperCase'; write event.goal.upperAscii()"
        ),
        (
            "lower(event.goal) == \"a\"", 1,
            "undeclared reference to 'lower'; write event.goal.lowerAscii()"
        ),
        (
            "event.goal.includes(\"a\")", 1,
            "undeclared reference to 'includes'; write event.goal.contains(\"a\")"
        ),
        ("event.goal.length > 3", 12, "a text has no field 'length'; write size(event.goal)"),
        ("len(event.goal) > 3", 1, "undeclared reference to 'len'; write size(event.goal)"),
        (
            "max(event.amount, 5) > 3", 1,
            "undeclared reference to 'max'; write math.greatest(event.amount, 5)"
        ),
        ("not(lead.verified)", 1, "undeclared reference to 'not'; write !(lead.verified)"),
        ("event() == 5", 1, "'event' is a variable and not a function; write event"),
        (
            "event.goal.split(\",\").contains(\"a\")", 1,
            "found no matching overload for 'contains' applied to 'list(string).(string)'; "
                + "write \"a\" in event.goal.split(\",\")"
        ),
    ]) func `a name that rules lack is named with the one that was meant`(
        _ rule: String, _ column: Int, _ message: String
    ) {
        expect(rule, column, message)
    }

    @Test(arguments: [
        (
            "event.amount > \"5000\"",
            "event.amount, a whole number, cannot be compared with \"5000\", a text; "
                + "write 5000 without quotation marks"
        ),
        (
            "event.goal == 7",
            "event.goal, a text, cannot be compared with 7, a whole number; "
                + "write \"7\" in quotation marks"
        ),
        (
            "event.amount >= headers[\"x\"]",
            "event.amount, a whole number, cannot be compared with headers[\"x\"], a text; "
                + "write int(headers[\"x\"])"
        ),
        (
            "event.amount == \"a lot\"",
            "event.amount, a whole number, cannot be compared with \"a lot\", a text; "
                + "write a number in place of \"a lot\""
        ),
        (
            "event.amount > 49.99",
            "event.amount, a whole number, cannot be compared with 49.99, a decimal number; "
                + "write double(event.amount)"
        ),
        (
            "lead.verified == \"true\"",
            "lead.verified, a truth value, cannot be compared with \"true\", a text; "
                + "write true without quotation marks"
        ),
        (
            "lead.joined > \"2026-01-01T00:00:00Z\"",
            "lead.joined, a time, cannot be compared with \"2026-01-01T00:00:00Z\", a text; "
                + "write timestamp(\"2026-01-01T00:00:00Z\")"
        ),
        (
            "lead.joined - lead.joined > 30",
            "lead.joined - lead.joined, a duration, cannot be compared with 30, a whole number; "
                + "write a duration such as duration(\"24h\")"
        ),
        (
            "event.amount == null",
            "event.amount, a whole number, cannot be compared with null; write !has(event.amount)"
        ),
        (
            "null != event.amount",
            "null cannot be compared with event.amount, a whole number; write has(event.amount)"
        ),
    ]) func `values of two types are compared in words`(_ rule: String, _ message: String) {
        expect(rule, 1, message)
    }

    @Test func `values that turn out to be of two types are compared in words`() throws {
        let result = try Facts.value(of: "payload.a > payload.s", payload: #"{"a": 1, "s": "t"}"#)
        #expect(
            result.failure?.description
                == "a whole number cannot be compared with a text; "
                + "convert one side, for example with string(…) or int(…)")
    }

    @Test(arguments: [
        (
            "payload.x >= 5000 && payload.x < 1000", 22,
            "'payload.x >= 5000' and 'payload.x < 1000' are never both true, "
                + "so the condition is never true"
        ),
        (
            "event.goal == \"a\" && event.goal == \"b\"", 22,
            "'event.goal == \"a\"' and 'event.goal == \"b\"' are never both true, "
                + "so the condition is never true"
        ),
        (
            "event.goal in [\"a\", \"b\"] && lead.verified && event.goal == \"c\"", 46,
            "'event.goal in [\"a\", \"b\"]' and 'event.goal == \"c\"' are never both true, "
                + "so the condition is never true"
        ),
        (
            "5000 <= payload.x && payload.x < 5000", 22,
            "'5000 <= payload.x' and 'payload.x < 5000' are never both true, "
                + "so the condition is never true"
        ),
        (
            "lead.verified && !lead.verified", 18,
            "'lead.verified' and '!lead.verified' are never both true, "
                + "so the condition is never true"
        ),
        (
            "size(event.goal) > 5 && size(event.goal) < 6", 25,
            "'size(event.goal) > 5' and 'size(event.goal) < 6' are never both true, "
                + "so the condition is never true"
        ),
        (
            "lead.joined < timestamp(\"2026-01-01T00:00:00Z\") && "
                + "lead.joined > timestamp(\"2026-02-01T00:00:00Z\")", 52,
            "'lead.joined < timestamp(\"2026-01-01T00:00:00Z\")' and 'lead.joined > "
                + "timestamp(\"2026-02-01T00:00:00Z\")' are never both true, "
                + "so the condition is never true"
        ),
        (
            "event.goal != \"a\" || event.goal != \"b\"", 22,
            "one of 'event.goal != \"a\"' and 'event.goal != \"b\"' is always true, "
                + "so the condition is never false"
        ),
        (
            "payload.x < 1000 || payload.x >= 1000", 21,
            "one of 'payload.x < 1000' and 'payload.x >= 1000' is always true, "
                + "so the condition is never false"
        ),
    ]) func `terms that exclude each other are pointed out`(
        _ rule: String, _ column: Int, _ message: String
    ) throws {
        let warnings = try Program.compile(rule, in: Facts.environment).warnings
        #expect(warnings.map(\.message) == [message])
        #expect(warnings.map(\.column) == [column])
    }

    @Test(arguments: [
        "payload.x >= 1000 && payload.x < 5000", "payload.x >= 5 && payload.x <= 5",
        "payload.x > 5 && payload.x < 6", "payload.x >= 5 && payload.y < 5",
        "event.goal in [\"a\", \"b\"] && event.goal != \"a\"",
        "event.goal == \"a\" || event.goal == \"b\"", "payload.x < 1000 || payload.x >= 5000",
        "payload.x == \"5\" && payload.x < 6", "event.goal != \"a\" && event.goal != \"b\"",
    ]) func `terms that can both hold are not pointed out`(_ rule: String) throws {
        #expect(try Program.compile(rule, in: Facts.environment).warnings.isEmpty)
    }

    private func expect(_ rule: String, _ column: Int, _ message: String) {
        do {
            _ = try Program.compile(rule, in: Facts.environment)
            Issue.record("\(rule) compiles")
        } catch {
            #expect(error.diagnostics.map(\.message) == [message])
            #expect(error.diagnostics.map(\.line) == [1])
            #expect(error.diagnostics.map(\.column) == [column])
        }
    }
}
