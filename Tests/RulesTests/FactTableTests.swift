import Testing

@testable import Rules

/// Values for facts that are likely to change the results of rules.
@Suite struct FactTableTests {
    private let environment = Environment(variables: [
        .init("amount", .int), .init("payload", .dyn), .init("joined", .timestamp),
        .init("now", .timestamp),
    ])

    private func table(_ text: String, now: String? = nil) throws -> FactTable {
        let base: [[String]: Value?] =
            now.flatMap { Timestamp($0) }
            .map { [["now"]: .timestamp($0)] } ?? [:]
        return FactTable(
            [try Program.compile(text, in: environment)], in: environment, base: base)
    }

    /// True if some combination of values of the only fact gives each result.
    private func results(_ text: String, now: String? = nil) throws -> Set<String> {
        let table = try table(text, now: now)
        let program = try Program.compile(text, in: environment)
        let base: [[String]: Value?] =
            now.flatMap { Timestamp($0) }
            .map { [["now"]: .timestamp($0)] } ?? [:]
        var choices: [[Value?]] = [[]]
        for fact in table.facts {
            choices = choices.flatMap { choice in fact.values.map { choice + [$0] } }
        }
        return Set(
            choices.prefix(5000).map { choice in
                switch program.evaluate(table.activation(choice, over: base)) {
                case .success(let value): ValueText.text(of: value)
                case .failure: "unknown"
                }
            })
    }

    @Test(arguments: [
        "amount >= 500", "amount * 3 - 7 == 200", "amount % 100 == 5", "(amount + 5) / 2 > 40",
        "now - joined >= duration(\"24h\")", "joined + duration(\"36h\") < now",
        "joined.getHours() == 3", "joined > timestamp(\"2026-01-01T00:00:00Z\")",
    ])
    func `declared facts are solved for both results`(text: String) throws {
        let found = try results(text, now: "2026-03-02T12:00:00Z")
        #expect(found.isSuperset(of: ["true", "false"]), "\(found)")
    }

    @Test(arguments: [
        "payload.plan == \"gold\"", "payload.items.exists(i, i.sku == \"A\" && i.count > 2)",
        "payload.items.all(i, i.price >= 10)", "payload.name.matches(\"^[a-z]+-[0-9]{3}$\")",
        "payload.name.startsWith(\"x-\") || payload.age > 17", "payload.tags.size() >= 3",
        "payload.plan in [\"a\", \"b\"]", "\"vip\" in payload.tags", "payload[\"kind\"] == 3",
        "payload.text.lowerAscii() == \"abc\"", "payload.total == 1.5",
    ])
    func `parts of the payload are made up, absent ones too`(text: String) throws {
        let found = try results(text)
        #expect(found.isSuperset(of: ["true", "false", "unknown"]), "\(found)")
    }
}
