import Testing

@testable import Rules

/// Small changes of rules that should change their meaning.
@Suite struct MutantTests {
    private let environment = Environment(variables: [
        .init("amount", .int), .init("plan", .string), .init("isNew", .bool),
        .init("items", .list(.string)), .init("joined", .timestamp),
    ])

    private func mutants(_ text: String) throws -> [String] {
        try Program.compile(text, in: environment, expecting: .bool).mutants.map(\.text)
    }

    @Test func `a bound is moved, included and turned around`() throws {
        #expect(
            try mutants("amount >= 500") == [
                "amount > 500", "amount < 500", "amount >= 501", "amount >= 499",
            ])
    }

    @Test func `a conjunction becomes a disjunction, loses each term and is negated`() throws {
        let mutants = try mutants(#"amount > 5 && plan == "gold""#)
        for expected in [
            #"amount > 5 || plan == "gold""#, #"plan == "gold""#, "amount > 5",
            #"!(amount > 5 && plan == "gold")"#, #"amount > 5 && plan != "gold""#,
            #"amount > 5 && plan == "gold_""#,
        ] { #expect(mutants.contains(expected), "\(mutants)") }
    }

    @Test(arguments: [
        ("!isNew", ["isNew"]),
        ("isNew ? amount > 1 : amount > 2", ["isNew ? amount > 2 : amount > 1"]),
        ("items.exists(i, i == \"a\")", ["items.all(i, i == \"a\")"]),
        ("\"a\" in items", ["!(\"a\" in items)"]),
        (
            "joined > timestamp(\"2026-01-01T00:00:00Z\")",
            ["joined > timestamp(\"2026-01-01T00:00:01Z\")"]
        ),
        ("plan.startsWith(\"g\")", ["!plan.startsWith(\"g\")"]),
        ("amount * 2 == 10", ["amount / 2 == 10", "amount * 3 == 10"]),
    ])
    func `other parts are changed`(text: String, expected: [String]) throws {
        let mutants = try mutants(text)
        for mutant in expected { #expect(mutants.contains(mutant), "\(mutants)") }
    }

    @Test func `no mutant is printed as the rule or as another mutant`() throws {
        let text = #"!isNew && (amount >= 500 || plan in ["a", "b"]) && items.size() > 0"#
        let rule = try Program.compile(text, in: environment)
        let texts = rule.mutants.map(\.text)
        #expect(texts.count > 15)
        #expect(Set(texts).count == texts.count)
        #expect(!texts.contains(rule.canonicalText))
    }

    @Test func `a pattern and a key are left as they are`() throws {
        #expect(try mutants(#"plan.matches("^a+$")"#) == [#"!plan.matches("^a+$")"#])
    }
}
