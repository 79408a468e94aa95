import Testing

@testable import Rules

/// A unit stands for about as much work everywhere, so that a budget bounds how long an evaluation takes.
@Suite struct CostTests {
    private func result(
        _ rule: String, _ payload: String, _ budget: Budget
    ) throws -> (outcome: Result<Value, EvaluationError>, cost: Int) {
        let environment = Environment(variables: Facts.environment.variables, costLimit: .max)
        let program = try Program.compile(rule, in: environment)
        var left = budget
        let outcome = program.evaluate(try Facts.activation(payload: payload), spending: &left)
        return (outcome, budget.cost - left.cost)
    }

    private func payload(of count: Int) -> String {
        let text = String(repeating: "abcdefghi ", count: count / 10)
        let escaped = String(repeating: "abcdefgh\\n", count: count / 10)
        let list = (0..<count / 10).map { "\"w\($0)\"" }.joined(separator: ",")
        let object = (0..<count / 10).map { "\"k\($0)\":1" }.joined(separator: ",")
        return """
            {"text": "\(text)", "escaped": "\(escaped)", "list": [\(list)], "object": {\(object)}}
            """
    }

    @Test(arguments: [
        // Each character is looked at by each way a match could go.
        ("payload.text.matches('^[a-z ]*$')", 3_000), ("payload.text.matches('.*.*.*x')", 6_000),
        ("payload.text.matches('[a-z ]+y')", 3_000),
        // Characters that no match begins with are passed over.
        ("payload.text.matches('xyz$')", 100),
        // Each search makes room for its threads, and a pattern from the facts is compiled each time.
        ("payload.list.exists(x, x.matches('^z'))", 8_000),
        ("payload.list.exists(x, x.matches('z' + x))", 20_000),
        // Each piece of a text that is built.
        ("payload.text.replace('', 'b').size()", 20_000),
        ("'%s'.format([payload.list]).size()", 2_500),
        ("'%s'.format([payload.object]).size()", 6_000),
        // Escaped text is copied for a comparison, the content of an object is searched.
        ("payload.escaped == 'x'", 600), ("has(payload.object.q)", 40),
        ("payload.list == payload.list", 4_000),
    ]) func `work on a large payload is paid for`(_ rule: String, _ least: Int) throws {
        let large = Budget(cost: 10_000_000, size: 1 << 26)
        let (_, cost) = try result(rule, payload(of: 10_000), large)
        #expect(cost >= least)
        let (_, more) = try result(rule, payload(of: 100_000), large)
        #expect(more >= cost * 8, "\(cost), and \(more) for ten times as much")
    }

    @Test(arguments: [
        "payload.text.matches('^[a-z ]*$')", "payload.text.matches('.*.*.*x')",
        "payload.text.replace('', 'b') == ''", "'%s'.format([payload.object]) == ''",
        "payload.list.exists(x, payload.escaped == x)",
        "payload.list.all(x, !has(payload.object.q))",
    ]) func `what is beyond the budget is unknown, and says so`(_ rule: String) throws {
        let (outcome, _) = try result(rule, payload(of: 300_000), Budget())
        #expect(outcome.failure?.description == "evaluation costs more than 100000 units")
    }

    @Test func `a search ends where its steps do`() throws {
        let text = Array(String(repeating: "ab", count: 50_000).utf8)
        var steps = 1_000
        #expect(try Regex("(a|b)*c").matches(text.span, steps: &steps) == nil)
        #expect(steps < 0 && steps > -100)
        steps = 100_000
        #expect(try Regex("c").matches(text.span, steps: &steps) == false)
        #expect(steps > 90_000)
        #expect(try Regex("^a{3}").matches(text.span, steps: &steps) == false)
        #expect(steps > 90_000 - 20)
    }

    @Test(arguments: [
        ("é+$", "caféé", true), ("[^a]b", "aéb", true), ("(?i)É", "aé", true), ("x|y?$", "a", true),
        ("\\bcat\\b", "a cat", true), ("\\bcat\\b", "concat", false), ("^$", "", true),
        ("b{2}$", "abab", false), ("(?m)^b", "a\nb", true), ("[\\x80-\\xFF]z", "ÿz", true),
    ]) func `passing over characters changes no answer`(
        _ pattern: String, _ text: String, _ expected: Bool
    ) throws {
        #expect(try Regex(pattern).matches(Array(text.utf8)) == expected)
    }

    @Test func `a trace of a large payload shows the beginning of a text`() throws {
        let long = Value.string(String(repeating: "é", count: 100_000))
        let text = ValueText.text(of: long, limit: 10)
        #expect(text == "\"éééé…")
    }
}
