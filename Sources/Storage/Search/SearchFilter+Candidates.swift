import Database
import Referrals

// The ways in which a search finds the rows of a filter without reading all rows.
//
// Each uses an index. Those made for searches hold states that are rare, so that the main path does
// not write them (see Schema.searches); all others exist for another purpose.
extension SearchFilter {
    /// The rows that may have the filter's condition, and perhaps others; nil if no index finds
    /// them. The first index that tells rows best apart is asked first.
    func candidates(in table: SearchedTable, _ account: ID<Account>) -> [Rows]? {
        switch self {
        case .person(let name, let digest): person(name, digest, table, account)
        case .businessKey(let key, let digest): order(key, digest, table, account)
        case .lead(let id): table == .conversions ? Self.conversions(of: Self.one(id)) : nil
        case .referrer(let id): table == .conversions ? [Self.referred(by: Self.one(id))] : nil
        case .beneficiary(let id):
            table == .rewards
                ? Self.rewards(
                    of: Self.conversions(of: Self.one(id)) + [Self.referred(by: Self.one(id))])
                : nil
        case .referredBy(let id):
            [Rows("id", of: "participants WHERE referred_by = ?", [.integer(id)])]
        case .externalID(let text):
            [
                Rows(
                    "id",
                    of: """
                        participants WHERE campaign_id IN
                            (SELECT id FROM campaigns WHERE account_id = ?) AND external_id = ?
                        """, [.integer(account.number), .text(text)])
            ]
        case .customer(let text): Self.customers(text, account)
        case .status("pending") where table == .rewards:
            [
                Rows(
                    "id",
                    of:
                        "rewards \(sqlite: "INDEXED BY rewards_held") WHERE status = 'pending'")
            ]
        case .status, .campaign, .reason, .source, .isLead, .isDisabled, .origin: nil
        }
    }

    /// The order in which filters are asked for candidates: those that fewer rows have, first.
    var rank: Int {
        switch self {
        case .businessKey, .customer, .externalID: 0
        case .person: 1
        case .lead, .beneficiary: 2
        case .referrer, .referredBy: 3
        default: 4
        }
    }

    /// Rows of a filter in the order of the list.
    struct Stream {
        /// The tables to read, among them the searched one as `t`.
        var tables: SQL
        /// The condition under which a row belongs to the stream.
        var condition: Fragment
        /// The column that has the number of a row and the order of the stream.
        var id: SQL

        /// The rows of a list that are in a rare state.
        static func rare<State: ListedState>(
            _ state: State, of owner: Int64 = 0
        ) -> Stream? {
            guard state.isRare else { return nil }
            return Stream(
                tables: "rare_states AS s CROSS JOIN \(State.list) AS t",
                condition: Fragment(
                    "t.id = s.number AND s.list = '\(State.list)' AND s.owner = ? AND s.state = ?",
                    [.integer(owner), .text(state.rawValue)]),
                id: "s.number")
        }
    }

    /// The rows of the filter in the order of the list; nil if no table or index holds them so.
    func stream(of table: SearchedTable, _ filters: [SearchFilter]) -> Stream? {
        guard case .status(let status) = self else { return nil }
        switch table {
        case .events: return Outcome(rawValue: status).flatMap { .rare($0) }
        case .conversions: return ConversionStatus(rawValue: status).flatMap { .rare($0) }
        case .rewards: return RewardStatus(rawValue: status).flatMap { .rare($0) }
        case .coupons: return CouponState(rawValue: status).flatMap { Self.coupons($0, filters) }
        case .participants: return nil
        }
    }

    private static func coupons(_ state: CouponState, _ filters: [SearchFilter]) -> Stream? {
        for case .campaign(let id) in filters {
            guard state == .available else { return .rare(state, of: id) }
            return Stream(
                tables: "coupons AS t \(sqlite: "INDEXED BY coupons_available")",
                condition: Fragment(
                    "t.campaign_id = ? AND t.state = 'available'", [.integer(id)]),
                id: "t.id")
        }
        return nil
    }

    /// The rows of a source or an account, for a search that finds few of them along the list.
    static func owned(
        in table: SearchedTable, _ filters: [SearchFilter], _ account: ID<Account>
    ) -> [Rows]? {
        switch table {
        case .participants:
            return [
                Rows("id", of: "participants WHERE account_id = ?", [.integer(account.number)])
            ]
        case .coupons:
            for case .campaign(let id) in filters {
                return [Rows("id", of: "coupons WHERE campaign_id = ?", [.integer(id)])]
            }
            return nil
        case .events, .conversions, .rewards: break
        }
        var events = Rows(
            "id",
            of: "events WHERE source IN (SELECT number FROM sources WHERE account_id = ?)",
            [.integer(account.number)])
        for case .source(let source) in filters {
            events = Rows("id", of: "events WHERE source = ?", [.integer(source.number)])
        }
        return table == .rewards ? rewards(of: [events]) : [events]
    }

    // MARK: People

    private func person(
        _ name: Name, _ digest: Int64, _ table: SearchedTable, _ account: ID<Account>
    ) -> [Rows] {
        let people = Self.people(name, account)
        let conversions = Self.conversions(of: people) + [Self.referred(by: people)]
        switch table {
        case .conversions: return conversions
        case .rewards: return Self.rewards(of: conversions)
        case .participants, .coupons: return [people]
        case .events:
            return conversions + [
                Self.named(digest, account), Self.beside(people),
                Self.beside(
                    Rows(
                        "id", of: "participants WHERE referred_by IN \(people.list)",
                        people.values)),
            ]
        }
    }

    private static func one(_ id: Int64) -> Rows {
        Rows("id", of: "participants WHERE id = ?", [.integer(id)])
    }

    /// The conversions of leads. Their slots are kept with their referrers.
    private static func conversions(of people: Rows) -> [Rows] {
        [
            Rows(
                "k.ref",
                of: """
                    participants AS p JOIN claims AS k
                        ON k.holder = p.referred_by AND k.rule = 0 AND k.subject = p.id
                    WHERE p.id IN \(people.list)
                    """, people.values),
            Rows(
                "k.ref",
                of: """
                    participant_revisions AS v JOIN claims AS k
                        ON k.holder = CAST(v.document ->> 'referred_by' AS INTEGER) AND k.rule = 0
                            AND k.subject = v.participant_id
                    WHERE v.participant_id IN \(people.list)
                    """, people.values),
        ]
    }

    /// The conversions of these people's leads.
    private static func referred(by people: Rows) -> Rows {
        Rows("ref", of: "claims WHERE rule = 0 AND holder IN \(people.list)", people.values)
    }

    /// The rewards of conversions, or of the conversions that events may have made.
    private static func rewards(of conversions: [Rows]) -> [Rows] {
        conversions.map { rows in
            Rows(
                "r.id",
                of: """
                    (SELECT \(rows.column) AS id FROM \(rows.text)) AS c JOIN rewards AS r
                        ON r.id BETWEEN c.id * \(ID<Reward>.perConversion)
                            AND c.id * \(ID<Reward>.perConversion)
                                + \(ID<Reward>.perConversion - 1)
                    """, rows.values)
        }
    }

    /// The events about these people that made no conversion.
    private static func beside(_ people: Rows) -> Rows {
        Rows(
            "id",
            of: """
                events WHERE participant_id IN \(people.list) AND participant_id IS NOT NULL
                    AND (conversion_id IS NULL OR conversion_id <> id)
                """, people.values)
    }

    /// The events without a conversion that carry a name.
    private static func named(_ digest: Int64, _ account: ID<Account>) -> Rows {
        Rows(
            "event_id", of: "event_names WHERE account_id = ? AND name = ?",
            [.integer(account.number), .integer(digest)])
    }

    // MARK: Orders

    private func order(
        _ key: String, _ digest: Int64, _ table: SearchedTable, _ account: ID<Account>
    ) -> [Rows] {
        let conversions = Self.conversions(key, account)
        switch table {
        case .conversions, .coupons: return [conversions]
        case .rewards: return Self.rewards(of: [conversions])
        case .participants:
            return [
                Rows(
                    "lead_id", of: "conversions WHERE id IN \(conversions.list)",
                    conversions.values)
            ]
        case .events:
            return [
                conversions, Self.named(digest, account),
                Rows(
                    "id",
                    of: """
                        events
                        WHERE conversion_id IN \(conversions.list) AND conversion_id <> id
                        """, conversions.values),
            ]
        }
    }
}
