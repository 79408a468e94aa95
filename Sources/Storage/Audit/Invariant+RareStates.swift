import Database
import Referrals

extension Invariant {
    /// The entries of `rare_states` are the rows in rare states.
    static let ofRareStates: [Invariant] = [
        rows(Outcome.self, "0", "outcome"),
        rows(ConversionStatus.self, "0", "status"),
        rows(RewardStatus.self, "0", "status"),
        rows(CouponState.self, "campaign_id", "state"),
        rows(DeliveryStatus.self, "webhook_id", "status"),
    ]

    private static func rows<State: ListedState>(
        _: State.Type, _ owner: SQL, _ state: SQL
    ) -> Invariant {
        Invariant(
            "the entries of \(State.list) in rare states are those rows",
            """
            SELECT CASE WHEN sum(entries) > 0
                THEN format('A search finds %s %s as %s, which it is not.', '\(State.list)', number, state)
                ELSE format('A search does not find %s %s, which is %s.', '\(State.list)', number, state)
                END
            FROM (SELECT owner, state, number, 1 AS entries FROM rare_states
                    WHERE list = '\(State.list)'
                UNION ALL SELECT \(owner), \(state), id, -1 FROM \(State.list)
                    WHERE \(state) IN (\(rareStates: State.self))) AS rows
            GROUP BY owner, state, number HAVING sum(entries) <> 0
            """)
    }
}
