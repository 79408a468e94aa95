import Currencies
import JSON
import Time

/// How a decision came about, step by step, in the order of the phases.
package struct Trace: Equatable, Sendable {
    package let decision: Decision
    package let checks: [Check]

    package init(decision: Decision, checks: [Check]) {
        self.decision = decision
        self.checks = checks
    }

    /// The checks that failed or couldn't be answered.
    package var obstacles: [Check] {
        checks.filter { $0.outcome == .fail || $0.outcome == .unknown }
    }

    /// The first check that made the outcome what it is; nil where nothing stood in the way of it.
    package var deciding: Check? {
        checks.first { $0.reason.map(decision.reasons.contains) ?? false }
    }

    /// The whole trace in a sentence or two; a single obstacle is told alone.
    package var summary: String {
        let obstacles = obstacles
        guard let first = deciding ?? obstacles.first else {
            return "Nothing stood in the way."
        }
        if obstacles.count == 1 { return "One thing stood in the way. \(first.sentence)" }
        let others = obstacles.count - 1
        return "\(first.sentence) \(others) more \(others == 1 ? "check" : "checks") didn't pass."
    }
}

// MARK: JSON

extension Trace {
    /// Always the same bytes for the same trace.
    package var json: [UInt8] {
        var writer = Writer(reservingCapacity: 4096)
        write(to: &writer)
        return writer.bytes
    }

    package func write(to writer: inout Writer) {
        writer.beginObject()
        writer.key("outcome")
        writer.string(decision.outcome.rawValue)
        writer.key("reasons")
        decision.reasons.write(to: &writer)
        writer.key("summary")
        writer.string(summary)
        writer.key("obstacles")
        writer.integer(obstacles.count)
        writer.key("checks")
        writer.beginArray()
        for check in checks { check.write(to: &writer) }
        writer.endArray()
        writer.key("rewards")
        writer.beginArray()
        for reward in decision.rewards { reward.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }
}

extension Check {
    package func write(to writer: inout Writer) {
        writer.beginObject()
        writer.key("phase")
        writer.string(subject.phase.rawValue)
        writer.key("check")
        writer.string(subject.rawValue)
        if let reward {
            writer.key("campaign_reward")
            writer.integer(reward.number)
        }
        writer.key("outcome")
        writer.string(outcome.rawValue)
        if let reason {
            writer.key("reason")
            writer.string(reason.text)
        }
        writer.key("expected")
        expected.write(to: &writer)
        writer.key("observed")
        observed.write(to: &writer)
        writer.key("sentence")
        writer.string(sentence)
        if let reason {
            writer.key("remedy")
            writer.string(reason.remedy)
        }
        if let detail {
            writer.key("detail")
            writer.raw(detail)
        }
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
            writer.key("from")
            if let start { writer.string(start.rfc3339) } else { writer.null() }
            writer.key("before")
            if let end { writer.string(end.rfc3339) } else { writer.null() }
            writer.endObject()
        case .value(let value): value.write(to: &writer)
        }
    }
}

extension RewardDecision {
    func write(to writer: inout Writer) {
        writer.beginObject()
        writer.key("campaign_reward")
        writer.integer(campaignReward.number)
        writer.key("kind")
        writer.string(kind.rawValue)
        writer.key("beneficiary")
        writer.string(beneficiary.rawValue)
        writer.key("status")
        if let status { writer.string(status.rawValue) } else { writer.null() }
        writer.key("reasons")
        reasons.write(to: &writer)
        writer.key("value")
        if let value { value.write(to: &writer) } else { writer.null() }
        if let heldUntil {
            writer.key("held_until")
            writer.string(heldUntil.rfc3339)
        }
        writer.endObject()
    }
}

extension Reasons {
    /// An array of the codes' texts.
    package func write(to writer: inout Writer) {
        writer.beginArray()
        for reason in self { writer.string(reason.text) }
        writer.endArray()
    }
}

extension GrantedValue {
    /// `{"amount", "currency"}`, `{"points"}`, `{"text"}` or null.
    package func write(to writer: inout Writer) {
        switch self {
        case .nothingStated:
            writer.null()
            return
        case .money(let money):
            writer.beginObject()
            writer.key("amount")
            writer.integer(money.minorUnits)
            writer.key("currency")
            writer.string(money.currency.text)
        case .points(let points):
            writer.beginObject()
            writer.key("points")
            writer.integer(points)
        case .text(let text):
            writer.beginObject()
            writer.key("text")
            writer.string(text)
        }
        writer.endObject()
    }
}
