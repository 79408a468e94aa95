import Currencies
import Referrals
import Time

/// A change of state with its time, as a row of an earlier release states it.
struct CountedChange {
    var transition: Transition
    var at: Instant
    var amount: Int64
}

/// The changes of a conversion, from its row and its reversals.
struct ConversionHistory {
    private let row: ConversionRow
    private let account: ID<Account>
    private let source: ID<Source>?
    private var status: ConversionStatus
    private var remaining: Int64?
    private(set) var changes: [CountedChange] = []

    init(of row: ConversionRow, account: ID<Account>, source: ID<Source>?) {
        self.row = row
        self.account = account
        self.source = source
        remaining = row.payment.amount(leaving: row.payment.parts)
        status = row.wasApproved ? .approved : row.status == .approved ? .approved : .pending
        add(nil, status, at: row.createdAt, before: remaining)
    }

    /// Applies the reversals in the order of their receipt.
    mutating func apply(_ reversals: [(reversal: Reversal, at: Instant)]) {
        var applied: [Reversal] = []
        for (reversal, time) in reversals {
            applied.append(reversal)
            let left = row.payment.remaining(after: applied)
            let before = remaining
            remaining = row.payment.amount(leaving: left)
            var next = status
            switch status {
            case .pending, .approved: if left == 0 { next = .reversed }
            case .reversed: if left > 0 { next = row.wasApproved ? .approved : .pending }
            case .rejected, .fraud: break
            }
            add(status, next, at: time, before: before)
            status = next
        }
    }

    /// Ends in the state that the row has.
    mutating func end(at time: Instant) {
        if status != row.status { add(status, row.status, at: time, before: remaining) }
        status = row.status
    }

    private mutating func add(
        _ was: ConversionStatus?, _ became: ConversionStatus, at time: Instant, before: Int64?
    ) {
        let amount = row.revenue(
            was, became, before: before ?? 0, after: remaining ?? 0)
        guard was != became || amount != 0 else { return }
        let transition = row.transition(was, became, account: account, source: source)
        changes.append(CountedChange(transition: transition, at: time, amount: amount))
    }
}

/// The changes of a reward, from its row and its ledger.
struct RewardHistory {
    private let row: RewardRow
    private let kind: CampaignReward.Kind
    private let account: ID<Account>
    private let campaign: ID<Campaign>
    private let source: ID<Source>?
    private var status: RewardStatus
    private var worth: Int64
    private(set) var changes: [CountedChange] = []

    init(
        of row: RewardRow, kind: CampaignReward.Kind, account: ID<Account>, campaign: ID<Campaign>,
        source: ID<Source>?, grantedAt: Instant
    ) {
        self.row = row
        self.kind = kind
        self.account = account
        self.campaign = campaign
        self.source = source
        worth = row.value.reportUnit == .none ? 0 : row.value?.units ?? 0
        let isWaiting = [.inReview, .pending, .waitingStock].contains(row.status)
        if let issuedAt = row.issuedAt {
            status = issuedAt <= grantedAt ? .issued : .pending
        } else {
            status = isWaiting ? row.status : .pending
        }
        add(nil, status, at: grantedAt)
        if let issuedAt = row.issuedAt { move(to: .issued, at: issuedAt) }
        if let redeemedAt = row.redeemedAt { move(to: .redeemed, at: redeemedAt) }
    }

    /// Ends in the state and with the worth that row and ledger have.
    mutating func end(_ ledger: [RewardTable.LedgerEntry], at time: Instant) {
        var ledger = ledger[...]
        // The last entry takes the rest from a reward that ends.
        if !row.status.holdsSlot { ledger = ledger.dropLast() }
        for entry in ledger where row.value.reportUnit != .none {
            add(status, status, at: entry.at, amount: entry.amount)
            worth += entry.amount
        }
        move(to: row.status, at: time)
    }

    private mutating func move(to next: RewardStatus, at time: Instant) {
        guard next != status else { return }
        add(status, next, at: time)
        status = next
    }

    private mutating func add(
        _ was: RewardStatus?, _ became: RewardStatus, at time: Instant, amount: Int64? = nil
    ) {
        let transition = Transition(
            .reward(kind, was, became), account: account, campaign: campaign, source: source,
            unit: row.value.reportUnit)
        changes.append(
            CountedChange(transition: transition, at: time, amount: amount ?? worth))
    }
}

extension ConversionRow {
    /// The change of state as reports count it.
    package func transition(
        _ was: ConversionStatus?, _ became: ConversionStatus, account: ID<Account>,
        source: ID<Source>?
    ) -> Transition {
        Transition(
            .conversion(was, became), account: account, campaign: campaign, source: source,
            unit: currency.map { .currency($0) } ?? .none)
    }

    /// The change of the revenue, which is the remaining amount of approved conversions.
    ///
    /// - Parameters:
    ///   - before: The remaining amount before the change.
    ///   - after: The remaining amount after it.
    package func revenue(
        _ was: ConversionStatus?, _ became: ConversionStatus, before: Int64, after: Int64
    ) -> Int64 {
        guard currency != nil else { return 0 }
        return (became == .approved ? after : 0) - (was == .approved ? before : 0)
    }
}
