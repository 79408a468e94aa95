import JSON
import Referrals
import Rules
import Time

/// The compiled expressions of a campaign: its conditions and, if present, its review expression.
package struct Conditions: Sendable {
    private let conditions: [Program]
    private let review: Program?

    /// An expression that does not compile, with the compiler's errors.
    package struct Fault: Error {
        /// The expression.
        package let question: Question
        /// The compiler's errors.
        package let errors: CompileErrors
    }

    /// Compiles all expressions of a campaign; a failure has all their faults.
    package static func compile(
        _ rules: CampaignRules, zones: Zones = .none
    ) -> Result<Conditions, Faults> {
        let environment = ConditionLanguage.environment.with(zones: zones)
        var faults: [Fault] = []
        func program(_ text: String, _ question: Question) -> Program? {
            do {
                return try Program.compile(text, in: environment, expecting: .bool)
            } catch {
                faults.append(Fault(question: question, errors: error))
                return nil
            }
        }
        let conditions = rules.conditions.enumerated().compactMap {
            program($1, .condition($0))
        }
        var review: Program?
        if case .when(let text) = rules.review { review = program(text, .review) }
        guard faults.isEmpty else { return .failure(Faults(all: faults)) }
        return .success(Conditions(conditions: conditions, review: review))
    }

    /// All expressions of a campaign that do not compile.
    package struct Faults: Error {
        /// The faults, in the order of the expressions; not empty.
        package let all: [Fault]
    }

    private init(conditions: [Program], review: Program?) {
        self.conditions = conditions
        self.review = review
    }

    /// True if the campaign has no expressions, so that no activation is needed.
    package var isEmpty: Bool { conditions.isEmpty && review == nil }

    /// True if an expression reads the lead or the referrer.
    package var readPeople: Bool {
        let people: Set<Int> = [
            ConditionLanguage.Slot.lead.rawValue, ConditionLanguage.Slot.referrer.rawValue,
        ]
        return (conditions + [review].compactMap(\.self))
            .contains { !$0.slots.isDisjoint(with: people) }
    }

    /// Returns the compiled expression.
    package func program(for question: Question) -> Program? {
        switch question {
        case .condition(let index): conditions.indices.contains(index) ? conditions[index] : nil
        case .review: review
        }
    }

    /// Evaluates an expression with these values; an error gives *unknown*, never false.
    package func verdict(
        on question: Question, given values: Activation, spending budget: inout Budget
    ) -> Verdict {
        guard let program = program(for: question) else {
            return .unknown("the campaign has no such expression")
        }
        let granted = Budget(cost: min(budget.cost, Budget().cost), size: budget.size)
        var left = granted
        let result = program.evaluate(values, spending: &left)
        budget.cost -= granted.cost - left.cost
        budget.size = left.size
        switch result {
        case .success(.bool(true)): return .true
        case .success(.bool(false)): return .false
        case .success: return .unknown("the expression returns neither true nor false")
        case .failure(let error): return .unknown(error.description)
        }
    }

    /// The budget for all expressions of one event, which the writer thread evaluates: that of two
    /// maximal expressions.
    package static var budget: Budget { Budget(cost: 200_000, size: 1 << 20) }
}
