import Conditions
import Declarations
import Ledger
import Referrals
import Rules
import Synchronization
import Workspace

/// Counts the outcomes of rules and checks in all decisions of the scenarios that are played with it.
package final class Coverage: DecisionObserver {
    private struct State {
        var rules: [CoverageReport.Rule] = []
        /// The places of the rules in `rules`.
        var places: [RuleKey: Int] = [:]
        var checks: [Check.Subject: CoverageReport.Counts] = [:]
    }

    /// Scenarios declare campaigns of their own; rules of the same name, place and text are one.
    private struct RuleKey: Hashable {
        let campaign: String
        let place: String
        let text: String
    }

    private let state = Mutex(State())

    /// Creates a coverage without decisions.
    package init() {}

    /// The counts of all decisions so far.
    package var report: CoverageReport {
        state.withLock { state in
            CoverageReport(
                rules: state.rules,
                checks: Check.Subject.allCases.map { subject in
                    CoverageReport.CheckCounts(
                        subject: subject, counts: state.checks[subject] ?? .init())
                })
        }
    }

    /// Adds the rules that a scenario declares, so that those without any decision are reported, too.
    package func declare(_ scenario: Scenario) {
        declare(scenario.given)
        for step in scenario.steps {
            if case .apply(let workspace, _) = step.action { declare(workspace) }
        }
    }

    private func declare(_ workspace: WorkspaceFile) {
        for entry in workspace.campaigns {
            let rules = entry.campaign.rules
            // A workspace with an expression that does not compile is refused before it is played.
            guard
                case .success(let conditions) = Conditions.compile(
                    rules, rewards: entry.campaign.rewards)
            else { continue }
            let whens = entry.campaign.rewards.indices.map { Question.when($0) }
            for question in rules.questions + whens {
                guard let program = conditions.program(for: question) else { continue }
                state.withLock { _ = Self.place(of: program, question, rules.name, &$0) }
            }
        }
    }

    /// Counts the outcomes of the expressions that the decision evaluated, and of its checks.
    package func observe(
        _ facts: Facts, of campaign: CampaignSettings?, values: Activation?
    ) {
        var asked: [Question] = []
        var budget = Conditions.budget
        let verdict: (Question) -> Verdict = { question in
            guard let campaign, let values else {
                return .unknown("the campaign has no such expression")
            }
            return campaign.conditions.verdict(on: question, given: values, spending: &budget)
        }
        _ = decide(facts) { question in
            asked.append(question)
            return verdict(question)
        }
        budget = Conditions.budget
        let checks = explain(facts, verdict: verdict).trace.checks
        state.withLock { state in
            for check in checks { state.checks[check.subject, default: .init()].count(check) }
            guard let campaign, let values else { return }
            for question in asked {
                guard let program = campaign.conditions.program(for: question) else { continue }
                let place = Self.place(of: program, question, campaign.version.rules.name, &state)
                state.rules[place].count(program.explain(values).root)
            }
        }
    }

    private static func place(
        of program: Program, _ question: Question, _ campaign: String, _ state: inout State
    ) -> Int {
        let key = RuleKey(
            campaign: campaign, place: question.place, text: program.source.text)
        if let place = state.places[key] { return place }
        let rule = CoverageReport.Rule(
            campaign: campaign, place: question.place, text: key.text, parts: program.parts)
        state.places[key] = state.rules.count
        state.rules.append(rule)
        return state.rules.count - 1
    }
}
