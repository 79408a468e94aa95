import Database
import Referrals
import Storage

/// The usage of caps. The slots of small caps are counted in the table each time; the count of a
/// large cap, such as one of a whole campaign, is kept between transactions of one writer.
final class CapUsage: ForgettableRows {
    private let store: Store
    private var registration: WriterMemory.Registration?
    private var large: [ClaimTable.Scope: ClaimTable.Usage] = [:]
    /// The latest count: the decision on an event and its record need the same. Slots are taken and
    /// freed only through this type.
    private var last: (scope: ClaimTable.Scope, usage: ClaimTable.Usage)?

    /// The largest count that costs less to repeat than to keep.
    private static let small = 64
    private static let maxRemembered = 10_000

    init(_ store: Store) {
        self.store = store
        registration = store.memory.register(self)
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

    /// Takes a slot below the cap. Returns false if none is left.
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

    /// Notes that a slot of the rule was freed.
    func noteRelease(of rule: ID<CampaignReward>) {
        large = large.filter { $0.key.rule != rule }
        last = nil
    }
}
