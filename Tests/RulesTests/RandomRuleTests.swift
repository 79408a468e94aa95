import JSON
import Testing

@testable import Rules

/// Rules nobody would write, over a payload with everything in it.
@Suite struct RandomRuleTests {
    private static let payload = """
        {"a": 1, "b": -2.5, "c": "é\\u0301x", "d": null, "e": [1, "a", null, [2], {"k": 3}],
        "f": {"g": {"h": 9223372036854775807}, "a": "A"}, "i": true, "j": [], "k": {}, "l": 1e400,
        "m": "2026-03-01T10:00:00Z", "n": "a,b,c"}
        """

    @Test(arguments: 0..<20)
    func `any rule compiles or is refused, and decides the same twice`(_ seed: Int) throws {
        var maker = RuleMaker(seed: UInt64(seed))
        let activation = try Facts.activation(
            event: ["amount": .int(5)], lead: ["verified": .bool(true)], payload: Self.payload)
        let environment = Environment(
            variables: Facts.environment.variables, costLimit: .max)
        for _ in 0..<40 {
            let rule = maker.rule(depth: 4)
            let (root, _) = try Parser.parse(Source(rule))
            let printed = Printer.text(of: root)
            #expect(Printer.text(of: try Parser.parse(Source(printed)).root) == printed, "\(rule)")
            for program in [
                try? Program.unchecked(rule, in: environment),
                try? Program.compile(rule, in: environment),
            ].compactMap(\.self) {
                try expectAgreement(program, activation)
                // Values of one evaluation say nothing about a smaller budget, which must only end it.
                let cheap = program.evaluate(activation, budget: Budget(cost: 20, size: 200))
                if let failure = cheap.failure, failure.isLimit { continue }
                let full = program.evaluate(activation)
                #expect(cheap.isSame(as: full), "\(rule)")
            }
        }
    }

    @Test(arguments: 0..<20)
    func `any bytes are read or refused`(_ seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let pieces = [
            "a", "1", "0x", ".", "?", "[", "]", "(", ")", "{", "}", ",", ":", "&&", "||", "!", "-",
            "\"", "'", "\\", "\n", "r'", "b\"", "`", "é", "in", "null", " ", "\u{0}", "all", "//",
        ]
        for _ in 0..<200 {
            let rule = (0..<Int.random(in: 0..<30, using: &random))
                .compactMap { _ in pieces.randomElement(using: &random) }.joined()
            _ = Facts.errors(of: rule)
        }
    }
}

/// Makes rules from a seed; each parses, few check.
private struct RuleMaker {
    private var random: SeededRandom
    private var names = ["payload", "event", "lead", "headers"]

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private mutating func pick(_ options: [String]) -> String {
        options.randomElement(using: &random) ?? ""
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    mutating func rule(depth: Int) -> String {
        guard depth > 0, !chance(10) else { return leaf() }
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1:
            let operators = ["==", "!=", "<", ">=", "+", "-", "*", "/", "%", "in"]
            return "(\(rule(depth: depth - 1)) \(pick(operators)) \(rule(depth: depth - 1)))"
        case 2, 3:
            let terms = (0..<3).map { _ in rule(depth: depth - 1) }
            return "(\(terms.joined(separator: pick([" && ", " || "]))))"
        case 4: return "!(\(rule(depth: depth - 1)))"
        case 5:
            let parts = (0..<3).map { _ in "(\(rule(depth: depth - 1)))" }
            return "(\(parts[0]) ? \(parts[1]) : \(parts[2]))"
        case 6: return "[\(rule(depth: depth - 1)), \(rule(depth: depth - 1))]"
        case 7: return "{\(rule(depth: depth - 1)): \(rule(depth: depth - 1))}"
        case 8, 9: return macro(depth: depth)
        case 10:
            let functions = ["size", "string", "int", "double", "type", "dyn", "firstOf", "bool"]
            return "\(pick(functions))(\(rule(depth: depth - 1)))"
        case 11:
            let methods = [
                "upperAscii()", "split(\",\")", "trim()", "substring(1)", "contains(\"a\")",
                "join(\"-\")", "replace(\"a\", \"bb\")", "matches(\"^[a-z]+$\")", "reverse()",
                "hasValue()", "orValue(1)", "optMap(o, o)", "getFullYear()", "charAt(0)",
            ]
            return "(\(rule(depth: depth - 1))).\(pick(methods))"
        case 12: return "(\(rule(depth: depth - 1)))[\(rule(depth: depth - 1))]"
        default: return "has((\(rule(depth: depth - 1))).\(field()))"
        }
    }

    private mutating func macro(depth: Int) -> String {
        let name = "v\(names.count)"
        let range = rule(depth: depth - 1)
        names.append(name)
        defer { names.removeLast() }
        let macros = ["all", "exists", "exists_one", "map", "filter"]
        if chance(20) { return "cel.bind(\(name), \(range), \(rule(depth: depth - 1)))" }
        return "(\(range)).\(pick(macros))(\(name), \(rule(depth: depth - 1)))"
    }

    private mutating func field() -> String {
        pick(["a", "b", "c", "d", "e", "f", "g", "h", "missing", "amount", "verified"])
    }

    private mutating func leaf() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            return pick([
                "1", "-9223372036854775808", "2u", "0.5", "\"a\"", "b\"a\"", "true", "null", "[]",
                "{}", "\"é\"", "duration(\"5s\")", "optional.none()", "int", "1e308",
            ])
        case 1: return pick(names)
        default:
            var path = pick(names)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                path += (chance(30) ? ".?" : ".") + field()
            }
            return path
        }
    }
}

extension Result where Success == Rules.Value, Failure == EvaluationError {
    func isSame(as other: Self) -> Bool {
        switch (self, other) {
        case (.success(let a), .success(let b)): a.isSame(as: b)
        case (.failure(let a), .failure(let b)): a.all.map(\.reason) == b.all.map(\.reason)
        default: false
        }
    }
}
