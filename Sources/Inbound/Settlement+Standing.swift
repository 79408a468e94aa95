import Referrals
import SQLite
import Storage

extension Settlement {
    /// What an event's sender is told as things stand now, from the rows of its conversion.
    package func standing(
        of row: EventRow, isDuplicate: Bool
    ) throws(SettlementError) -> Answer.Settled {
        var answer = Answer.Settled(
            event: row.id, outcome: row.outcome, reasons: row.reasons, conversion: row.conversion,
            isDuplicate: isDuplicate)
        guard let id = row.conversion else { return answer }
        // A refund or a second event for one order names somebody else's conversion; its own outcome stays.
        guard id.number == row.id.number else {
            if row.outcome != .ignored { answer.rewards = try summaries(of: id) }
            return answer
        }
        let (found, rewards) = try stored { () throws(SQLiteError) in
            (try store.conversions.find(id), try store.rewards.of(id))
        }
        guard let conversion = found else {
            throw .contradiction("event \(row.id.number) names a conversion that is not there")
        }
        answer.rewards = try summaries(of: rewards)
        answer.outcome = outcome(of: conversion, rewards)
        if answer.outcome == .rewarded { answer.reasons = [] }
        return answer
    }

    func summaries(
        of rewards: [RewardRow]
    ) throws(SettlementError) -> [Answer.RewardSummary] {
        var summaries: [Answer.RewardSummary] = []
        for reward in rewards {
            let rule = try stored { () throws(SQLiteError) in try self.rule(of: reward) }
            guard let rule else { continue }
            summaries.append(
                Answer.RewardSummary(
                    id: reward.id, kind: rule.kind, beneficiary: rule.beneficiary,
                    status: reward.status, reasons: reward.reasons))
        }
        return summaries
    }

    /// The best reward names the outcome, unless the conversion itself says otherwise.
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
