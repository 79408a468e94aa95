import Referrals

/// Compares the slots held with the rewards that should hold one, without a list of either: both
/// sides have a count and a sum of mixed numbers. Two different lists agree in both with a
/// probability of one in 2^64.
struct SlotSum {
    private var count = 0
    private var sum: UInt64 = 0

    mutating func addReward(_ reward: ID<Reward>, _ rule: ID<CampaignReward>) {
        count += 1
        sum &+= Self.mixed(reward, rule)
    }

    mutating func removeSlot(of reward: ID<Reward>, _ rule: ID<CampaignReward>) {
        count -= 1
        sum &-= Self.mixed(reward, rule)
    }

    var isBalanced: Bool { count == 0 && sum == 0 }

    /// SplitMix64's finaliser over both numbers.
    private static func mixed(_ reward: ID<Reward>, _ rule: ID<CampaignReward>) -> UInt64 {
        var mixed = UInt64(bitPattern: reward.number) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= UInt64(bitPattern: rule.number) &* 0xD6E8_FEB8_6659_FD93
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
