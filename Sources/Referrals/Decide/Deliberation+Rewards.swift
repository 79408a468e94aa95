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
        var rewards: [RewardDecision] = []
        rewards.reserveCapacity(count)
        for index in 0..<count {
            rewards.append(
                capped(
                    facts, version.rewards[index], facts.rewards[index],
                    mayGrant: facts.mayGrant(version, index)))
        }
        if let withholding {
            for index in rewards.indices { rewards[index].withhold(withholding) }
        }
        takeStock(facts, version, &rewards)
        checkReview(version, verdict)
        // Without a reward to grant, no review is needed.
        if withholding != nil { holds = [] }
        let heldUntil = checkHold(facts, version, rewards)
        guard rejection == nil else { return conclusion(facts) }
        for index in rewards.indices where rewards[index].isEarned {
            settle(&rewards[index], heldUntil)
        }
        return decision(rewards)
    }

    /// Returns the reward after the checks of threshold, value, cap and budget; `issued` if all
    /// allow it.
    private mutating func capped(
        _ facts: Facts, _ rule: CampaignReward, _ used: RewardFacts, mayGrant: Bool
    ) -> RewardDecision {
        var reward = RewardDecision(
            campaignReward: rule.id, beneficiary: rule.beneficiary, kind: rule.kind)
        let value = rule.value.granted(for: facts.event)
        if !mayGrant { reward.reasons.insert(.goalNotReached) }
        // A value of zero is no reward: none is issued without a benefit.
        if let value, value.units <= 0 { reward.reasons.insert(.noRewardConfigured) }
        let fits = used.slotsUsed < rule.cap.count
        if !fits {
            reward.reasons.insert(
                rule.cap.isOnce(per: rule.beneficiary) ? .alreadyRewarded : .capReached)
        }
        sink.note(
            Check(
                .cap, fits ? .pass : .fail,
                reason: fits
                    ? nil : rule.cap.isOnce(per: rule.beneficiary) ? .alreadyRewarded : .capReached,
                reward: rule.id, expected: .count(Int64(rule.cap.count)),
                observed: .count(Int64(used.slotsUsed))))
        if checkBudget(rule, used, value) == false { reward.reasons.insert(.budgetExhausted) }
        if reward.reasons.isEmpty {
            reward.status = .issued
            reward.value = value
            reward.window = rule.cap.window.key(of: facts.event.occurredAt)
        }
        return reward
    }

    /// Returns the reason to refuse the reward for its budget; nil without a budget or with an
    /// unknown value.
    private mutating func checkBudget(
        _ rule: CampaignReward, _ used: RewardFacts, _ value: GrantedValue?
    ) -> Bool? {
        guard let budget = rule.budget, let value else {
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
    private mutating func takeStock(
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

    private mutating func checkReview(
        _ version: Campaign, _ verdict: (Question) -> Verdict
    ) {
        switch version.rules.review {
        case .never:
            sink.note(Check(.review, .skipped, expected: .absent, observed: .absent))
        case .always:
            holds.insert(.awaitingReview)
            sink.note(
                Check(
                    .review, .fail, reason: .awaitingReview, expected: .text("no review"),
                    observed: .text("always")))
        case .when(let expression):
            let verdict = verdict(.review)
            if let reason = verdict.reason(else: .awaitingReview, wanting: false) {
                holds.insert(reason)
            }
            sink.note(
                Check(
                    .review, verdict.outcome(wanting: false),
                    reason: verdict.reason(else: .awaitingReview, wanting: false),
                    expected: .text(expression), observed: verdict.evidence),
                answering: .review)
        }
    }

    /// Returns the end of the hold; nil without a hold. The hold begins with the approval: this
    /// decision, or the reviewer's.
    private mutating func checkHold(
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

    private func settle(_ reward: inout RewardDecision, _ heldUntil: Instant?) {
        if !holds.isEmpty {
            reward.status = .inReview
            reward.reasons.formUnion(holds)
        } else if let heldUntil {
            reward.heldUntil = heldUntil
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
            if reward.status == .pending, best != .rewarded { best = .held }
            reasons.formUnion(reward.reasons)
        }
        switch best {
        case .rewarded: reasons = []
        case .held: reasons = [.heldUntil]
        default: if rewards.isEmpty { reasons = [.noRewardConfigured] }
        }
        return Decision(outcome: best, reasons: reasons, conversion: .approved, rewards: rewards)
    }
}

extension RewardDecision {
    /// True if a reward is to be recorded.
    package var isEarned: Bool { status != nil }

    mutating func withhold(_ reason: ReasonCode) {
        drop()
        reasons = Reasons(reason)
    }

    mutating func drop() {
        status = nil
        value = nil
        window = 0
    }
}
