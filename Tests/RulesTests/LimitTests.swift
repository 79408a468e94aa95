import Foundation
import PublicSuites
import Testing

@testable import Rules

@Suite struct LimitTests {
    private let roomy = Environment(
        variables: [Environment.Variable("x", .dyn)], costLimit: .max)

    private func compiles(_ rule: String) -> Bool {
        Facts.errors(of: rule, in: roomy) == "compiles"
    }

    @Test func `a rule may have 8192 bytes, not one more`() {
        let rule = "\"" + String(repeating: "a", count: 8190) + "\""
        #expect(compiles(rule))
        #expect(!compiles(rule + " "))
    }

    @Test(
        arguments: [
            { (n: Int) in
                String(repeating: "(", count: n - 1) + "x" + String(repeating: ")", count: n - 1)
            },
            { String(repeating: "!", count: $0 - 1) + "x" },
            { String(repeating: "[", count: $0 - 1) + "x" + String(repeating: "]", count: $0 - 1) },
            { "x" + String(repeating: ".f", count: $0 - 1) },
            { "x" + String(repeating: " + x", count: $0 - 1) },
            { String(repeating: "x ? x : ", count: $0 - 1) + "x" },
            {
                String(repeating: "x.map(y, ", count: $0 - 1) + "x"
                    + String(repeating: ")", count: $0 - 1)
            },
        ] as [@Sendable (Int) -> String])
    func `a rule may be 64 levels deep, not one more`(_ rule: @Sendable (Int) -> String) {
        #expect(compiles(rule(64)))
        #expect(!compiles(rule(65)))
    }

    @Test func `a rule may have 4096 parts, not one more`() {
        func rule(_ parts: Int) -> String {
            "[" + Array(repeating: "x", count: parts - 1).joined(separator: ",") + "]"
        }
        #expect(compiles(rule(4096)))
        let environment = Environment(
            variables: [Environment.Variable("x", .dyn)],
            syntax: SyntaxLimits(sourceBytes: 1 << 20))
        #expect(
            Facts.errors(of: rule(4097), in: environment).contains("more than 4096 parts"))
    }

    @Test func `depth in flat chains of && and || costs nothing`() {
        #expect(compiles(Array(repeating: "x", count: 1000).joined(separator: "&&")))
    }

    @Test func `an evaluation may spend its budget, not one unit more`() throws {
        let program = try Program.compile("payload.a == 1", in: Facts.environment)
        let activation = try Facts.activation(payload: #"{"a": 1}"#)
        // Selecting 2, comparing 1.
        guard case .success(.bool(true)) = program.evaluate(activation, budget: Budget(cost: 3))
        else {
            Issue.record("three units are enough")
            return
        }
        #expect(
            program.evaluate(activation, budget: Budget(cost: 2)).failure?.reason
                == .costExceeded(limit: 2))
    }

    @Test func `a spent budget is not absorbed`() throws {
        let program = try Program.compile(
            "payload.a.all(x, x > 0) || true || payload.b", in: Facts.environment)
        let activation = try Facts.activation(payload: #"{"a": [1, 2, 3, 4, 5]}"#)
        #expect(
            program.evaluate(activation, budget: Budget(cost: 8)).failure?.reason
                == .costExceeded(limit: 8))
    }

    @Test(arguments: [
        "payload.s + payload.s", "[payload.s, payload.s].join()",
        "payload.s.replace(\"\", payload.s)",
        "\"%s%s\".format([payload.s, payload.s])", "payload.s.upperAscii() + payload.s",
        "bytes(payload.s) + bytes(payload.s)", "payload.s.split(\"\").map(x, payload.s + x)",
    ]) func `what a rule builds is counted before it is built`(_ rule: String) throws {
        let program = try Program.compile(
            rule,
            in: Environment(variables: Facts.environment.variables, costLimit: .max))
        let text = String(repeating: "a", count: 1000)
        let result = program.evaluate(
            try Facts.activation(payload: "{\"s\": \"\(text)\"}"),
            budget: Budget(cost: 1_000_000, size: 1500))
        #expect(result.failure?.reason == .sizeExceeded(limit: 1500))
    }

    @Test func `a rule that may cost too much is refused by its dearest part`() {
        let rule =
            "payload.a == 1 && payload.b.all(x, payload.c.all(y, payload.d.exists(z, x + y == z)))"
        let errors = Facts.errors(of: rule)
        #expect(
            errors.hasPrefix(
                """
                ERROR: <input>:1:36: 'payload.c.all(y, payload.d.exists(z, x + y == z))' \
                may cost up to
                """), "\(errors)")
    }

    @Test func `a rule that may outgrow one evaluation compiles with a warning`() throws {
        let rule = "payload.b.all(x, payload.c.all(y, x == y))"
        let program = try Program.compile(rule, in: Facts.environment)
        #expect(program.cost.maximum > Budget().cost)
        #expect(program.warnings.map(\.severity) == [.warning])
        #expect(
            program.warnings[0].description.hasPrefix(
                "WARNING: <input>:1:1: '\(rule)' may cost up to"))
    }

    @Test(
        .enabled(if: Suite.isPresent, Comment(rawValue: PublicSuites.absence)),
        arguments: Suite.published + Suite.extra)
    func `nothing costs more than its estimate`(_ suiteCase: SuiteCase) throws {
        let (environment, activation) = try suiteCase.environment(zones: Suite.zones)
        guard !suiteCase.isCheckOnly, let program = try? suiteCase.compile(in: environment) else {
            return
        }
        var budget = Budget()
        _ = program.evaluate(activation, spending: &budget)
        let spent = Budget().cost - budget.cost
        #expect(spent <= program.cost.maximum, "\(suiteCase.expression)")
    }
}

extension Result {
    var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}

/// Values that a sender can make large, with a limited budget.
@Suite struct HostilePayloadTests {
    private func cost(_ rule: String, _ payload: String) throws -> Int {
        let environment = Environment(variables: Facts.environment.variables, costLimit: .max)
        let program = try Program.compile(rule, in: environment)
        var budget = Budget(cost: 10_000_000, size: 1 << 26)
        _ = program.evaluate(try Facts.activation(payload: payload), spending: &budget)
        return 10_000_000 - budget.cost
    }

    @Test(arguments: [
        // Looking for a key among many.
        ("payload.l.exists(x, payload.big.z == x)", "object", 20_000),
        ("payload.big == payload.big", "object", 2000),
        // Unescaping a long string to compare it with a short one.
        ("payload.l.exists(x, payload.big == \"a\")", "string", 100_000),
        // A number of many digits.
        ("payload.l.exists(x, payload.big < 1)", "number", 100_000),
        ("payload.big.matches(\"(a+)+$b\")", "string", 10_000),
        ("payload.big.contains(payload.big)", "string", 10_000),
        ("payload.big.split(payload.big)", "string", 10_000),
        ("payload.big[payload.big.size() - 1] == 7", "array", 20_000),
    ]) func `work grows the cost with it`(_ rule: String, _ kind: String, _ count: Int) throws {
        let big =
            switch kind {
            case "object": "{\((0..<count).map { "\"k\($0)\": 0" }.joined(separator: ","))}"
            case "array": "[\(Array(repeating: "7", count: count).joined(separator: ","))]"
            case "number": "1.\(String(repeating: "1", count: count))"
            default: "\"\(String(repeating: "\\n", count: count / 2))\""
            }
        #expect(try cost(rule, "{\"l\": [1, 2, 3, 4], \"big\": \(big)}") > 300)
    }

    @Test func `the deepest rule fits a small stack`() throws {
        let rules = [
            String(repeating: "(", count: 63) + "payload" + String(repeating: ")", count: 63),
            String(repeating: "!", count: 62) + "payload.a",
            String(repeating: "[payload].map(y, ", count: 31) + "y"
                + String(repeating: ")", count: 31),
            String(repeating: "lead.verified ? 1 : ", count: 62) + "2",
            String(repeating: "[", count: 63) + "payload" + String(repeating: "]", count: 63),
            "payload" + String(repeating: " + payload", count: 62),
        ]
        let environment = Environment(variables: Facts.environment.variables, costLimit: .max)
        let activation = try Facts.activation(lead: ["verified": .bool(false)], payload: "1")
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            for rule in rules {
                do {
                    let program = try Program.compile(rule, in: environment)
                    _ = program.evaluate(activation)
                    _ = program.explain(activation).description
                    _ = program.canonicalText
                } catch {
                    Issue.record(error)
                }
            }
            done.signal()
        }
        // A debug build needs eight times what a release build does (256 KiB).
        thread.stackSize = 2048 * 1024
        thread.start()
        done.wait()
    }
}
