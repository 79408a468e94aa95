import JSON
import Referrals
import Rules
import Time

/// The compiled expressions of a campaign: its conditions, the conditions of its rewards and, if
/// present, its review expression.
package struct Conditions: Sendable {
    private let conditions: [Program]
    /// The condition of each reward; empty if no reward has one.
    private let whens: [Program?]
    private let review: Program?
    /// The counts of the campaign's history that the expressions and the multiples of the rewards
    /// need.
    package let needs: HistoryNeeds

    /// An expression that does not compile, with the compiler's errors.
    package struct Fault: Error {
        /// The expression.
        package let question: Question
        /// The compiler's errors.
        package let errors: CompileErrors
    }

    /// Compiles all expressions of a campaign; a failure has all their faults.
    package static func compile(
        _ rules: CampaignRules, rewards: [RewardRule], zones: Zones = .none
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
        var whens: [Program?] = []
        if rewards.contains(where: { $0.when != nil }) {
            whens = rewards.enumerated().map { place, rule in
                rule.when.flatMap { program($0, .when(place)) }
            }
        }
        var review: Program?
        if case .when(let text) = rules.review { review = program(text, .review) }
        guard faults.isEmpty else { return .failure(Faults(all: faults)) }
        return .success(
            Conditions(
                conditions: conditions, whens: whens, review: review,
                needs: HistoryNeeds(multiplesOf: rewards)))
    }

    /// All expressions of a campaign that do not compile.
    package struct Faults: Error {
        /// The faults, in the order of the expressions; not empty.
        package let all: [Fault]
    }

    private init(
        conditions: [Program], whens: [Program?], review: Program?, needs: HistoryNeeds
    ) {
        self.conditions = conditions
        self.whens = whens
        self.review = review
        var needs = needs
        for program in conditions + whens.compactMap(\.self) + [review].compactMap(\.self) {
            needs.formUnion(program.historyNeeds)
        }
        self.needs = needs
    }

    /// True if the campaign has no expressions, so that no activation is needed.
    package var isEmpty: Bool { conditions.isEmpty && whens.isEmpty && review == nil }

    /// True if a reward has a condition, whose results are stored with the facts.
    package var hasRewardConditions: Bool { !whens.isEmpty }

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
        case .when(let place): whens.indices.contains(place) ? whens[place] : nil
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
