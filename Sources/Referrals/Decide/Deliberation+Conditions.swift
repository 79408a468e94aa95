import Currencies

// The campaign's conditions. An unknown result is neither true nor false; a person decides then.

extension Deliberation {
    mutating func checkConditions(_ version: Campaign, _ verdict: (Question) -> Verdict) {
        let count = version.rules.conditions.count
        guard count > 0 else {
            sink.note(Check(.condition, .skipped, expected: .absent, observed: .absent))
            return
        }
        for index in 0..<count where isOpen {
            let verdict = verdict(.condition(index))
            switch verdict {
            case .true: break
            case .false: reject(.conditionFalse)
            case .unknown: holds.insert(.conditionUnknown)
            }
            sink.note(
                Check(
                    .condition, verdict.outcome(wanting: true),
                    reason: verdict.reason(else: .conditionFalse, wanting: true),
                    expected: .text(version.rules.conditions[index]), observed: verdict.evidence),
                answering: .condition(index))
        }
    }

    /// Withholds rewards for a purchase of amount zero, or one refunded before it arrived. The
    /// conversion counts.
    mutating func checkMoney(_ facts: Facts) {
        guard isOpen else { return }
        let amount = facts.event.goal == "purchase" ? facts.event.amount : nil
        let isPositive = amount.map { $0 > 0 }
        if isPositive == false { withholding = .amountNotPositive }
        sink.note(
            Check(
                .amountPositive, isPositive.map { $0 ? .pass : .fail } ?? .skipped,
                reason: isPositive == false ? .amountNotPositive : nil,
                expected: .text("above zero"), observed: amount.map { .count($0) } ?? .absent))
        let isRefunded = facts.history.isRefunded
        if isRefunded { withholding = .refundedFull }
        sink.note(
            Check(
                .notRefunded, isRefunded ? .fail : .pass,
                reason: isRefunded ? .refundedFull : nil, expected: .boolean(false),
                observed: .boolean(isRefunded)))
    }

    /// Checks that a share has an amount to be taken of, and that a reward is worth more than
    /// nothing. Rules with a condition, a group or multiples are checked when they are used.
    mutating func checkValues(_ facts: Facts, _ version: Campaign) {
        guard isOpen else { return }
        for index in version.rewards.indices {
            guard facts.mayGrant(version, index), withholding == nil,
                version.rewards[index].rule.isUnconditional
            else { continue }
            let worth = version.rewards[index].worth(for: facts.event)
            if worth == .unknown { holds.insert(.conditionUnknown) }
            noteWorth(worth, of: version.rewards[index], facts.event)
        }
    }

    mutating func noteWorth(
        _ worth: Worth, of rule: CampaignReward, _ event: QualifyingEvent
    ) {
        switch worth {
        case .known(let value):
            sink.note(
                Check(
                    .rewardValue, passes: value.units != 0, else: .noRewardConfigured,
                    reward: rule.id,
                    (expected: .text("amount and currency"), observed: .value(value))))
        case .unknown:
            sink.note(
                Check(
                    .rewardValue, .unknown, reason: .conditionUnknown, reward: rule.id,
                    expected: .text("amount and currency"), observed: .absent))
        case .unlisted(let amounts):
            sink.note(
                Check(
                    .rewardValue, .unknown, reason: .currencyMismatch, reward: rule.id,
                    expected: .text(amounts.codes),
                    observed: event.currency.map { .text($0.text) } ?? .absent))
        }
    }
}

extension Verdict {
    func outcome(wanting wanted: Bool) -> Check.Outcome {
        switch self {
        case .true: wanted ? .pass : .fail
        case .false: wanted ? .fail : .pass
        case .unknown: .unknown
        }
    }

    func reason(else reason: ReasonCode, wanting wanted: Bool) -> ReasonCode? {
        switch outcome(wanting: wanted) {
        case .fail: reason
        case .unknown: .conditionUnknown
        case .pass, .skipped: nil
        }
    }

    var evidence: Evidence {
        switch self {
        case .true: .boolean(true)
        case .false: .boolean(false)
        case .unknown(let why): .text(why)
        }
    }
}

extension Facts {
    /// True if the event can earn this reward; a referrer's reward requires the goal threshold.
    func mayGrant(_ version: Campaign, _ index: Int) -> Bool {
        version.rewards[index].beneficiary == .lead || reachesThreshold(of: version)
    }
}
