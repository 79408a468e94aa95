import Currencies
import Referrals
import Storage

/// The history of one campaign reward's rule in all versions, and the sums of its rewards.
struct RuleHistory {
    let campaign: ID<Campaign>
    /// The sum of its rewards by its own count.
    let spent: Int64
    /// The number of its rewards by its own count.
    let counted: Int64
    /// Each cap it ever had, once.
    private(set) var caps: [Cap] = []
    /// The numbers of caps that it ever had.
    private(set) var slotCounts: Set<Int> = []
    /// False if some version cannot be read: then less is certain.
    private(set) var isComplete = true
    private var isShare: Set<Bool> = []
    /// The sum granted, with the changes of the ledger.
    private var granted: Int64 = 0
    private(set) var number: Int64 = 0
    /// The sum granted in each currency, less the count in it.
    private var uncounted: [String: Int64] = [:]
    private var isCertain = true

    init(campaign: ID<Campaign>, spent: Int64, counted: Int64) {
        self.campaign = campaign
        self.spent = spent
        self.counted = counted
    }

    mutating func add(_ rule: CampaignReward) {
        for cap in rule.caps where !caps.contains(cap) { caps.append(cap) }
        slotCounts.insert(rule.caps.count)
        isShare.insert(rule.isShare)
    }

    /// True if each reward of the rule holds one slot, whatever the version.
    var hasOneSlot: Bool { slotCounts.isEmpty || slotCounts == [1] }

    mutating func addUnreadable() { isComplete = false }

    /// True if the reward was, or was not, a share of the amount in every version.
    func isAlways(share: Bool) -> Bool { isComplete && isShare == [share] }

    /// Counts a reward granted under this rule.
    mutating func count(_ reward: StoredReward) {
        number += 1
        guard let remaining = reward.remaining else { return }
        if case .money(let money)? = reward.row.value {
            uncounted[money.currency.text, default: 0] &+= remaining
        }
        let (sum, overflow) = granted.addingReportingOverflow(remaining)
        granted = sum
        if overflow { isCertain = false }
    }

    /// Subtracts the rule's own count in a currency.
    mutating func subtract(counted: Int64, in currency: String) {
        uncounted[currency, default: 0] &-= counted
    }

    /// The currencies whose count differs from the sum of the rewards; empty if that is not
    /// certain.
    var miscounted: [String] {
        isCertain ? uncounted.filter { $0.value != 0 }.keys.sorted() : []
    }

    /// The expected value of its own count of sums; nil if that is not certain.
    var expectedSpent: Int64? { isCertain ? granted : nil }
}
