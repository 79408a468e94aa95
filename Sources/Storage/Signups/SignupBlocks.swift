import Database
import Referrals

/// The order of each segment of signups in blocks with counted sizes.
///
/// A position is the sum of the sizes of the blocks before, and a count within one block: it needs a
/// few hundred rows of a waitlist of any length. A change of a place writes two blocks.
final class SignupBlocks {
    /// The largest size of a block; a larger one is split in two.
    var most = 1_000

    private let session: any Session
    private let holder, former, resize, add, remove, entry, sizeBefore, countWithin: any Statement
    private let total: any Statement

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
    }

    private struct Block {
        var rank: SignupRank
        var size: Int
    }

    // MARK: Counting

    /// The number of signups of the segment before a place.
    func count(before key: SignupKey) throws(StorageError) -> Int {
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
        guard let block = try self.block(holding: key) else {
            return try add(Block(rank: .first, size: 1), to: key.segment)
        }
        guard block.size >= most else {
            return try resize(block, to: block.size + 1, in: key.segment)
        }
        let half = (block.size + 1) / 2
        guard let middle = try rank(of: half, from: block.rank, in: key.segment) else {
            throw .contradiction("a block of signups is counted larger than it is")
        }
        try resize(block, to: half, in: key.segment)
        try add(Block(rank: middle, size: block.size + 1 - half), to: key.segment)
    }

    /// Counts a signup no more. A block that has become small joins the one before it.
    func remove(_ key: SignupKey) throws(StorageError) {
        guard var block = try self.block(holding: key), block.size > 0 else {
            throw .contradiction("a signup is in no block")
        }
        block.size -= 1
        if block.size < most / 4, block.rank != .first,
            let before = try self.block(before: block.rank, in: key.segment),
            before.size + block.size <= most * 3 / 4
        {
            try bind(block.rank, key.segment, to: remove)
            try remove.run()
            return try resize(before, to: before.size + block.size, in: key.segment)
        }
        try resize(block, to: block.size, in: key.segment)
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
        _ block: Block, to size: Int, in segment: SignupSegment
    ) throws(StorageError) {
        try bind(block.rank, segment, to: resize)
        try resize.bind(6, size)
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
