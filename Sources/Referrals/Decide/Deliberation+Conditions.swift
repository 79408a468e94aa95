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
    /// nothing.
    mutating func checkValues(_ facts: Facts, _ version: Campaign) {
        guard isOpen else { return }
        for index in version.rewards.indices {
            guard facts.mayGrant(version, index), withholding == nil else { continue }
            let worth = version.rewards[index].value.granted(for: facts.event)
            if worth == nil { holds.insert(.conditionUnknown) }
            sink.note(
                Check(
                    .rewardValue, worth == nil ? .unknown : worth?.units == 0 ? .fail : .pass,
                    reason: worth == nil
                        ? .conditionUnknown : worth?.units == 0 ? .noRewardConfigured : nil,
                    reward: version.rewards[index].id,
                    expected: .text("amount and currency"),
                    observed: worth.map { .value($0) } ?? .absent))
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

extension RewardValue {
    /// Returns the value for this event; nil if the value depends on an amount that the event
    /// lacks.
    ///
    /// A share is rounded to the nearest minor unit, halves up, and then limited to its maximum.
    package func granted(for event: QualifyingEvent) -> GrantedValue? {
        switch self {
        case .money(let money): return .money(money)
        case .points(let points): return .points(points)
        case .text(let text): return .text(text)
        case .nothingStated: return .nothingStated
        case .percent(let percentage, let max):
            guard let amount = event.amount, amount >= 0, let currency = event.currency else {
                return nil
            }
            let share = percentage.of(amount)
            return .money(Money(min(share, max ?? share), currency))
        }
    }
}
