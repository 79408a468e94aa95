import Database
import Referrals

/// A condition on the rows of a search.
///
/// `condition(on:_:)` alone says which rows a list has. The candidates of a filter, and its stream,
/// only spare the search the rows that cannot have them.
package enum SearchFilter: Sendable {
    /// The people with a code or an address.
    package enum Name: Sendable {
        /// A code in its canonical form.
        case code(String)
        /// An address in its canonical spelling.
        case email(String)
    }

    /// Conversions, rewards, participants or coupons of a campaign.
    case campaign(Int64)
    /// The outcome of an event, the state of a coupon, the status of another row.
    case status(String)
    /// A reason of an event or a reward, or of the event that made a conversion.
    case reason(ReasonCode)
    /// The source of an event, or of the event that made a conversion or a reward.
    case source(ID<Source>)
    /// Events, conversions and rewards about a person or the person's leads, or the person itself.
    /// `digest` finds events that carry the name (see EventNameTable).
    case person(Name, digest: Int64)
    /// Rows of an order. `digest` finds events that carry the number.
    case businessKey(String, digest: Int64)
    case lead(Int64)
    case referrer(Int64)
    case beneficiary(Int64)
    /// The leads of a participant.
    case referredBy(Int64)
    case isLead(Bool)
    case isDisabled(Bool)
    /// The word by which an operator says where a participant comes from.
    case origin(String)
    /// The partner's id of a participant.
    case externalID(String)
    /// The partner's id of a customer.
    case customer(String)

    /// True if the condition reads another table for each row, so that a page examines fewer.
    func isCorrelated(on table: SearchedTable) -> Bool {
        switch (self, table) {
        case (.person, .events), (.person, .rewards), (.businessKey, .events): true
        case (.reason, .conversions), (.source, .conversions), (.source, .rewards): true
        default: false
        }
    }

    /// The condition on a row `t`.
    func condition(on table: SearchedTable, _ account: ID<Account>) -> Fragment {
        switch self {
        case .campaign(let id) where table == .rewards:
            Fragment(
                """
                \(sqlite: "+")t.campaign_reward_id IN
                    (SELECT id FROM campaign_rewards WHERE campaign_id = ?)
                """, [.integer(id)])
        case .campaign(let id): Fragment("\(sqlite: "+")t.campaign_id = ?", [.integer(id)])
        case .status(let text):
            Fragment("\(sqlite: "+")t.\(table.statusColumn) = ?", [.text(text)])
        case .reason(let code): Self.reason(code, on: table)
        case .source(let source): Self.source(source, on: table)
        case .person(let name, let digest): Self.person(name, digest, on: table, account)
        case .businessKey(let key, let digest): Self.order(key, digest, on: table, account)
        case .lead(let id): Fragment("\(sqlite: "+")t.lead_id = ?", [.integer(id)])
        case .referrer(let id): Fragment("\(sqlite: "+")t.referrer_id = ?", [.integer(id)])
        case .beneficiary(let id): Fragment("t.beneficiary_id = ?", [.integer(id)])
        case .referredBy(let id): Fragment("\(sqlite: "+")t.referred_by = ?", [.integer(id)])
        case .isLead(true): Fragment("\(sqlite: "+")t.referred_by IS NOT NULL")
        case .isLead(false): Fragment("\(sqlite: "+")t.referred_by IS NULL OR t.has_referred <> 0")
        case .isDisabled(let isDisabled):
            Fragment("t.is_disabled = ?", [.integer(isDisabled ? 1 : 0)])
        case .origin(let text): Fragment("t.source = ?", [.text(text)])
        case .externalID(let text): Fragment("t.external_id = ?", [.text(text)])
        case .customer(let text):
            Self.customer(text, account)
        }
    }

    // MARK: Conditions that differ by table

    private static func reason(_ code: ReasonCode, on table: SearchedTable) -> Fragment {
        let reasons: SQL =
            table == .conversions
            ? "(SELECT reasons FROM events WHERE id = t.id)" : "t.reasons"
        return Fragment(
            "\(sqlite: "instr", postgres: "strpos")(',' || \(reasons) || ',', ?) > 0",
            [.text(",\(code.text),")])
    }

    private static func source(_ source: ID<Source>, on table: SearchedTable) -> Fragment {
        let column: SQL =
            switch table {
            case .conversions: "(SELECT source FROM events WHERE id = t.id)"
            case .rewards:
                "(SELECT source FROM events WHERE id = t.id / \(ID<Reward>.perConversion))"
            case .events, .participants, .coupons: "\(sqlite: "+")t.source"
            }
        return Fragment("\(column) = ?", [.integer(source.number)])
    }

    private static func person(
        _ name: Name, _ digest: Int64, on table: SearchedTable, _ account: ID<Account>
    ) -> Fragment {
        let people = people(name, account)
        let twice = people.values + people.values
        return switch table {
        case .events:
            Fragment(
                """
                t.participant_id IN \(people.list)
                OR (SELECT referred_by FROM participants WHERE id = t.participant_id)
                    IN \(people.list)
                OR \(Self.isNamed)
                """, twice + [.integer(account.number), .integer(digest)])
        case .conversions:
            Fragment(
                "\(sqlite: "+")t.lead_id IN \(people.list) OR t.referrer_id IN \(people.list)",
                twice)
        case .rewards:
            Fragment(
                """
                EXISTS (SELECT 1 FROM conversions AS k WHERE k.id = t.id / \(ID<Reward>.perConversion)
                    AND (\(sqlite: "+")k.lead_id IN \(people.list) OR k.referrer_id IN \(people.list)))
                """, twice)
        case .participants, .coupons: Fragment("t.id IN \(people.list)", people.values)
        }
    }

    private static func customer(_ text: String, _ account: ID<Account>) -> Fragment {
        let people = customers(text, account)
        return Fragment(
            "t.id IN \(people[0].list) OR t.id IN \(people[1].list)", people.flatMap(\.values))
    }

    private static func order(
        _ key: String, _ digest: Int64, on table: SearchedTable, _ account: ID<Account>
    ) -> Fragment {
        let conversions = conversions(key, account)
        return switch table {
        case .events:
            Fragment(
                "t.conversion_id IN \(conversions.list) OR \(Self.isNamed)",
                conversions.values + [.integer(account.number), .integer(digest)])
        case .conversions, .coupons:
            Fragment("t.id IN \(conversions.list)", conversions.values)
        case .rewards:
            Fragment(
                "t.id / \(ID<Reward>.perConversion) IN \(conversions.list)", conversions.values)
        case .participants:
            Fragment(
                "t.id IN (SELECT lead_id FROM conversions WHERE id IN \(conversions.list))",
                conversions.values)
        }
    }

    /// True if an event `t` without a conversion of its own carries a name. The names of a deleted
    /// person are not searched while they are being erased.
    private static let isNamed: SQL = """
        (EXISTS (SELECT 1 FROM event_names WHERE account_id = ? AND name = ? AND event_id = t.id)
            AND NOT EXISTS (SELECT 1 FROM erasures AS x WHERE x.participant_id = t.participant_id))
        """

    // MARK: People and orders

    /// The numbers of the people with a name.
    static func people(_ name: Name, _ account: ID<Account>) -> Rows {
        switch name {
        case .code(let text):
            Rows(
                "id", of: "participants WHERE account_id = ? AND referral_code = ?",
                [.integer(account.number), .text(text)])
        case .email(let text):
            Rows(
                "id",
                of: """
                    participants WHERE campaign_id IN
                        (SELECT id FROM campaigns WHERE account_id = ?) AND email = ?
                    """, [.integer(account.number), .text(text)])
        }
    }

    /// The numbers of the conversions that an order number names: at most one for each campaign and
    /// goal.
    static func conversions(_ key: String, _ account: ID<Account>) -> Rows {
        Rows(
            "conversion_id", of: "business_keys WHERE account_id = ? AND key = ?",
            [.integer(account.number), .text(key)])
    }

    /// The numbers of the people with a customer id. Conversions that are not entered into
    /// `customers` yet are few (see CustomerTable).
    static func customers(_ text: String, _ account: ID<Account>) -> [Rows] {
        [
            Rows(
                "participant_id",
                of: """
                    customers WHERE campaign_id IN
                        (SELECT id FROM campaigns WHERE account_id = ?) AND customer = ?
                    """, [.integer(account.number), .text(text)]),
            Rows(
                "lead_id",
                of: """
                    conversions
                    WHERE id > coalesce((SELECT value FROM meta WHERE name = 'customers_entered'), 0)
                        AND customer = ?
                        AND \(sqlite: "+")campaign_id IN
                            (SELECT id FROM campaigns WHERE account_id = ?)
                    """, [.text(text), .integer(account.number)]),
        ]
    }
}

/// The numbers in a column of some rows.
struct Rows {
    let column: SQL
    /// The table and its conditions, as they follow FROM, with a `?` for each of the values.
    let text: SQL
    let values: [Conditions.Value]

    init(_ column: SQL, of text: SQL, _ values: [Conditions.Value] = []) {
        self.column = column
        self.text = text
        self.values = values
    }

    /// The numbers as they follow IN.
    var list: SQL { "(SELECT \(column) FROM \(text))" }
}

extension SearchedTable {
    fileprivate var statusColumn: String {
        switch self {
        case .events: "outcome"
        case .coupons: "state"
        case .conversions, .rewards, .participants: "status"
        }
    }
}
