import Database
import Referrals
import Storage

extension EventProcessor {
    /// The answer to an event's sender as of now, from the rows of its conversion.
    package func standing(
        of row: EventRow, isDuplicate: Bool
    ) throws(StorageError) -> Answer.Recorded {
        var answer = Answer.Recorded(
            event: row.id, outcome: row.outcome, reasons: row.reasons, conversion: row.conversion,
            isDuplicate: isDuplicate)
        guard let id = row.conversion else {
            var released: [RewardRow] = []
            for id in try store.goals.released(by: row.id) {
                if let reward = try store.rewards.find(id) { released.append(reward) }
            }
            answer.rewards = try summaries(of: released)
            return answer
        }
        // A refund or a second event for one order names another event's conversion; its own
        // outcome stays.
        guard id.number == row.id.number else {
            if row.outcome != .ignored { answer.rewards = try summaries(of: id) }
            return answer
        }
        let (found, rewards) = (try store.conversions.find(id), try store.rewards.of(id))
        guard let conversion = found else {
            throw .contradiction("event \(row.id.number) names a conversion that is not there")
        }
        answer.rewards = try summaries(of: rewards)
        answer.outcome = outcome(of: conversion, rewards)
        answer.reasons = reasons(for: answer, row, conversion, rewards)
        return answer
    }

    /// The reasons of an outcome that is not plain success, as of now.
    private func reasons(
        for answer: Answer.Recorded, _ row: EventRow, _ conversion: ConversionRow,
        _ rewards: [RewardRow]
    ) -> Reasons {
        switch answer.outcome {
        case .rejected: return [.reviewRejected]
        case .reversed: return [.refundedFull]
        case .held where conversion.status == .pending && row.outcome == .held:
            return row.reasons
        case .held:
            return rewards.filter { $0.status == .pending || $0.status == .inReview }
                .reduce(into: Reasons()) { $0.formUnion($1.reasons) }
        case .qualified:
            // Reasons of refusals from the time of the decision stay; all others come from the
            // rewards.
            let granted = rewards.reduce(into: Reasons()) { $0.formUnion($1.reasons) }
            guard row.outcome == .qualified else { return granted }
            let isGranted = answer.rewards.contains { $0.kind == .coupon }
            return row.reasons.subtracting(isGranted ? [.poolEmpty] : []).union(granted)
        case .rewarded, .parked, .unmapped, .ignored: return []
        }
    }

    func summaries(
        of rewards: [RewardRow]
    ) throws(StorageError) -> [Answer.RewardSummary] {
        var summaries: [Answer.RewardSummary] = []
        for reward in rewards {
            let rule = try self.rule(of: reward)
            guard let rule else { continue }
            summaries.append(
                Answer.RewardSummary(
                    id: reward.id, kind: rule.kind, beneficiary: rule.beneficiary,
                    status: reward.status, reasons: reward.reasons))
        }
        return summaries
    }

    /// The best reward determines the outcome, unless the conversion itself has another.
    private func outcome(of conversion: ConversionRow, _ rewards: [RewardRow]) -> Outcome {
        switch conversion.status {
        case .rejected, .fraud: return .rejected
        case .reversed: return .reversed
        case .pending: return .held
        case .approved: break
        }
        let statuses = rewards.map(\.status)
        if statuses.contains(.issued) || statuses.contains(.redeemed) { return .rewarded }
        if statuses.contains(.pending) || statuses.contains(.inReview) { return .held }
        return .qualified
    }
}
