import Database
import Referrals

/// A state by which a list can be searched.
protocol ListedState: RawRepresentable<String>, CaseIterable, Sendable {
    /// The table of the rows that have the state.
    static var list: String { get }
    /// True for the states that few rows have. Only these rows are entered in `rare_states`.
    var isRare: Bool { get }
}

/// The rows in rare states, by state and number: the table `rare_states`.
///
/// A search for a rare state reads them instead of the whole list. They are not a partial index of
/// each table, as SQLite opens every index of a table for each inserted row, in whatever state it
/// is: that took 8 % of the main path. A qualification that earns its reward at once enters
/// nothing here.
///
/// Whatever changes a state must call one of these functions in the same transaction; the audit
/// compares the entries with the rows.
package final class RareStates {
    /// The statements that enter the rows of all lists in the empty table.
    package static let entries = Schema.rareStates

    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// Enters a new row, if its state is rare.
    ///
    /// - Parameter owner: The campaign of a coupon, the webhook of a delivery, else 0.
    func enter<State: ListedState>(
        _ state: State, _ id: Int64, of owner: Int64 = 0
    ) throws(StorageError) {
        guard state.isRare else { return }
        let insert = try session.prepare(
            """
            INSERT INTO rare_states(list, owner, state, number) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO NOTHING
            """)
        try insert.bind(1, State.list)
        try insert.bind(2, owner)
        try insert.bind(3, state.rawValue)
        try insert.bind(4, id)
        try insert.run()
    }

    /// Moves a row from its former state to a new one.
    func move<State: ListedState>(
        _ id: Int64, from former: State, to state: State, of owner: Int64 = 0
    ) throws(StorageError) {
        if former.isRare { try leave(State.self, id, of: owner) }
        try enter(state, id, of: owner)
    }

    /// Moves a row to a state from one that is not known.
    func move<State: ListedState>(
        _ id: Int64, to state: State, of owner: Int64 = 0
    ) throws(StorageError) {
        try leave(State.self, id, of: owner)
        try enter(state, id, of: owner)
    }

    private func leave<State: ListedState>(
        _: State.Type, _ id: Int64, of owner: Int64
    ) throws(StorageError) {
        let delete = try session.prepare(
            """
            DELETE FROM rare_states WHERE list = ?1 AND owner = ?2
                AND state IN (\(rareStates: State.self)) AND number = ?3
            """)
        try delete.bind(1, State.list)
        try delete.bind(2, owner)
        try delete.bind(3, id)
        try delete.run()
    }

    /// Enters the deliveries of a webhook whose numbers lie in a range as they are now.
    func refreshDeliveries(
        of webhook: ID<Webhook>, _ range: Range<Int64>
    ) throws(StorageError) {
        let delete = try session.prepare(
            """
            DELETE FROM rare_states AS s WHERE s.list = 'deliveries' AND s.owner = ?1
                AND s.state IN (\(rareStates: DeliveryStatus.self))
                AND s.number >= ?2 AND s.number < ?3
                AND NOT EXISTS (SELECT 1 FROM deliveries AS d
                    WHERE d.webhook_id = ?1 AND d.id = s.number AND d.status = s.state)
            """)
        let insert = try session.prepare(
            """
            INSERT INTO rare_states(list, owner, state, number)
            SELECT 'deliveries', webhook_id, status, id FROM deliveries
            WHERE webhook_id = ?1 AND id >= ?2 AND id < ?3
                AND status IN (\(rareStates: DeliveryStatus.self))
            ON CONFLICT DO NOTHING
            """)
        for statement in [delete, insert] {
            try statement.bind(1, webhook)
            try statement.bind(2, range.lowerBound)
            try statement.bind(3, range.upperBound)
            try statement.run()
        }
    }
}

extension SQL.StringInterpolation {
    /// The rare states of a list, as the members of an SQL list.
    mutating func appendInterpolation<State: ListedState>(rareStates _: State.Type) {
        appendInterpolation(
            State.allCases.filter(\.isRare).map { "'\($0.rawValue)'" }.joined(separator: ", "))
    }
}

extension Outcome: ListedState {
    static let list = "events"

    var isRare: Bool {
        switch self {
        case .rewarded, .qualified, .held: false
        case .rejected, .parked, .unmapped, .ignored, .reversed: true
        }
    }
}

extension ConversionStatus: ListedState {
    static let list = "conversions"

    var isRare: Bool {
        switch self {
        case .approved: false
        case .pending, .rejected, .fraud, .reversed: true
        }
    }
}

extension RewardStatus: ListedState {
    static let list = "rewards"

    /// Rewards with the status `pending` are found by the index `rewards_held`.
    var isRare: Bool {
        switch self {
        case .issued, .pending: false
        case .inReview, .waitingStock, .redeemed, .rejected, .revoked: true
        }
    }
}

extension CouponState: ListedState {
    static let list = "coupons"

    var isRare: Bool {
        switch self {
        case .available, .reserved, .assigned: false
        case .redeemed, .voided: true
        }
    }
}

extension DeliveryStatus: ListedState {
    static let list = "deliveries"

    var isRare: Bool {
        switch self {
        case .pending, .sending, .delivered: false
        case .failed, .cancelled: true
        }
    }
}
