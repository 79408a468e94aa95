import JSON
import Referrals
import Rules

extension Members {
    /// Notes what keeps a campaign's expressions from being used, where in the text it stands.
    func checkExpressions(of campaign: CampaignDeclaration) {
        guard reading.checksExpressions else { return }
        let rules = Campaign(
            id: ID(0), goalType: campaign.goalType, conditions: campaign.conditions,
            review: campaign.review)
        guard case .failure(let faults) = Conditions.compile(rules) else { return }
        for fault in faults.all {
            let value: JSON.Value?
            let name: String
            switch fault.question {
            case .condition(let index):
                name = "conditions"
                // What is no expression at all has no index among them.
                let texts = object?[name]?.elements.filter { element in
                    let count = element.stringBytes?.count ?? 0
                    return count > 0 && count <= Self.longestExpression
                }
                value = texts.flatMap { index < $0.count ? $0[index] : nil }
            case .review:
                name = "review"
                value = object?[name]
            }
            for diagnostic in fault.errors.diagnostics {
                let message = Fault.expression(diagnostic.message)
                if let value {
                    reading.note(message, at: place(of: diagnostic.range, in: value))
                } else {
                    note(message, at: name)
                }
            }
        }
    }

    /// Where a part of a text stands, if nothing before it is escaped; else the whole text.
    private func place(of range: Range<Int>, in value: JSON.Value) -> Range<Int> {
        let source = value.source
        let content = source.dropFirst().dropLast()
        guard !content.contains(UInt8(ascii: "\\")), range.upperBound <= content.count else {
            return value.range
        }
        let start = content.startIndex + range.lowerBound
        return start..<max(start + 1, content.startIndex + range.upperBound)
    }
}
