import Time

// Caps, stock, review and hold: the rewards to grant, and whether they are issued at once.

extension Deliberation {
    mutating func rewards(
        _ facts: Facts, _ version: Campaign, _ verdict: (Question) -> Verdict
    ) -> Decision {
        let count = version.rewards.count
        guard facts.rewards.count == count else {
            // Reward facts are not counted for a rejected event.
            precondition(rejection != nil, "each campaign reward has its facts")
            return conclusion(facts)
        }
        let review = reviewVerdict(version, verdict)
        // Without a reward to grant, no review is needed.
        if withholding != nil { holds = [] }
        var rewards: [RewardDecision] = []
        rewards.reserveCapacity(count)
        for index in 0..<count { grant(index, facts, version, verdict, &rewards) }
        if let withholding {
            for index in rewards.indices { rewards[index].withhold(withholding) }
        }
        takeStock(facts, version, &rewards)
        noteReview(version, review)
        let heldUntil = checkHold(facts, version, rewards)
        guard rejection == nil else { return conclusion(facts) }
        for index in rewards.indices where rewards[index].isEarned {
            settle(&rewards[index], version.rewards[index], facts.rewards[index], heldUntil)
        }
        return decision(rewards)
    }

    /// Returns the reward after the checks of threshold, value, caps and budget; `issued` if all
    /// allow it.
    ///
    /// - Parameter refusal: the reason of an earlier check of the rule that failed.
    mutating func capped(
        _ facts: Facts, _ rule: CampaignReward, _ used: RewardFacts, mayGrant: Bool,
        _ worth: Worth, _ refusal: ReasonCode?
    ) -> RewardDecision {
        var reward = RewardDecision(
            campaignReward: rule.id, beneficiary: rule.beneficiary, kind: rule.kind)
        if !mayGrant { reward.reasons.insert(.goalNotReached) }
        // A value of zero is no reward: none is issued without a benefit.
        if let value = worth.value, value.units <= 0 { reward.reasons.insert(.noRewardConfigured) }
        if let full = checkCaps(rule, used) { reward.reasons.insert(full) }
        if checkBudget(rule, used, worth.value) == false {
            reward.reasons.insert(.budgetExhausted)
        }
        if let refusal {
            reward.reasons = Reasons(refusal)
        } else if reward.reasons.isEmpty {
            reward.status = .issued
            reward.value = worth.value
            reward.window = rule.caps.first?.window.key(of: facts.event.occurredAt) ?? 0
        }
        return reward
    }

    /// Checks all caps of a rule. Returns the reason of the first that is full.
    private mutating func checkCaps(_ rule: CampaignReward, _ used: RewardFacts) -> ReasonCode? {
        var full: ReasonCode?
        for (index, cap) in rule.caps.enumerated() {
            let fits = used.used(index) < cap.count
            let reason: ReasonCode? =
                fits ? nil : cap.isOnce(per: rule.beneficiary) ? .alreadyRewarded : .capReached
            full = full ?? reason
            sink.note(
                Check(
                    .cap, fits ? .pass : .fail, reason: reason, reward: rule.id,
                    expected: rule.caps.count == 1 ? .count(Int64(cap.count)) : .cap(cap),
                    observed: .count(Int64(used.used(index)))))
        }
        return full
    }

    /// Returns false if the reward must be refused for its budget; nil without a budget or with an
    /// unknown value.
    private mutating func checkBudget(
        _ rule: CampaignReward, _ used: RewardFacts, _ value: GrantedValue?
    ) -> Bool? {
        guard let value, let budget = rule.budget?.units(in: value.currency) else {
            sink.note(
                Check(.budget, .skipped, reward: rule.id, expected: .absent, observed: .absent))
            return nil
        }
        let (spent, overflow) = used.budgetSpent.addingReportingOverflow(value.units)
        let fits = !overflow && spent <= budget
        sink.note(
            Check(
                .budget, fits ? .pass : .fail, reason: fits ? nil : .budgetExhausted,
                reward: rule.id, expected: .count(budget),
                observed: .count(overflow ? .max : spent)))
        return fits
    }

    /// Takes a coupon. All coupon rewards of a campaign share one pool and queue behind rewards
    /// that wait already.
    mutating func takeStock(
        _ facts: Facts, _ version: Campaign, _ rewards: inout [RewardDecision]
    ) {
        var left = max(0, facts.pool.unused - facts.pool.waiting)
        for index in rewards.indices where rewards[index].kind == .coupon {
            sink.note(
                Check(
                    .couponAvailable, left > 0 ? .pass : .fail,
                    reason: left > 0 ? nil : .poolEmpty, reward: rewards[index].campaignReward,
                    expected: .count(1), observed: .count(Int64(left))))
            guard rewards[index].isEarned else { continue }
            if left > 0 {
                left -= 1
                rewards[index].coupon = .assign
                continue
            }
            rewards[index].reasons.insert(.poolEmpty)
            if version.rewards[index].onEmptyPool == .wait {
                rewards[index].status = .waitingStock
            } else {
                rewards[index].drop()
            }
        }
    }

    /// Evaluates the campaign's review expression, and collects its reason for a review. Returns
    /// nil if the campaign has none.
    private mutating func reviewVerdict(
        _ version: Campaign, _ verdict: (Question) -> Verdict
    ) -> Verdict? {
        switch version.rules.review {
        case .never: return nil
        case .always:
            holds.insert(.awaitingReview)
            return nil
        case .when:
            let verdict = verdict(.review)
            if let reason = verdict.reason(else: .awaitingReview, wanting: false) {
                holds.insert(reason)
            }
            return verdict
        }
    }

    private mutating func noteReview(_ version: Campaign, _ verdict: Verdict?) {
        switch (version.rules.review, verdict) {
        case (.when(let expression), let verdict?):
            sink.note(
                Check(
                    .review, verdict.outcome(wanting: false),
                    reason: verdict.reason(else: .awaitingReview, wanting: false),
                    expected: .text(expression), observed: verdict.evidence),
                answering: .review)
        case (.always, _):
            sink.note(
                Check(
                    .review, .fail, reason: .awaitingReview, expected: .text("no review"),
                    observed: .text("always")))
        case (.never, _), (.when, nil):
            sink.note(Check(.review, .skipped, expected: .absent, observed: .absent))
        }
    }

    /// Returns the end of the hold; nil without a hold. The hold begins with the approval: this
    /// decision, or the reviewer's.
    mutating func checkHold(
        _ facts: Facts, _ version: Campaign, _ rewards: [RewardDecision]
    ) -> Instant? {
        let days = version.rules.holdDays
        guard days > 0, holds.isEmpty, rewards.contains(where: { $0.isEarned }) else {
            sink.note(Check(.hold, .skipped, expected: .absent, observed: .absent))
            return nil
        }
        let end = facts.now + .days(days)
        sink.note(
            Check(
                .hold, .fail, reason: .heldUntil, expected: .time(end), observed: .time(facts.now)))
        return end
    }

    mutating func settle(
        _ reward: inout RewardDecision, _ rule: CampaignReward, _ used: RewardFacts,
        _ heldUntil: Instant?
    ) {
        let waits = checkHoldUntil(rule, used)
        let holds = holds.union(reward.doubts)
        if !holds.isEmpty {
            reward.status = .inReview
            reward.reasons.formUnion(holds)
        } else if let end = waits.map({ now + .days($0) }) ?? heldUntil {
            reward.heldUntil = end
            reward.awaitsGoal = waits != nil
            if reward.status == .issued {
                reward.status = .pending
                reward.reasons.insert(.heldUntil)
            }
        }
        if reward.status != .issued, reward.coupon == .assign { reward.coupon = .reserve }
    }

    private func decision(_ rewards: [RewardDecision]) -> Decision {
        if let withholding {
            return Decision(
                outcome: withholding == .refundedFull ? .reversed : .qualified,
                reasons: Reasons(withholding), conversion: .approved, rewards: rewards)
        }
        guard holds.isEmpty else {
            return Decision(outcome: .held, reasons: holds, conversion: .pending, rewards: rewards)
        }
        var best = Outcome.qualified
        var reasons = Reasons()
        for reward in rewards {
            if reward.status == .issued { best = .rewarded }
            if reward.isHeld, best != .rewarded { best = .held }
            reasons.formUnion(reward.reasons)
        }
        switch best {
        case .rewarded: reasons = []
        case .held:
            reasons = rewards.filter(\.isHeld).reduce(into: []) { $0.formUnion($1.reasons) }
        default: if rewards.isEmpty { reasons = [.noRewardConfigured] }
        }
        return Decision(outcome: best, reasons: reasons, conversion: .approved, rewards: rewards)
    }
}

extension RewardDecision {
    /// True if a reward is to be recorded.
    package var isEarned: Bool { status != nil }
    /// True if the reward waits for the end of a hold, or for a person.
    fileprivate var isHeld: Bool { status == .pending || status == .inReview }

    mutating func withhold(_ reason: ReasonCode) {
        drop()
        reasons = Reasons(reason)
    }

    mutating func drop() {
        status = nil
        value = nil
        window = 0
        multiple = nil
        doubts = []
    }
}
