import Time

// The rules of one reward beyond cap and budget: its condition, its group, its multiples, and the
// goal for which it waits.

extension Deliberation {
    /// Decides a reward up to its budget, and appends it.
    mutating func grant(
        _ index: Int, _ facts: Facts, _ version: Campaign, _ verdict: (Question) -> Verdict,
        _ rewards: inout [RewardDecision]
    ) {
        let rule = version.rewards[index]
        let mayGrant = facts.mayGrant(version, index)
        let worth = rule.worth(for: facts.event)
        if rule.rule.isUnconditional {
            var reward = capped(facts, rule, facts.rewards[index], mayGrant: mayGrant, worth, nil)
            if case .unlisted = worth, reward.isEarned { reward.doubts = [.currencyMismatch] }
            return rewards.append(reward)
        }
        if let group = rule.rule.group, let user = user(of: group, rule, version, rewards) {
            sink.note(
                Check(
                    .group, .skipped, reward: rule.id, expected: .text(group),
                    observed: .count(user.number)))
            return rewards.append(
                RewardDecision(
                    campaignReward: rule.id, beneficiary: rule.beneficiary, kind: rule.kind))
        }
        var doubts = Reasons()
        var refusal: ReasonCode?
        switch checkWhen(index, rule, verdict) {
        case .true: pass(rule, version, &rewards)
        case .false: refusal = .rewardConditionFalse
        case .unknown:
            doubts.insert(.conditionUnknown)
            pass(rule, version, &rewards)
        }
        if mayGrant, withholding == nil, refusal == nil {
            noteWorth(worth, of: rule, facts.event)
            if let doubt = worth.doubt { doubts.insert(doubt) }
        }
        let multiple = checkMultiple(rule, facts, facts.rewards[index])
        if refusal == nil { refusal = multiple.refusal }
        var reward = capped(
            facts, rule, facts.rewards[index], mayGrant: mayGrant, worth, refusal)
        if multiple.isDeferred, refusal != .rewardConditionFalse {
            reward.drop()
            reward.reasons = []
            reward.isDeferred = true
        } else if reward.isEarned {
            reward.doubts = doubts
            reward.multiple = multiple.reached
        }
        reward.isUsed = refusal != .rewardConditionFalse
        rewards.append(reward)
    }

    /// Returns the earlier rule of the same group and beneficiary that is used.
    private func user(
        of group: String, _ rule: CampaignReward, _ version: Campaign, _ rewards: [RewardDecision]
    ) -> ID<CampaignReward>? {
        for (index, reward) in rewards.enumerated() where reward.isUsed {
            let earlier = version.rewards[index]
            if earlier.beneficiary == rule.beneficiary, earlier.rule.group == group {
                return earlier.id
            }
        }
        return nil
    }

    /// Removes the reason of the earlier rules of the group: the rule that is used decides.
    private func pass(
        _ rule: CampaignReward, _ version: Campaign, _ rewards: inout [RewardDecision]
    ) {
        guard let group = rule.rule.group else { return }
        for index in rewards.indices
        where version.rewards[index].rule.group == group
            && version.rewards[index].beneficiary == rule.beneficiary
        {
            rewards[index].reasons = []
        }
    }

    private mutating func checkWhen(
        _ index: Int, _ rule: CampaignReward, _ verdict: (Question) -> Verdict
    ) -> Verdict {
        guard let expression = rule.rule.when else { return .true }
        let verdict = verdict(.when(index))
        sink.note(
            Check(
                .when, verdict.outcome(wanting: true),
                reason: verdict.reason(else: .rewardConditionFalse, wanting: true),
                reward: rule.id, expected: .text(expression), observed: verdict.evidence),
            answering: .when(index))
        return verdict
    }

    /// The result of the check of multiples.
    private struct Multiple {
        var reached: Int64?
        var refusal: ReasonCode?
        var isDeferred = false
    }

    /// Checks that the conversion is one of the multiples of `every`. A conversion that waits for a
    /// review is counted when it is approved.
    private mutating func checkMultiple(
        _ rule: CampaignReward, _ facts: Facts, _ used: RewardFacts
    ) -> Multiple {
        guard let every = rule.every.map({ Int64($0) }) else { return Multiple() }
        guard holds.isEmpty else {
            sink.note(
                Check(
                    .milestone, .skipped, reward: rule.id, expected: .count(every),
                    observed: .absent))
            return Multiple(isDeferred: true)
        }
        let number = facts.history.counts.conversions(of: rule.beneficiary) + 1
        let isDue = number % every == 0
        let next = isDue ? number : (number / every + 1) * every
        sink.note(
            Check(
                .milestone, passes: isDue, else: .milestoneNotReached, reward: rule.id,
                (expected: .count(next), observed: .count(number))))
        guard isDue else { return Multiple(refusal: .milestoneNotReached) }
        sink.note(
            Check(
                .multipleFree, passes: !used.isMultipleTaken, else: .alreadyRewarded,
                reward: rule.id,
                (expected: .boolean(false), observed: .boolean(used.isMultipleTaken))))
        return Multiple(
            reached: number, refusal: used.isMultipleTaken ? .alreadyRewarded : nil)
    }

    /// Checks that the lead has reached the goal of `hold_until`. Returns the number of days that
    /// the reward waits for it otherwise.
    mutating func checkHoldUntil(_ rule: CampaignReward, _ used: RewardFacts) -> Int? {
        guard let hold = rule.rule.holdUntil else { return nil }
        sink.note(
            Check(
                .holdUntil, passes: used.isGoalReached, else: .heldUntil, reward: rule.id,
                (
                    expected: .text(hold.goal),
                    observed: used.isGoalReached ? .text(hold.goal) : .absent
                )))
        return used.isGoalReached ? nil : hold.days
    }

    /// Decides an event whose goal releases rewards: it makes no conversion.
    mutating func release(_ released: Int, _ facts: Facts) -> Decision {
        sink.note(
            Check(
                .released, .pass, expected: .text(facts.event.goal),
                observed: .count(Int64(released))))
        return Decision(outcome: released > 0 ? .rewarded : .ignored, reasons: [])
    }
}

/// Decides the rewards of a conversion that earn by multiples, when the conversion is approved after
/// its event was decided: by a review, or by a reinstatement.
///
/// - Parameter facts: the event's amount and times; the counts, the use of the rules, the coupons
///   and the time of the approval; the verdicts of the rewards' conditions as stored with the
///   event.
/// - Returns: one decision for each reward of the campaign; those without multiples have no status
///   and no reasons.
package func decideMultiples(_ facts: Facts) -> [RewardDecision] {
    guard let version = facts.campaign, facts.rewards.count == version.rewards.count else {
        return []
    }
    var deliberation = Deliberation(sink: Silence())
    return deliberation.multiples(facts, version)
}

extension Deliberation {
    mutating func multiples(_ facts: Facts, _ version: Campaign) -> [RewardDecision] {
        now = facts.now
        let amount = facts.event.goal == "purchase" ? facts.event.amount : nil
        if let amount, amount <= 0 { withholding = .amountNotPositive }
        var rewards: [RewardDecision] = []
        for index in version.rewards.indices {
            grant(
                index, facts, version,
                { question in
                    guard case .when(let place) = question else { return .true }
                    return Verdict(facts.rewards[place].condition)
                }, &rewards)
        }
        for index in rewards.indices {
            if version.rewards[index].every == nil { rewards[index].forget() }
            if let withholding { rewards[index].withhold(withholding) }
        }
        takeStock(facts, version, &rewards)
        let heldUntil = checkHold(facts, version, rewards)
        for index in rewards.indices where rewards[index].isEarned {
            settle(&rewards[index], version.rewards[index], facts.rewards[index], heldUntil)
        }
        return rewards
    }
}

extension RewardDecision {
    /// Drops a reward about which nothing is decided.
    fileprivate mutating func forget() {
        drop()
        reasons = []
    }
}
