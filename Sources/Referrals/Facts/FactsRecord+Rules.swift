// The part of a record that only campaigns with such rules have (format 3): the counts of the
// history, and the facts of rewards beyond one cap and a budget.
//
//     1   0 referrer's conversions · 1 lead's · 2 campaign's · 3 referrer's rewards · 4 sum of
//         amounts · 5 that sum is known · 6 the event's goal releases rewards
//     …   for each conversion count: number of changes, count; the rewards; the sum; the number
//         of rewards that wait for the goal
//     …   for each reward: 0-1 condition: none, true, false, unknown · 2 multiple taken
//         · 3 goal reached · 4 has further caps; then their number and the slots used of each

extension RecordCoder {
    mutating func rules(of facts: Facts) {
        let counts = facts.history.counts
        var bits: UInt8 = counts.referrer == nil ? 0 : 1
        if counts.lead != nil { bits |= 2 }
        if counts.campaign != nil { bits |= 4 }
        if counts.rewards != nil { bits |= 8 }
        if let total = counts.amountTotal { bits |= total == .unknown ? 0x10 : 0x30 }
        if facts.history.released != nil { bits |= 0x40 }
        byte(bits)
        for tally in [counts.referrer, counts.lead, counts.campaign] {
            guard let tally else { continue }
            signed(tally.step)
            signed(tally.count)
        }
        if let rewards = counts.rewards { signed(rewards) }
        if case .known(let total)? = counts.amountTotal { signed(total) }
        if let released = facts.history.released { count(released) }
        for reward in facts.rewards {
            var bits = reward.condition?.rawValue ?? 0
            if reward.isMultipleTaken { bits |= 4 }
            if reward.isGoalReached { bits |= 8 }
            if !reward.furtherSlotsUsed.isEmpty { bits |= 0x10 }
            byte(bits)
            guard !reward.furtherSlotsUsed.isEmpty else { continue }
            count(reward.furtherSlotsUsed.count)
            for used in reward.furtherSlotsUsed { count(used) }
        }
    }
}

extension RecordReader {
    /// A number of caps above that of any rule.
    private static let maxCaps = 64

    mutating func rules(of facts: inout Facts) throws(RecordError) {
        let bits = try byte()
        var counts = HistoryCounts()
        if bits & 1 != 0 { counts.referrer = try tally() }
        if bits & 2 != 0 { counts.lead = try tally() }
        if bits & 4 != 0 { counts.campaign = try tally() }
        if bits & 8 != 0 { counts.rewards = try signed() }
        if bits & 0x10 != 0 {
            counts.amountTotal = bits & 0x20 != 0 ? .known(try signed()) : .unknown
        }
        facts.history.counts = counts
        if bits & 0x40 != 0 { facts.history.released = try count() }
        for index in facts.rewards.indices {
            let bits = try byte()
            facts.rewards[index].condition = Truth(rawValue: bits & 3)
            facts.rewards[index].isMultipleTaken = bits & 4 != 0
            facts.rewards[index].isGoalReached = bits & 8 != 0
            guard bits & 0x10 != 0 else { continue }
            let caps = try count()
            guard caps <= Self.maxCaps else { throw .malformed }
            for _ in 0..<caps { facts.rewards[index].furtherSlotsUsed.append(try count()) }
        }
    }

    private mutating func tally() throws(RecordError) -> Tally {
        Tally(step: try signed(), count: try signed())
    }
}

extension Facts {
    /// True if a record of the facts has the part of format 3.
    var hasRules: Bool {
        !history.counts.isEmpty || history.released != nil || rewards.contains { !$0.isPlain }
    }
}
