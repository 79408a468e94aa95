import TestSupport
import Testing

@testable import Rules

/// The values generated from one seed.
struct Trial {
    let seed: UInt64

    private static let payload = """
        {"a": 1, "b": -2.5, "c": "é\\u0301x", "d": null, "e": [1, "a", null, [2], {"k": 3}],
        "f": {"g": {"h": 9223372036854775807}, "a": "A"}, "i": true, "j": [], "k": {}, "l": 1e400,
        "m": "2026-03-01T10:00:00Z", "n": "a,b,c"}
        """

    private static let environment = Environment(
        variables: Facts.environment.variables, costLimit: .max, zones: Zones(Suite.zones))

    private func activation() throws -> Activation {
        try Facts.activation(
            event: ["amount": .int(5)], lead: ["verified": .bool(true)], payload: Self.payload)
    }

    /// Rules by the grammar, over a payload with everything in it.
    func rules(count: Int) throws {
        var maker = RuleMaker(seed: seed)
        let activation = try activation()
        for _ in 0..<count {
            let rule = maker.rule(depth: 4)
            let (root, _) = try Parser.parse(Source(rule))
            let printed = Printer.text(of: root)
            #expect(
                Printer.text(of: try Parser.parse(Source(printed)).root) == printed,
                "seed \(seed): \(rule)")
            try run(rule, activation)
        }
    }

    /// Pieces of the language in any order, and bytes that are no text at all.
    func bytes(count: Int) throws {
        var random = Seeded(seed)
        let pieces = [
            "a", "1", "0x", ".", "?", "[", "]", "(", ")", "{", "}", ",", ":", "&&", "||", "!", "-",
            "\"", "'", "\\", "\n", "r'", "b\"", "`", "é", "in", "null", " ", "\u{0}", "all", "//",
            "payload", "event.", ".map(x,", "\"\"\"", "1e", "9223372036854775808", "\u{10FFFF}",
        ]
        for _ in 0..<count {
            let length = Int.random(in: 0..<30, using: &random)
            let rule = (0..<length).compactMap { _ in pieces.randomElement(using: &random) }
                .joined()
            _ = Facts.errors(of: rule)
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = Facts.errors(of: String(decoding: noise, as: UTF8.self))
            _ = try? Regex(rule)
            _ = try? Regex(String(decoding: noise, as: UTF8.self))
        }
    }

    /// The suite's rules with parts taken out, doubled, swapped and put into each other.
    func mutants(of cases: [SuiteCase], count: Int) throws {
        var random = Seeded(seed)
        let extremes = [
            "-9223372036854775808", "9223372036854775807", "18446744073709551615u", "1e308", "-0.0",
            "\"\"", "null", "[]", "{}", "-1", "(0.0/0.0)", "b\"\\xff\"", "(1.0/0.0)",
            "\"\\U0010ffff\"",
        ]
        for _ in 0..<count {
            guard let chosen = cases.randomElement(using: &random),
                let other = cases.randomElement(using: &random)
            else { return }
            var scalars = Array(chosen.expression.unicodeScalars)
            for _ in 0..<Int.random(in: 1...3, using: &random) where !scalars.isEmpty {
                let from = Int.random(in: 0..<scalars.count, using: &random)
                let until = min(scalars.count, from + Int.random(in: 1...6, using: &random))
                let part = Array(scalars[from..<until])
                switch Int.random(in: 0..<5, using: &random) {
                case 0: scalars.removeSubrange(from..<until)
                case 1: scalars.insert(contentsOf: part, at: from)
                case 2: scalars.replaceSubrange(from..<until, with: part.reversed())
                case 3:
                    let extreme = extremes.randomElement(using: &random) ?? ""
                    scalars.replaceSubrange(from..<until, with: extreme.unicodeScalars)
                default:
                    scalars.replaceSubrange(from..<until, with: other.expression.unicodeScalars)
                }
            }
            let rule = String(String.UnicodeScalarView(scalars))
            let (environment, activation) = try chosen.environment(zones: Suite.zones)
            if let (root, _) = try? Parser.parse(Source(rule)) {
                let printed = Printer.text(of: root)
                let limits = SyntaxLimits(sourceBytes: 1 << 16)
                let again = try Parser.parse(Source(printed), limits: limits).root
                #expect(Printer.text(of: again) == printed, "seed \(seed): \(rule)")
            }
            try run(rule, activation, in: environment)
        }
    }

    /// Patterns against a matcher too slow for use and too plain to be wrong.
    func patterns(count: Int) throws {
        var maker = PatternMaker(seed: seed)
        for _ in 0..<count {
            let pattern = maker.pattern()
            let text = maker.text()
            guard let regex = try? Regex(pattern.text) else { continue }
            #expect(
                regex.matches(Array(text.utf8)) == pattern.matches(Array(text.unicodeScalars)),
                "seed \(seed): \(pattern.text) on \(text.debugDescription)")
        }
    }

    private func run(
        _ rule: String, _ activation: Activation, in environment: Environment = environment
    ) throws {
        if let program = try? Program.unchecked(rule, in: environment) {
            try agree(program, activation)
        }
        if let program = try? Program.compile(rule, in: environment) {
            try agree(program, activation)
            var budget = Budget()
            _ = program.evaluate(activation, spending: &budget)
            let spent = Budget().cost - budget.cost
            #expect(spent <= program.cost.maximum, "seed \(seed): \(rule)")
        }
    }

    private func agree(_ program: Program, _ activation: Activation) throws {
        try expectAgreement(program, activation)
        // Values of one evaluation say nothing about a smaller budget, which must only end it.
        let cheap = program.evaluate(activation, budget: Budget(cost: 20, size: 200))
        if let failure = cheap.failure, failure.isLimit { return }
        #expect(
            cheap.isSame(as: program.evaluate(activation)), "seed \(seed): \(program.source.text)")
    }
}
