extension ReversalDecision {
    /// Returns the notifications of a reversal: the conversion if it changed, then its rewards.
    package func notifications(for facts: ReversalFacts) -> [Notification] {
        var due: [Notification] = []
        let before = facts.payment.remaining(after: facts.earlier)
        let after = facts.payment.remaining(after: facts.earlier + [facts.reversal])
        if conversion != facts.status || before != after {
            due.append(Notification(.conversionUpdated, .conversion))
        }
        return due + rewards.notifications(were: facts.rewards)
    }
}

extension [RewardChange] {
    /// Returns one notification for each changed reward, in the order given.
    ///
    /// - Parameter rewards: the rewards before the change.
    package func notifications(were rewards: [GrantedReward]) -> [Notification] {
        map { change in
            // A reward that returns from a refund or a second review may have been issued before.
            let wasIssued = rewards.first { $0.id == change.reward }?.wasIssued ?? false
            let isIssued = change.status == .issued && !wasIssued
            return Notification(isIssued ? .rewardIssued : .rewardUpdated, .granted(change.reward))
        }
    }
}
