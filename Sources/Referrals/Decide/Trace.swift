import Currencies
import JSON
import Schemas
import Time

/// The steps of a decision, in the order of the phases.
package struct Trace: Equatable, Sendable {
    /// The decision that the checks led to.
    package let decision: Decision
    /// All checks, including those after the deciding one.
    package let checks: [Check]

    /// Creates a trace of a decision.
    package init(decision: Decision, checks: [Check]) {
        self.decision = decision
        self.checks = checks
    }

    /// The checks that failed or have an unknown result.
    package var obstacles: [Check] {
        checks.filter { $0.outcome == .fail || $0.outcome == .unknown }
    }

    /// The first check whose reason is one of the decision's reasons; nil if no check failed.
    package var deciding: Check? {
        checks.first { $0.reason.map(decision.reasons.contains) ?? false }
    }

    /// The trace in one or two sentences: the deciding check, and the number of others that did not
    /// pass.
    package var summary: String {
        let obstacles = obstacles
        guard let first = deciding ?? obstacles.first else {
            return "No check failed."
        }
        if obstacles.count == 1 { return "One check did not pass. \(first.sentence)" }
        let others = obstacles.count - 1
        return "\(first.sentence) \(others) more \(others == 1 ? "check" : "checks") did not pass."
    }
}

// MARK: JSON

extension Trace {
    /// The trace as a JSON object. The same trace always gives the same bytes.
    package var json: [UInt8] {
        var writer = Writer(reservingCapacity: 4096)
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the trace as a JSON object: `outcome`, `reasons`, `summary`, `obstacles`, `checks`,
    /// `rewards`.
    package func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("outcome", decision.outcome.rawValue)
        writer.member("reasons", decision.reasons)
        writer.member("summary", summary)
        writer.member("obstacles", obstacles.count)
        writer.list("checks", checks) { $0.write(to: &$1) }
        writer.list("rewards", decision.rewards) { $0.write(to: &$1) }
        writer.endObject()
    }
}

extension Check {
    /// Writes the check as a JSON object.
    package func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("phase", subject.phase.rawValue)
        writer.member("check", subject.rawValue)
        writer.member("campaign_reward", ifPresent: reward?.number)
        writer.member("outcome", outcome.rawValue)
        writer.member("reason", ifPresent: reason?.text)
        writer.key("expected")
        expected.write(to: &writer)
        writer.key("observed")
        observed.write(to: &writer)
        writer.member("sentence", sentence)
        writer.member("remedy", ifPresent: reason?.remedy)
        if let detail { writer.member("detail", raw: detail) }
        writer.endObject()
    }
}

extension Evidence {
    func write(to writer: inout Writer) {
        switch self {
        case .absent: writer.null()
        case .text(let text): writer.string(text)
        case .boolean(let boolean): writer.bool(boolean)
        case .count(let number), .seconds(let number): writer.integer(number)
        case .time(let instant): writer.string(instant.rfc3339)
        case .period(let start, let end):
            writer.beginObject()
            writer.member("from", start?.rfc3339)
            writer.member("before", end?.rfc3339)
            writer.endObject()
        case .value(let value): value.write(to: &writer)
        case .cap(let cap):
            writer.beginObject()
            writer.member("count", cap.count)
            writer.member("per", cap.per.rawValue)
            writer.member("window", cap.window.rawValue)
            writer.endObject()
        }
    }
}

extension RewardDecision {
    /// Writes the decision about one reward as a JSON object.
    package func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("campaign_reward", campaignReward.number)
        writer.member("kind", kind.rawValue)
        writer.member("beneficiary", beneficiary.rawValue)
        writer.member("status", status?.rawValue)
        writer.member("reasons", reasons)
        writer.member("value", value)
        if let heldUntil {
            writer.member("held_until", heldUntil.rfc3339)
        }
        writer.endObject()
    }
}

extension Check {
    /// The schema of the object that `write` writes.
    package static let schema = JSONSchema.named(
        "Check",
        .object([
            .required("phase", .choice(Phase.self)),
            .required("check", .choice(Subject.self)),
            .optional("campaign_reward", .id),
            .required("outcome", .choice(Outcome.self)),
            .optional("reason", ReasonCode.schema),
            .required("expected", Evidence.schema),
            .required("observed", Evidence.schema),
            .required("sentence", .string),
            .optional("remedy", .string),
            .optional(
                "detail", .anything.described("The values of the parts of a condition, as a tree.")),
        ]))
}

extension Evidence {
    /// The schema of the value that `write` writes.
    static let schema = JSONSchema.any(of: [
        .string, .boolean, .integer,
        .object([
            .required("from", .instant.nullable), .required("before", .instant.nullable),
        ]),
        .object([
            .required("count", .integer), .required("per", .choice(Cap.Subject.self)),
            .required("window", .choice(Window.self)),
        ]),
        GrantedValue.schema,
    ]).nullable
}
