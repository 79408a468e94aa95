import JSON
import Rules

/// The result of one expression, with types, cost and steps.
struct Evaluation {
    private let program: Program
    private let trace: Trace
    private let cost: Int
    private let budget = Budget()
    /// The facts that the expression reads; nil if facts were given, or if it needs none.
    private let missing: MissingFacts?

    /// Evaluates an expression.
    ///
    /// - Parameters:
    ///   - hidden: the values to mask.
    ///   - hasFacts: true if facts were given; otherwise the result lists those that are needed.
    init(
        _ program: Program, _ activation: Activation, hiding hidden: HiddenValues = .none,
        hasFacts: Bool = true
    ) {
        self.program = program
        missing = hasFacts ? nil : MissingFacts(program)
        var left = budget
        _ = program.evaluate(activation, spending: &left)
        cost = budget.cost - left.cost
        trace = program.explain(activation, budget: budget, hiding: hidden)
    }

    /// True if the expression has a value for these facts.
    var isKnown: Bool {
        switch trace.result {
        case .success: true
        case .failure: false
        }
    }

    var json: [UInt8] {
        var writer = Writer(reservingCapacity: 1024)
        writer.beginObject()
        writer.member("expression", program.source.text)
        writer.member("known", isKnown)
        switch (trace.result, trace.root.outcome) {
        case (_, .redacted):
            writer.member("redacted", true)
        case (.failure(let error), _), (_, .failure(let error)):
            writer.member("error", error.description)
        case (_, .value(let value)):
            writer.key("value")
            writer.value(value)
        }
        writer.member("type", program.type.description)
        writer.member("cost", cost)
        writer.object("cost_estimate") { writer in
            writer.member("minimum", program.cost.minimum)
            writer.member("maximum", program.cost.maximum)
        }
        writer.key("warnings")
        writer.diagnostics(program.warnings)
        writer.key("tree")
        trace.append(to: &writer)
        missing?.write(to: &writer)
        writer.endObject()
        return writer.bytes
    }
}

extension Evaluation: CustomStringConvertible {
    /// The result for a terminal.
    var description: String {
        var lines: [String] = []
        switch trace.root.outcome {
        case .failure(let error): lines.append("unknown  \(error)")
        case .redacted: lines.append("value    (redacted)")
        case .value(let value): lines.append("value    \(ValueText.text(of: value, limit: 4096))")
        }
        lines.append("type     \(program.type)")
        lines.append(
            "cost     \(cost) of \(budget.cost) units; estimated \(program.cost.minimum) to"
                + " \(program.cost.maximum)")
        lines += ["", trace.description]
        if let missing { lines += ["", missing.description] }
        for warning in program.warnings { lines += ["", warning.description] }
        return lines.joined(separator: "\n")
    }
}

extension Writer {
    /// Writes the mistakes and warnings of one expression, each with its place.
    mutating func diagnostics(_ diagnostics: [Diagnostic]) {
        beginArray()
        for diagnostic in diagnostics {
            object { writer in
                writer.member("line", diagnostic.line)
                writer.member("column", diagnostic.column)
                writer.member("message", diagnostic.message)
                writer.member("text", diagnostic.text)
            }
        }
        endArray()
    }
}
