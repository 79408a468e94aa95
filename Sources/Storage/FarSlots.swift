import Database
import Referrals

/// The slots of a cap from `ClaimTable.firstFar` on, of which there may be millions.
///
/// Each slot below the highest one ever taken is in one of two tables: in `claims` while it is
/// taken, in `freed_slots` after it was freed. So the number taken is the highest slot less the
/// number of freed ones, which a trigger counts, and taking a slot writes nothing else.
final class FarSlots {
    private let highest, highestFreed, freedCount, firstFreed, ofReward, free, take: any Statement

    init(_ session: any Session) throws(StorageError) {
        let isInScope = "holder = ?1 AND rule = ?2 AND subject = ?3"
        highest = try session.prepare("SELECT max(slot) FROM claims WHERE \(isInScope)")
        highestFreed = try session.prepare(
            "SELECT max(slot) FROM freed_slots WHERE \(isInScope)")
        freedCount = try session.prepare("SELECT count FROM freed_counts WHERE \(isInScope)")
        firstFreed = try session.prepare(
            "SELECT min(slot) FROM freed_slots WHERE \(isInScope)")
        // The condition repeats the index's: SQLite uses a partial index only if the condition
        // implies it.
        ofReward = try session.prepare(
            """
            SELECT subject, slot FROM claims
            WHERE holder = ?1 AND rule = ?2 AND ref = ?3 AND rule > 0 AND slot >= 64
            """)
        free = try session.prepare(
            "INSERT INTO freed_slots(holder, rule, subject, slot) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"
        )
        take = try session.prepare(
            "DELETE FROM freed_slots WHERE \(isInScope) AND slot = ?4")
    }

    /// The usage of a cap of which some far slot is taken.
    func usage(
        in scope: ClaimTable.Scope, near: Int
    ) throws(StorageError) -> ClaimTable.Usage {
        let taken = try number(highest, scope) ?? ClaimTable.firstFar - 1
        let next = max(taken, try number(highestFreed, scope) ?? taken) + 1
        let freed = try number(freedCount, scope) ?? 0
        return ClaimTable.Usage(used: near + Int(next - ClaimTable.firstFar - freed), next: next)
    }

    /// The first far slot that was freed.
    func firstGap(in scope: ClaimTable.Scope) throws(StorageError) -> Int64? {
        try number(firstFreed, scope)
    }

    /// The far slot that a reward holds under the rule and the holder of a scope.
    func find(
        _ reward: ID<Reward>, like scope: ClaimTable.Scope
    ) throws(StorageError) -> (subject: Int64, slot: Int64)? {
        try ofReward.bind(1, scope.holderNumber)
        try ofReward.bind(2, scope.rule)
        try ofReward.bind(3, reward)
        defer { ofReward.reset() }
        return try ofReward.step() ? (ofReward.integer(0), ofReward.integer(1)) : nil
    }

    func noteTaken(_ slot: Int64, in scope: ClaimTable.Scope) throws(StorageError) {
        try run(take, slot, scope)
    }

    func noteFreed(_ slot: Int64, in scope: ClaimTable.Scope) throws(StorageError) {
        try run(free, slot, scope)
    }

    // MARK: Statements

    private func number(
        _ statement: any Statement, _ scope: ClaimTable.Scope
    ) throws(StorageError) -> Int64? {
        try ClaimTable.bind(scope, to: statement)
        defer { statement.reset() }
        return try statement.step() ? statement.optionalInteger(0) : nil
    }

    private func run(
        _ statement: any Statement, _ slot: Int64, _ scope: ClaimTable.Scope
    ) throws(StorageError) {
        try ClaimTable.bind(scope, to: statement)
        try statement.bind(4, slot)
        try statement.run()
    }
}
