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
    /// Whether it has a budget by its latest version, and whether it had by all. While it has none nothing is
    /// counted; when it gets one, all is counted anew.
    private var hasBudget = false
    private var budgets: Set<Bool> = []
    private var isShare: Set<Bool> = []
    /// What was granted, with what the ledger says of it: in all, and under a budget.
    private var granted: Int64 = 0
    private var grantedUnderBudget: Int64 = 0
    private(set) var isCertain = true

    init(campaign: ID<Campaign>, spent: Int64) {
        self.campaign = campaign
        self.spent = spent
    }

    mutating func add(_ rule: CampaignReward) {
        if !caps.contains(rule.cap) { caps.append(rule.cap) }
        hasBudget = rule.budget != nil
        budgets.insert(hasBudget)
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
        guard let remaining = reward.remaining else { return }
        granted &+= remaining
        if rule.budget != nil { grantedUnderBudget &+= remaining }
    }

    /// What the budget should say was spent; nil where that isn't certain.
    var expectedSpent: Int64? {
        guard isComplete, isCertain else { return nil }
        guard budgets.count > 1 else { return grantedUnderBudget }
        return hasBudget ? granted : nil
    }
}
