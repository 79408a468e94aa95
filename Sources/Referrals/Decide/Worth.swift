import Currencies

/// The value of a reward for one event.
enum Worth: Equatable {
    case known(GrantedValue)
    /// The value depends on an amount or a currency that the event lacks.
    case unknown
    /// The rule has amounts by currency, and none in the currency of the event.
    case unlisted(Amounts)

    /// The value; nil if it is not known.
    var value: GrantedValue? {
        if case .known(let value) = self { value } else { nil }
    }

    /// The reason for a person to review a reward of this value; nil if it is known.
    var doubt: ReasonCode? {
        switch self {
        case .known: nil
        case .unknown: .conditionUnknown
        case .unlisted: .currencyMismatch
        }
    }
}

extension CampaignReward {
    /// Returns the value for this event; nil if it depends on an amount or a currency that the
    /// event lacks, or that the rule does not list.
    package func granted(for event: QualifyingEvent) -> GrantedValue? { worth(for: event).value }

    /// Returns the value for this event. A share is rounded to the nearest minor unit, halves up,
    /// and then limited to its maximum.
    func worth(for event: QualifyingEvent) -> Worth {
        switch value {
        case .money(let money): return .known(.money(money))
        case .points(let points): return .known(.points(points))
        case .text(let text): return .known(.text(text))
        case .nothingStated: return .known(.nothingStated)
        case .amounts(let amounts):
            guard let currency = event.currency, let units = amounts[currency] else {
                return .unlisted(amounts)
            }
            return .known(.money(Money(units, currency)))
        case .percent(let percentage, let max):
            guard let amount = event.amount, amount >= 0, let currency = event.currency else {
                return .unknown
            }
            for case .amounts(let amounts)? in [max, budget] where amounts[currency] == nil {
                return .unlisted(amounts)
            }
            let share = percentage.of(amount)
            return .known(
                .money(Money(min(share, max?.units(in: currency) ?? share), currency)))
        }
    }
}

extension RewardRule {
    /// True if neither a condition nor a group nor multiples decide about the rule.
    var isUnconditional: Bool { when == nil && group == nil && every == nil }

    /// True if facts beyond the use of caps and budget decide about the rule.
    package var isPlain: Bool { every == nil && holdUntil == nil }
}

extension GrantedValue {
    /// The currency of money; nil for any other value.
    package var currency: Currency? {
        if case .money(let money) = self { money.currency } else { nil }
    }
}
