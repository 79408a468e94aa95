import Database
import Referrals
import Storage

/// How far caps are used up. Small ones are counted in the table each time; what a large one counts, a cap
/// of a whole campaign for one, is remembered between transactions of one writer.
final class CapUsage: ForgettableRows {
    private let store: Store
    private var large: [ClaimTable.Scope: ClaimTable.Usage] = [:]
    /// What was counted last: an event's decision and its record ask for the same. Slots are taken and
    /// freed by way of this type only.
    private var last: (scope: ClaimTable.Scope, usage: ClaimTable.Usage)?

    /// Up to here counting costs less than remembering.
    private static let small = 64
    private static let maxRemembered = 10_000

    init(_ store: Store) {
        self.store = store
        store.memory.register(self)
    }

    func forget() {
        large.removeAll(keepingCapacity: true)
        last = nil
    }

    func usage(of cap: Cap, in scope: ClaimTable.Scope) throws(StorageError) -> ClaimTable.Usage {
        guard cap.count > Self.small else {
            if let last, last.scope == scope { return last.usage }
            let usage = try store.claims.usage(in: scope)
            last = (scope, usage)
            return usage
        }
        if let known = large[scope] { return known }
        let usage = try store.claims.usage(in: scope)
        if large.count >= Self.maxRemembered { large.removeAll(keepingCapacity: true) }
        large[scope] = usage
        return usage
    }

    /// Takes a slot below the cap; false where none is left.
    func take(
        in scope: ClaimTable.Scope, of cap: Cap, for reward: ID<Reward>
    ) throws(StorageError) -> Bool {
        let usage = try usage(of: cap, in: scope)
        last = nil
        guard
            let slot = try store.claims.takeSlot(
                in: scope, below: cap.count, given: usage, for: reward)
        else { return false }
        if large[scope] != nil {
            large[scope] = ClaimTable.Usage(used: usage.used + 1, next: max(usage.next, slot + 1))
        }
        return true
    }

    /// A slot of the rule was freed.
    func noteRelease(of rule: ID<CampaignReward>) {
        large = large.filter { $0.key.rule != rule }
        last = nil
    }
}
