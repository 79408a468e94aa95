import Referrals
import Rules

/// The outcomes of rules and checks in the decisions of scenarios.
package struct CoverageReport: Sendable {
    /// The numbers of decisions with each outcome.
    package struct Counts: Equatable, Sendable {
        /// The outcomes true, or passed for a check.
        package var isTrue = 0
        /// The outcomes false, or failed for a check.
        package var isFalse = 0
        /// The outcomes without a value.
        package var unknown = 0

        /// The sum of all outcomes.
        package var total: Int { isTrue + isFalse + unknown }

        mutating func count(_ check: Check) {
            switch check.outcome {
            case .pass: isTrue += 1
            case .fail: isFalse += 1
            case .unknown: unknown += 1
            case .skipped: break
            }
        }
    }

    /// A part of a rule with its outcomes.
    package struct Part: Sendable {
        /// The part.
        package let part: RulePart
        /// Its outcomes, without those that had no influence because another term had decided.
        package fileprivate(set) var counts = Counts()

        /// The words for the outcomes that did not occur; nil if it was both true and false.
        package var gap: String? {
            if counts.total == 0 { return "never evaluated" }
            return switch (counts.isTrue, counts.isFalse) {
            case (0, 0): "never true or false"
            case (0, _): "never true"
            case (_, 0): "never false"
            default: nil
            }
        }

        fileprivate var reached: Int {
            (counts.isTrue > 0 ? 1 : 0) + (counts.isFalse > 0 ? 1 : 0)
        }
    }

    /// An expression of a campaign with its parts.
    package struct Rule: Sendable {
        /// The name of the campaign.
        package let campaign: String
        /// The member of the campaign: `conditions/0` or `review`.
        package let place: String
        /// The expression.
        package let text: String
        /// The parts in the order of the text.
        package private(set) var parts: [Part]

        init(campaign: String, place: String, text: String, parts: [RulePart]) {
            self.campaign = campaign
            self.place = place
            self.text = text
            self.parts = parts.map { Part(part: $0) }
        }

        /// Counts the outcomes of one evaluation.
        mutating func count(_ node: Rules.Trace.Node) { count(node, isElement: false) }

        private mutating func count(_ node: Rules.Trace.Node, isElement: Bool) {
            guard node.status != .skipped else { return }
            if !isElement, let place = parts.firstIndex(where: { $0.part.span == node.span }) {
                switch node.outcome {
                case .value(.bool(true)): parts[place].counts.isTrue += 1
                case .value(.bool(false)): parts[place].counts.isFalse += 1
                case .value, .failure, .redacted: parts[place].counts.unknown += 1
                }
            }
            var condition: Range<Int>?
            if let elements = node.elements,
                let place = parts.firstIndex(where: { $0.part.macro == node.span })
            {
                condition = parts[place].part.span
                parts[place].counts.isTrue += elements.matching
                parts[place].counts.isFalse +=
                    elements.count - elements.matching - elements.errors
                parts[place].counts.unknown += elements.errors
            }
            for term in node.terms { count(term, isElement: term.span == condition) }
        }
    }

    /// A check of the decision with its outcomes.
    package struct CheckCounts: Sendable {
        /// The check.
        package let subject: Check.Subject
        /// Its outcomes, without those of decisions to which it did not apply.
        package let counts: Counts
    }

    /// The expressions of all campaigns, in the order of the scenarios.
    package let rules: [Rule]
    /// All checks, in the order of a decision.
    package let checks: [CheckCounts]

    /// The number of outcomes that the parts of all rules can have: true and false of each.
    package var possible: Int { rules.reduce(0) { $0 + 2 * $1.parts.count } }
    /// The number of them that occurred.
    package var reached: Int {
        rules.reduce(0) { $0 + $1.parts.reduce(0) { $0 + $1.reached } }
    }
    /// The share of them in percent, rounded down; 100 without rules.
    package var percent: Int { possible == 0 ? 100 : reached * 100 / possible }
}
