import JSON
import Referrals
import Rules
import Time

/// A campaign's expressions, compiled: its conditions and, where it has one, the one that asks for review.
package struct Conditions: Sendable {
    private let conditions: [Program]
    private let review: Program?

    /// Which of a campaign's expressions does not compile, and why.
    package struct Fault: Error {
        package let question: Question
        package let errors: CompileErrors
    }

    /// All faults at once.
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

    package struct Faults: Error {
        package let all: [Fault]
    }

    private init(conditions: [Program], review: Program?) {
        self.conditions = conditions
        self.review = review
    }

    /// Nothing is asked, so nothing need be put together for it.
    package var isEmpty: Bool { conditions.isEmpty && review == nil }

    package func program(for question: Question) -> Program? {
        switch question {
        case .condition(let index): conditions.indices.contains(index) ? conditions[index] : nil
        case .review: review
        }
    }

    /// What the campaign's expression says of these values; an error is *unknown*, never false.
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
        case .success: return .unknown("the expression gives no true or false")
        case .failure(let error): return .unknown(error.description)
        }
    }

    /// A budget for all expressions of one event, which the writer evaluates: two of the longest.
    package static var budget: Budget { Budget(cost: 200_000, size: 1 << 20) }
}
