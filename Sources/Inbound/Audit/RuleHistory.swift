import Currencies
import Referrals
import Storage

/// What the rule of one campaign reward said in all its versions, and what its rewards come to.
struct RuleHistory {
    let campaign: ID<Campaign>
    /// What its rewards come to by its own count.
    let spent: Int64
    /// How many it has granted by its own count.
    let counted: Int64
    /// Each cap it ever had, once.
    private(set) var caps: [Cap] = []
    /// False where some version can't be read: then less is certain.
    private(set) var isComplete = true
    private var isShare: Set<Bool> = []
    /// What was granted, with what the ledger says of it.
    private var granted: Int64 = 0
    private(set) var number: Int64 = 0
    /// What was granted in each currency, less what was counted in it.
    private var uncounted: [String: Int64] = [:]
    private var isCertain = true

    init(campaign: ID<Campaign>, spent: Int64, counted: Int64) {
        self.campaign = campaign
        self.spent = spent
        self.counted = counted
    }

    mutating func add(_ rule: CampaignReward) {
        if !caps.contains(rule.cap) { caps.append(rule.cap) }
        isShare.insert(rule.isShare)
    }

    mutating func addUnreadable() { isComplete = false }

    /// Whether it gave a share of the amount, or didn't, in every version.
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

    /// Compares its own count in a currency.
    mutating func subtract(counted: Int64, in currency: String) {
        uncounted[currency, default: 0] &-= counted
    }

    /// The currencies whose count is not what its rewards come to; none where that isn't certain.
    var miscounted: [String] {
        isCertain ? uncounted.filter { $0.value != 0 }.keys.sorted() : []
    }

    /// What its own count should say was granted; nil where that isn't certain.
    var expectedSpent: Int64? { isCertain ? granted : nil }
}
