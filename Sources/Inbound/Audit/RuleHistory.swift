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
        let (sum, overflow) = granted.addingReportingOverflow(remaining)
        granted = sum
        if overflow { isCertain = false }
    }

    /// What its own count should say was granted; nil where that isn't certain.
    var expectedSpent: Int64? { isCertain ? granted : nil }
}
