import Referrals
import Storage

/// What the rule of one campaign reward said in all its versions, and what its rewards come to.
struct RuleHistory {
    let campaign: ID<Campaign>
    /// What was spent of its budget by its own count.
    let spent: Int64
    /// Each cap it ever had, once.
    private(set) var caps: [Cap] = []
    /// False where some version can't be read: then less is certain.
    private(set) var isComplete = true
    private var hasBudget: Set<Bool> = []
    private var isShare: Set<Bool> = []
    /// What is known to have been granted under a budget, with what the ledger says of it.
    private(set) var granted: Int64 = 0
    private(set) var isCertain = true

    init(campaign: ID<Campaign>, spent: Int64) {
        self.campaign = campaign
        self.spent = spent
    }

    mutating func add(_ rule: CampaignReward) {
        if !caps.contains(rule.cap) { caps.append(rule.cap) }
        hasBudget.insert(rule.budget != nil)
        isShare.insert(rule.isShare)
    }

    mutating func addUnreadable() { isComplete = false }

    /// Whether it gave a share of the amount, or didn't, in every version.
    func isAlways(share: Bool) -> Bool { isComplete && isShare == [share] }

    /// Counts a reward granted under this rule as it was then.
    mutating func count(_ reward: StoredReward, under rule: CampaignReward?) {
        guard let rule else {
            isCertain = false
            return
        }
        // Later entries were counted under the rule of their time, which only matters where it changed.
        if hasBudget.count > 1, !reward.ledger.isEmpty { isCertain = false }
        guard rule.budget != nil, let remaining = reward.remaining else { return }
        granted &+= remaining
    }

    /// What the budget should say was spent; nil where that isn't certain.
    var expectedSpent: Int64? { isComplete && isCertain ? granted : nil }
}
