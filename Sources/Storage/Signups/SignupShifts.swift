import Database
import Referrals
import Time

/// The order of a waitlist in memory, taken back to the moment before its logged moves, from which
/// follows which signups have shifted, when, and from which position.
struct SignupShifts {
    /// A logged change of the order.
    struct Move {
        var id: Int64
        var participant: Int64
        var former: Int?
        var position: Int?
        var at: Instant
    }

    /// A signup that has shifted for the first time since its last notification.
    struct Shift: Equatable {
        var participant: Int64
        var former: Int
    }

    private struct Entry {
        var participant: Int64
        /// True if an earlier change of the signup is not yet notified.
        var isKnown: Bool
    }

    private var order: [Entry]

    /// Takes the present order back to the moment before the moves.
    ///
    /// - Parameter known: The signups with an earlier change that is not yet notified.
    init(order: [Int64], known: Set<Int64>, before moves: [Move]) {
        self.order = order.map { Entry(participant: $0, isKnown: known.contains($0)) }
        for move in moves.reversed() {
            if let position = move.position { take(move.participant, at: position) }
            if let former = move.former {
                put(move.participant, at: former, isKnown: known.contains(move.participant))
            }
        }
    }

    /// Makes the next move. Returns the signups that it has shifted for the first time.
    mutating func make(_ move: Move) -> [Shift] {
        let last = order.count
        let first = min(move.former ?? last + 1, move.position ?? last + 1)
        let end = max(move.former ?? last, move.position ?? last)
        var shifts: [Shift] = []
        // A signup that joins or leaves is notified otherwise.
        let isOwn = move.former != nil && move.position != nil
        if first <= end {
            for index in (first - 1)..<min(end, last) where !order[index].isKnown {
                guard isOwn || order[index].participant != move.participant else { continue }
                order[index].isKnown = true
                shifts.append(Shift(participant: order[index].participant, former: index + 1))
            }
        }
        var isKnown = false
        if let former = move.former { isKnown = take(move.participant, at: former) }
        if let position = move.position { put(move.participant, at: position, isKnown: isKnown) }
        return shifts
    }

    /// Removes a signup from its place, or from another one if `apply` has changed the order
    /// meanwhile.
    @discardableResult
    private mutating func take(_ participant: Int64, at position: Int) -> Bool {
        var index = position - 1
        if !order.indices.contains(index) || order[index].participant != participant {
            guard let other = order.firstIndex(where: { $0.participant == participant }) else {
                return false
            }
            index = other
        }
        return order.remove(at: index).isKnown
    }

    private mutating func put(_ participant: Int64, at position: Int, isKnown: Bool) {
        let entry = Entry(participant: participant, isKnown: isKnown)
        order.insert(entry, at: max(0, min(position - 1, order.count)))
    }
}

extension Store {
    /// The largest number of rows that one call of `noteShifts` writes.
    private static let mostShifts = 2_000

    /// Notes the changes of positions that follow from the logged moves of a waitlist.
    ///
    /// - Parameters:
    ///   - delay: The time from a signup's first change to its notification.
    ///   - isOver: True ends the work; some of it is done nevertheless.
    /// - Returns: True if moves are left.
    package func noteShifts(
        of campaign: ID<Campaign>, after delay: Duration, isOver: () -> Bool
    ) throws(StorageError) -> Bool {
        let moves = try signupNotices.moves(of: campaign)
        let order = try signups.order(of: campaign)
        let known = try signupNotices.shifting(in: campaign)
        var shifts = SignupShifts(order: order, known: known, before: moves)
        var written = 0
        var last: Int64 = 0
        for move in moves {
            for shift in shifts.make(move) {
                // The rest of a move follows in the next call, which skips what is noted.
                guard written < Self.mostShifts else {
                    try signupNotices.forgetMoves(of: campaign, through: last)
                    return true
                }
                try signupNotices.note(
                    SignupNotices.Change(
                        participant: ID(shift.participant), campaign: campaign, reach: .shifts,
                        former: shift.former), due: move.at + delay)
                written += 1
            }
            last = move.id
            if isOver() { break }
        }
        try signupNotices.forgetMoves(of: campaign, through: last)
        return last != moves.last?.id ?? last
    }
}

extension SignupTable {
    /// The waiting participants of a waitlist in the order of their positions.
    func order(of campaign: ID<Campaign>) throws(StorageError) -> [Int64] {
        let statement = try session.prepare(
            """
            SELECT participant_id FROM signups WHERE campaign_id = ?1 AND status = 'waiting'
            ORDER BY behind, joined_at, participant_id
            """)
        try statement.bind(1, campaign.number)
        var order: [Int64] = []
        while try statement.step() { order.append(statement.integer(0)) }
        return order
    }
}
