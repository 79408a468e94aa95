import Referrals
import Rules

/// A version of a campaign with its compiled expressions.
package struct RuleSet: Sendable {
    /// The version of the campaign.
    package let campaign: Campaign
    /// The compiled expressions of the campaign.
    package let conditions: Conditions

    /// Creates a rule set from its parts.
    package init(_ campaign: Campaign, _ conditions: Conditions) {
        self.campaign = campaign
        self.conditions = conditions
    }

    /// The expressions of the campaign, in the order of a decision.
    package var questions: [Question] {
        campaign.rules.questions
            + campaign.rewards.indices.filter { campaign.rewards[$0].rule.when != nil }
            .map { .when($0) }
    }

    /// The expressions of the campaign with their programs.
    var programs: [(question: Question, program: Program)] {
        questions.compactMap { question in
            conditions.program(for: question).map { (question, $0) }
        }
    }
}

extension CampaignRules {
    /// The expressions of the rules, in the order of a decision.
    package var questions: [Question] {
        let review: [Question] = if case .when = review { [.review] } else { [] }
        return conditions.indices.map { .condition($0) } + review
    }
}

extension Question {
    /// The member of a campaign that holds the expression, such as `conditions/0`.
    package var place: String {
        switch self {
        case .condition(let index): "conditions/\(index)"
        case .when(let place): "rewards/\(place)/when"
        case .review: "review"
        }
    }
}
