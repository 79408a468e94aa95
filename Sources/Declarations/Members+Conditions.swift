import Conditions
import JSON
import Reading
import Referrals
import Rules

extension Members {
    /// Notes the mistakes in a campaign's expressions, each at its place in the text.
    func checkExpressions(of campaign: CampaignDeclaration, _ check: ExpressionCheck) {
        guard !reading.isStored else { return }
        let rules = campaign.rules
        if case .failure(let faults) = Conditions.compile(
            rules, rewards: campaign.rewards, zones: check.zones)
        {
            for fault in faults.all {
                if let value = value(of: fault.question) {
                    note(fault.errors.diagnostics, in: value)
                } else {
                    for diagnostic in fault.errors.diagnostics {
                        note(.expression(diagnostic.message), at: fault.question.member)
                    }
                }
            }
        }
        if check.isLinting { lintExpressions(of: campaign, check) }
    }

    /// Notes the mistakes in the condition of a single reward.
    func checkWhen(of reward: RewardRule) {
        guard let text = reward.when, let value = object?["when"] else { return }
        do {
            _ = try Program.compile(text, in: ConditionLanguage.environment, expecting: .bool)
        } catch {
            note(error.diagnostics, in: value)
        }
    }

    /// Returns the value of a campaign's expression; nil if it comes from the base.
    private func value(of question: Question) -> JSON.Value? {
        if case .when(let place) = question {
            let rewards = object?["rewards"]?.elements.map { $0 } ?? []
            return rewards.indices.contains(place) ? rewards[place]["when"] : nil
        }
        guard let value = object?[question.member] else { return nil }
        guard case .condition(let index) = question else { return value }
        // A value that is not a text has no index among the expressions.
        let texts = value.elements.filter { element in
            let count = element.stringBytes?.count ?? 0
            return count > 0 && count <= Self.longestExpression
        }
        return texts.indices.contains(index) ? texts[index] : nil
    }

    private func lintExpressions(
        of campaign: CampaignDeclaration, _ check: ExpressionCheck
    ) {
        let (rules, id) = (campaign.rules, campaign.id)
        var questions: [(Question, String)] = rules.conditions.enumerated().map {
            (.condition($0), $1)
        }
        for (place, reward) in campaign.rewards.enumerated() {
            if let text = reward.when { questions.append((.when(place), text)) }
        }
        if case .when(let text) = rules.review { questions.append((.review, text)) }
        let environment = ConditionLanguage.environment.with(zones: check.zones)
        var earlier: [String: Question] = [:]
        var end: Question?
        for (question, text) in questions {
            guard let value = value(of: question),
                let program = try? Program.compile(text, in: environment, expecting: .bool)
            else { continue }
            check.add(
                ExpressionCheck.Expression(
                    range: value.range, program: program,
                    campaign: id.map { .numbered($0) } ?? .unnumbered))
            doubt(program.warnings, in: value)
            guard case .condition = question else { continue }
            if let end {
                reading.doubt(
                    "this condition is never evaluated: \(end.words) is always false",
                    at: value.range)
            } else if let first = earlier[program.canonicalText] {
                reading.doubt("this condition repeats \(first.words)", at: value.range)
            }
            earlier[program.canonicalText] = earlier[program.canonicalText] ?? question
            if program.constant == false { end = end ?? question }
        }
    }
}

extension Question {
    fileprivate var member: String {
        switch self {
        case .condition: "conditions"
        case .when: "rewards"
        case .review: "review"
        }
    }

    /// The place of the expression, as a pointer from the campaign.
    fileprivate var words: String {
        switch self {
        case .condition(let index): "conditions/\(index)"
        case .when(let place): "rewards/\(place)/when"
        case .review: "review"
        }
    }
}
