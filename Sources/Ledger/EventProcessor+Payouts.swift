import Currencies
import Database
import Referrals
import Storage
import Time

// Payouts: cash rewards are queued when they are issued, gathered into a batch, and redeemed when
// the batch is paid. Each step takes as many transactions as it needs, and continues by itself
// after an interruption.
extension EventProcessor {
    /// The number of rewards that are gathered at once.
    private static let payoutPage = 64

    // MARK: Rewards

    /// Queues a new reward for payouts, if it is paid in cash.
    func notePayable(
        _ row: RewardRow, _ kind: CampaignReward.Kind, of campaign: CampaignSettings
    ) throws(StorageError) {
        guard kind == .cash, row.status == .issued, let issuedAt = row.issuedAt,
            case .money(let money)? = row.value
        else { return }
        try store.payouts.add(
            payable: row.id, in: money.currency, issuedAt: issuedAt, of: campaign.version.id,
            account: campaign.account)
    }

    /// True if a payout has the reward that is being paid or was paid.
    func isPaidOut(
        _ row: RewardRow, _ kind: CampaignReward.Kind
    ) throws(StorageError) -> Bool {
        guard kind == .cash, let line = try store.payouts.line(of: row.id) else { return false }
        if line.state == .paid { return true }
        return try store.payouts.find(line.payout)?.status == .paying
    }

    /// Keeps payouts in step with a change of a reward: a reward that is not issued any more leaves
    /// its payout or the queue, and a smaller one makes its payout smaller. A payout that is being
    /// paid keeps its rewards.
    func notePayout(
        of change: RewardChange, of target: Granted, _ conversion: ConversionRow, _ now: Instant
    ) throws(StorageError) {
        guard target.reward.kind == .cash, case .money(let money)? = target.row.value,
            let campaign = declarations.campaigns[conversion.campaign]
        else { return }
        let (wasIssued, isIssued) = (target.row.status == .issued, change.status == .issued)
        guard wasIssued || isIssued else { return }
        let id = target.row.id
        let issuedAt = target.row.issuedAt ?? now
        guard let line = try store.payouts.line(of: id) else {
            if wasIssued, !isIssued {
                try store.payouts.remove(
                    payable: id, in: money.currency, issuedAt: issuedAt,
                    account: campaign.account)
            } else if isIssued {
                try store.payouts.add(
                    payable: id, in: money.currency, issuedAt: issuedAt,
                    of: conversion.campaign, account: campaign.account)
            }
            return
        }
        guard line.state == .held, try store.payouts.find(line.payout)?.status != .paying else {
            return
        }
        if !isIssued {
            try store.payouts.remove(line, at: now)
        } else if let entry = change.entry {
            try store.payouts.change(line, by: entry.units, at: now)
        }
    }

    // MARK: Steps of a payout

    /// Gathers rewards until the turn is over. Returns false if there may be more of them. A payout
    /// that finds no reward is removed.
    package func gather(
        _ id: ID<PayoutRow>, now: Instant, turn: Turn
    ) throws(StorageError) -> Bool {
        while let payout = try store.payouts.find(id), payout.status == .gathering {
            let (rewards, isAtEnd) = try store.payouts.payables(of: payout, limit: Self.payoutPage)
            for (reward, issuedAt) in rewards {
                try store.payouts.remove(
                    payable: reward, in: payout.currency, issuedAt: issuedAt,
                    account: payout.account)
                guard let row = try store.rewards.find(reward), row.status == .issued,
                    case .money(let money)? = row.value
                else { continue }
                let ledger = try store.rewards.ledger(of: reward)
                let line = PayoutLine(
                    payout: id, reward: reward, participant: row.beneficiary,
                    amount: ledger.reduce(money.minorUnits) { $0 + $1.amount }, state: .held)
                _ = try store.payouts.add(line, at: now)
            }
            if isAtEnd {
                try open(id, now)
                return true
            }
            if turn.isOver { return false }
        }
        return true
    }

    /// Ends the gathering of a payout.
    private func open(_ id: ID<PayoutRow>, _ now: Instant) throws(StorageError) {
        guard let payout = try store.payouts.find(id) else { return }
        guard payout.rewards > 0 else { return try store.payouts.remove(id) }
        guard try store.payouts.set(.open, of: id, was: .gathering, at: now) else { return }
        try queue(
            [DueNotification(type: .payoutCreated, subject: id.number)], of: payout.campaign,
            account: payout.account, now)
    }

    /// Brings a payout that was paid or has failed to its last state, until the turn is over.
    /// Returns false if there is more to do.
    package func end(
        _ id: ID<PayoutRow>, now: Instant, turn: Turn
    ) throws(StorageError) -> Bool {
        while let payout = try store.payouts.find(id),
            payout.status == .paying || payout.status == .failing
        {
            let lines = try store.payouts.held(in: id, limit: Self.payoutPage)
            for line in lines {
                if payout.status == .paying {
                    try pay(line, of: payout, now)
                } else {
                    try free(line, of: payout)
                }
                if turn.isOver { return false }
            }
            guard lines.isEmpty else { continue }
            _ = try store.payouts.set(
                payout.status == .paying ? .paid : .failed, of: id, was: payout.status, at: now)
        }
        return true
    }

    /// Redeems the reward of a line. A reward that a refund has put to review meanwhile stays
    /// there: it was paid nevertheless.
    private func pay(
        _ line: PayoutLine, of payout: PayoutRow, _ now: Instant
    ) throws(StorageError) {
        _ = try decide(.redeem, on: line.reward, now: now)
        try store.payouts.end(line, as: .paid)
        try store.payoutTotals.count(
            line, in: payout.currency, account: payout.account, at: now)
    }

    private func free(_ line: PayoutLine, of payout: PayoutRow) throws(StorageError) {
        try store.payouts.end(line, as: .freed)
        guard let row = try store.rewards.find(line.reward), row.status == .issued,
            let issuedAt = row.issuedAt,
            let conversion = try store.conversions.find(line.reward.conversion)
        else { return }
        try store.payouts.add(
            payable: line.reward, in: payout.currency, issuedAt: issuedAt,
            of: conversion.campaign, account: payout.account)
    }

    // MARK: After an interruption

    func nextPayout() throws(StorageError) -> PayoutRow? {
        var last: Int64 = 0
        while let payout = try store.payouts.firstUnfinished(after: last) {
            guard setAside.contains(.payout(payout.id)) else { return payout }
            last = payout.id.number
        }
        return nil
    }

    /// Continues payouts. Returns true if there may be more to do.
    func continuePayouts(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        while let payout = try nextPayout() {
            let isDone = try setAside.moving(.payout(payout.id)) {
                () throws(StorageError) in
                if payout.status == .gathering {
                    try gather(payout.id, now: now, turn: turn)
                } else {
                    try end(payout.id, now: now, turn: turn)
                }
            }
            if !isDone || turn.isOver { return true }
        }
        return false
    }
}
