import Database
import Referrals

/// The order of each segment of signups in blocks with counted sizes.
///
/// A position is the sum of the sizes of the blocks before, and a count within one block: it needs a
/// few hundred rows of a waitlist of any length. A change of a place writes two blocks.
///
/// Sizes that a transaction changes are kept in memory and written by `write`: before the commit,
/// before they are read, and before a block is split, removed or added. An import, whose signups
/// mostly belong to the last block, so writes each block once, and not once for each signup.
final class SignupBlocks {
    /// The largest size of a block; a larger one is split in two.
    var most = 1_000

    private let session: any Session
    private let holder, former, resize, add, remove, entry, sizeBefore, countWithin: any Statement
    private let total, next: any Statement

    private static let isIn = "campaign_id = ?1 AND status = ?2"
    private static let rank = "(behind, joined_at, participant_id)"

    init(_ session: any Session) throws(StorageError) {
        self.session = session
        holder = try session.prepare(
            """
            SELECT behind, joined_at, participant_id, size FROM signup_blocks
            WHERE \(Self.isIn) AND \(Self.rank) <= (?3, ?4, ?5)
            ORDER BY behind DESC, joined_at DESC, participant_id DESC LIMIT 1
            """)
        former = try session.prepare(
            """
            SELECT behind, joined_at, participant_id, size FROM signup_blocks
            WHERE \(Self.isIn) AND \(Self.rank) < (?3, ?4, ?5)
            ORDER BY behind DESC, joined_at DESC, participant_id DESC LIMIT 1
            """)
        resize = try session.prepare(
            """
            UPDATE signup_blocks SET size = ?6
            WHERE \(Self.isIn) AND behind = ?3 AND joined_at = ?4 AND participant_id = ?5
            """)
        add = try session.prepare(
            """
            INSERT INTO signup_blocks(campaign_id, status, behind, joined_at, participant_id, size)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """)
        remove = try session.prepare(
            """
            DELETE FROM signup_blocks
            WHERE \(Self.isIn) AND behind = ?3 AND joined_at = ?4 AND participant_id = ?5
            """)
        entry = try session.prepare(
            """
            SELECT behind, joined_at, participant_id FROM signups
            WHERE \(Self.isIn) AND \(Self.rank) >= (?3, ?4, ?5)
            ORDER BY behind, joined_at, participant_id LIMIT 1 OFFSET ?6
            """)
        sizeBefore = try session.prepare(
            """
            SELECT coalesce(sum(size), 0) FROM signup_blocks
            WHERE \(Self.isIn) AND \(Self.rank) < (?3, ?4, ?5)
            """)
        countWithin = try session.prepare(
            """
            SELECT count(*) FROM signups
            WHERE \(Self.isIn) AND \(Self.rank) >= (?3, ?4, ?5) AND \(Self.rank) < (?6, ?7, ?8)
            """)
        total = try session.prepare(
            "SELECT coalesce(sum(size), 0) FROM signup_blocks WHERE \(Self.isIn)")
        next = try session.prepare(
            """
            SELECT behind, joined_at, participant_id FROM signup_blocks
            WHERE \(Self.isIn) AND \(Self.rank) > (?3, ?4, ?5)
            ORDER BY behind, joined_at, participant_id LIMIT 1
            """)
    }

    private struct Block {
        /// The rank at which the block begins.
        var rank: SignupRank
        /// The number of its signups.
        var size: Int
    }

    /// A block in memory.
    private struct KeptBlock {
        var segment: SignupSegment
        var block: Block
        /// The rank at which the next block begins.
        var end = End.unread
        /// True if the table has another size.
        var isChanged = false

        enum End {
            case unread
            /// Nil for the last block of the segment.
            case read(SignupRank?)
        }
    }

    /// The blocks that the open transaction has found last, with their present sizes.
    private var kept: [KeptBlock] = []
    /// The number of blocks that are kept: enough for signups that join at the end, and for their
    /// referrers, who move among the first.
    private static let mostKept = 8

    // MARK: Memory

    /// Writes the sizes that differ from the table's.
    func write() throws(StorageError) {
        for index in kept.indices where kept[index].isChanged {
            try resize(kept[index].block, in: kept[index].segment)
            kept[index].isChanged = false
        }
    }

    /// Drops all blocks in memory, with the sizes that are not written.
    func forget() { kept.removeAll(keepingCapacity: true) }

    /// Writes the sizes and drops the blocks, whose bounds are about to change.
    private func release() throws(StorageError) {
        try write()
        forget()
    }

    /// The index in `kept` of the block that a place belongs to; nil if the segment has no block.
    private func keep(blockHolding key: SignupKey) throws(StorageError) -> Int? {
        for index in kept.indices where try holds(index, key) { return index }
        guard let block = try block(holding: key) else { return nil }
        if kept.count == Self.mostKept {
            if kept[0].isChanged { try resize(kept[0].block, in: kept[0].segment) }
            kept.removeFirst()
        }
        kept.append(KeptBlock(segment: key.segment, block: block))
        return kept.count - 1
    }

    private func holds(_ index: Int, _ key: SignupKey) throws(StorageError) -> Bool {
        let one = kept[index]
        guard one.segment == key.segment, one.block.rank <= key.rank else { return false }
        if case .read(let end) = one.end { return end.map { key.rank < $0 } ?? true }
        try bind(one.block.rank, one.segment, to: next)
        var end: SignupRank?
        if try next.step() {
            end = Self.rank(next)
            next.reset()
        }
        kept[index].end = .read(end)
        return end.map { key.rank < $0 } ?? true
    }

    // MARK: Counting

    /// The number of signups of the segment before a place.
    func count(before key: SignupKey) throws(StorageError) -> Int {
        try write()
        guard let block = try self.block(holding: key) else { return 0 }
        try bind(block.rank, key.segment, to: sizeBefore)
        guard try sizeBefore.step() else { return 0 }
        let before = Int(sizeBefore.integer(0))
        sizeBefore.reset()
        try bind(block.rank, key.segment, to: countWithin)
        try countWithin.bind(6, key.rank.behind)
        try countWithin.bind(7, key.rank.joinedAt)
        try countWithin.bind(8, key.rank.participant)
        guard try countWithin.step() else { return before }
        defer { countWithin.reset() }
        return before + Int(countWithin.integer(0))
    }

    /// The number of signups in a segment.
    func count(of segment: SignupSegment) throws(StorageError) -> Int {
        try write()
        try bind(segment, to: total)
        guard try total.step() else { return 0 }
        defer { total.reset() }
        return Int(total.integer(0))
    }

    /// A place of the segment that has `count` or fewer signups before it, and the number of those
    /// that a reader must skip from there; nil if the segment has no more than `count` signups.
    func place(
        after count: Int, in segment: SignupSegment
    ) throws(StorageError) -> (rank: SignupRank, skipped: Int)? {
        try write()
        let blocks = try session.prepare(
            """
            SELECT behind, joined_at, participant_id, size FROM signup_blocks WHERE \(Self.isIn)
            ORDER BY behind, joined_at, participant_id
            """)
        try bind(segment, to: blocks)
        defer { blocks.reset() }
        var left = count
        while try blocks.step() {
            let size = Int(blocks.integer(3))
            if left < size { return (Self.rank(blocks), left) }
            left -= size
        }
        return nil
    }

    // MARK: Changes

    /// Counts a signup whose row is stored.
    func insert(_ key: SignupKey) throws(StorageError) {
        guard let index = try keep(blockHolding: key) else {
            return try add(Block(rank: .first, size: 1), to: key.segment)
        }
        guard kept[index].block.size >= most else {
            kept[index].block.size += 1
            kept[index].isChanged = true
            return
        }
        let block = kept[index].block
        try release()
        let half = (block.size + 1) / 2
        guard let middle = try rank(of: half, from: block.rank, in: key.segment) else {
            throw .contradiction("a block of signups is counted larger than it is")
        }
        try resize(Block(rank: block.rank, size: half), in: key.segment)
        try add(Block(rank: middle, size: block.size + 1 - half), to: key.segment)
    }

    /// Counts a signup no more. A block that has become small joins the one before it.
    func remove(_ key: SignupKey) throws(StorageError) {
        guard let index = try keep(blockHolding: key), kept[index].block.size > 0 else {
            throw .contradiction("a signup is in no block")
        }
        kept[index].block.size -= 1
        kept[index].isChanged = true
        let block = kept[index].block
        guard block.size < most / 4, block.rank != .first else { return }
        // The block before may have another size in memory.
        try write()
        guard var before = try self.block(before: block.rank, in: key.segment),
            before.size + block.size <= most * 3 / 4
        else { return }
        forget()
        try bind(block.rank, key.segment, to: remove)
        try remove.run()
        before.size += block.size
        try resize(before, in: key.segment)
    }

    private func rank(
        of index: Int, from first: SignupRank, in segment: SignupSegment
    ) throws(StorageError) -> SignupRank? {
        try bind(first, segment, to: entry)
        try entry.bind(6, index)
        guard try entry.step() else { return nil }
        defer { entry.reset() }
        return Self.rank(entry)
    }

    private func block(holding key: SignupKey) throws(StorageError) -> Block? {
        try bind(key.rank, key.segment, to: holder)
        return try block(holder)
    }

    private func block(
        before rank: SignupRank, in segment: SignupSegment
    ) throws(StorageError) -> Block? {
        try bind(rank, segment, to: former)
        return try block(former)
    }

    private func block(_ statement: any Statement) throws(StorageError) -> Block? {
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Block(rank: Self.rank(statement), size: Int(statement.integer(3)))
    }

    private func add(_ block: Block, to segment: SignupSegment) throws(StorageError) {
        try bind(block.rank, segment, to: add)
        try add.bind(6, block.size)
        try add.run()
    }

    private func resize(
        _ block: Block, in segment: SignupSegment
    ) throws(StorageError) {
        try bind(block.rank, segment, to: resize)
        try resize.bind(6, block.size)
        try resize.run()
    }

    private func bind(
        _ segment: SignupSegment, to statement: any Statement
    ) throws(StorageError) {
        try statement.bind(1, segment.campaign.number)
        try statement.bind(2, segment.status.rawValue)
    }

    private func bind(
        _ rank: SignupRank, _ segment: SignupSegment, to statement: any Statement
    ) throws(StorageError) {
        try bind(segment, to: statement)
        try statement.bind(3, rank.behind)
        try statement.bind(4, rank.joinedAt)
        try statement.bind(5, rank.participant)
    }

    private static func rank(_ statement: any Statement) -> SignupRank {
        SignupRank(
            behind: statement.integer(0), joinedAt: statement.integer(1),
            participant: statement.integer(2))
    }
}
