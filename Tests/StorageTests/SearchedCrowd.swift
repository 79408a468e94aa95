import Database
import Referrals
import TestSupport
import Testing
import Time

@testable import Storage

/// Random people, events, conversions and rewards, in a database and in arrays.
struct SearchedCrowd {
    private struct Person {
        let id: Int64
        var referrer: Int64?
        let origin: String?
        let isDisabled: Bool
        let joined: Int64
    }

    private struct Happening {
        let id: Int64
        let isOurs: Bool
        var outcome: Outcome
        let reason: ReasonCode?
        let person: Int64?
        var conversion: Int64?
        let received: Int64
        /// The names under which the event is searched.
        let name: Int64
    }

    private struct Sale {
        let id: Int64
        let lead: Int64
        let referrer: Int64
        let status: ConversionStatus
        let created: Int64
        let key: String
    }

    private struct Gift {
        let id: Int64
        let sale: Sale
        let beneficiary: Int64
        let status: RewardStatus
        let reason: ReasonCode?
    }

    private let account: ID<Account>
    private let source: ID<Source>
    private let start: Int64
    private var people: [Person] = []
    private var happenings: [Happening] = []
    private var sales: [Sale] = []
    private var gifts: [Gift] = []

    private static let second: Int64 = 1_000_000

    init(_ scene: StorageScene, events: Int64, _ random: inout Seeded) throws {
        account = scene.account
        source = scene.source
        start = scene.noon.microseconds
        makePeople(&random)
        for id in 1...events { makeEvent(id, &random) }
        try scene.store.write { (_) throws in try insert(scene.store.session) }
    }

    // MARK: Making

    private mutating func makePeople(_ random: inout Seeded) {
        for id in 1...40 as ClosedRange<Int64> {
            people.append(
                Person(
                    id: id, referrer: id > 8 ? Int64.random(in: 1...8, using: &random) : nil,
                    origin: ["web", "app", nil].randomElement(using: &random) ?? nil,
                    isDisabled: Bool.random(using: &random),
                    joined: start + Int64.random(in: 0...1000, using: &random) * Self.second))
        }
    }

    private mutating func makeEvent(_ id: Int64, _ random: inout Seeded) {
        let received = start + id * 10 * Self.second
        let lead = people.filter { $0.referrer != nil }.randomElement(using: &random)
        var event = Happening(
            id: id, isOurs: Int.random(in: 0..<5, using: &random) > 0,
            outcome: [.rejected, .parked, .ignored].randomElement(using: &random) ?? .rejected,
            reason: [.unknownCode, .leadUnknown].randomElement(using: &random),
            person: Bool.random(using: &random) ? people.randomElement(using: &random)?.id : nil,
            received: received, name: Int64.random(in: 1...30, using: &random))
        if let lead, Int.random(in: 0..<3, using: &random) == 0 {
            makeSale(id, of: lead, received, &random)
            event = Happening(
                id: id, isOurs: event.isOurs,
                outcome: [.rewarded, .qualified, .held, .reversed].randomElement(using: &random)
                    ?? .rewarded, reason: nil, person: lead.id, conversion: id,
                received: received, name: 0)
        } else if let sale = sales.randomElement(using: &random),
            Int.random(in: 0..<4, using: &random) == 0
        {
            event = Happening(
                id: id, isOurs: event.isOurs, outcome: .reversed, reason: .refundedPartial,
                person: sale.lead, conversion: sale.id, received: received, name: event.name)
        }
        happenings.append(event)
    }

    private mutating func makeSale(
        _ id: Int64, of lead: Person, _ received: Int64, _ random: inout Seeded
    ) {
        // Some are created hours after the arrival of their event.
        let isLate = Int.random(in: 0..<20, using: &random) == 0
        let delay = isLate ? Int64.random(in: 31...50_000, using: &random) : 0
        let sale = Sale(
            id: id, lead: lead.id, referrer: lead.referrer ?? 0,
            status: ConversionStatus.allCases.randomElement(using: &random) ?? .approved,
            created: received + delay * Self.second, key: "K\(id % 50)-\(id)")
        sales.append(sale)
        for place in 0..<Int64.random(in: 0...2, using: &random) {
            gifts.append(
                Gift(
                    id: id * 16 + place, sale: sale,
                    beneficiary: place == 0 ? sale.referrer : sale.lead,
                    status: RewardStatus.allCases.randomElement(using: &random) ?? .issued,
                    reason: Bool.random(using: &random) ? .capReached : nil))
        }
    }

    private func insert(_ session: any Session) throws {
        for person in people {
            try session.execute(
                """
                INSERT INTO participants(id, campaign_id, account_id, referral_code, email, source,
                    referred_by, is_disabled, joined_at)
                VALUES (\(person.id), 1, \(account.number), 'P\(person.id)', 'p\(person.id)@example.com',
                    \(person.origin.map { "'\($0)'" } ?? "NULL"),
                    \(person.referrer.map { "\($0)" } ?? "NULL"), \(person.isDisabled ? 1 : 0),
                    \(person.joined))
                """)
        }
        for event in happenings {
            try session.execute(
                """
                INSERT INTO events(id, source, event_id, fingerprint, received_at, outcome, reasons,
                    source_version, participant_id, conversion_id)
                VALUES (\(event.id), \(event.isOurs ? source.number : 99), 'e\(event.id)', 0,
                    \(event.received), '\(event.outcome.rawValue)',
                    \(event.reason.map { "'held_until,\($0.text)'" } ?? "NULL"), 1,
                    \(event.person.map { "\($0)" } ?? "NULL"),
                    \(event.conversion.map { "\($0)" } ?? "NULL"));
                """)
            guard event.name > 0, event.isOurs else { continue }
            try session.execute(
                """
                INSERT INTO event_names(account_id, name, event_id)
                VALUES (\(account.number), \(event.name), \(event.id))
                """)
        }
        try insertSales(session)
    }

    private func insertSales(_ session: any Session) throws {
        for sale in sales {
            try session.execute(
                """
                INSERT INTO conversions(id, campaign_id, lead_id, referrer_id, status, was_approved,
                    occurred_at, created_at)
                VALUES (\(sale.id), 1, \(sale.lead), \(sale.referrer), '\(sale.status.rawValue)', 0, 0,
                    \(sale.created));
                INSERT INTO claims(holder, rule, subject, slot, ref)
                VALUES (\(sale.referrer), 0, \(sale.lead), \(sale.id), \(sale.id));
                INSERT INTO business_keys(account_id, key, campaign_id, goal, conversion_id)
                VALUES (\(account.number), '\(sale.key)', 1, 'purchase', \(sale.id));
                INSERT INTO late_conversions(created_at, conversion_id)
                SELECT created_at, c.id FROM conversions AS c JOIN events AS e USING (id)
                WHERE c.id = \(sale.id) AND created_at > received_at + 30000000
                """)
        }
        for gift in gifts {
            try session.execute(
                """
                INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status, reasons)
                VALUES (\(gift.id), 1, \(gift.beneficiary), '\(gift.status.rawValue)',
                    \(gift.reason.map { "'\($0.text)'" } ?? "NULL"))
                """)
        }
        try session.execute("\(RareStates.entries)")
    }

    // MARK: Asking

    /// Up to three filters of a list.
    func filters(of table: SearchedTable, _ random: inout Seeded) -> [SearchFilter] {
        (0..<Int.random(in: 0...2, using: &random)).map { _ in filter(of: table, &random) }
    }

    /// Times between which rows may be.
    func times(_ random: inout Seeded) -> (since: Instant?, until: Instant?) {
        func time(_ random: inout Seeded) -> Instant? {
            guard Int.random(in: 0..<3, using: &random) == 0 else { return nil }
            let seconds = Int64.random(in: 0...22_000, using: &random)
            return Instant(clampingMicroseconds: start + seconds * Self.second)
        }
        return (time(&random), time(&random))
    }

    private func filter(of table: SearchedTable, _ random: inout Seeded) -> SearchFilter {
        let person = Int64.random(in: 1...42, using: &random)
        let name = Int64.random(in: 1...30, using: &random)
        let sale = sales.randomElement(using: &random)
        let order = SearchFilter.businessKey(sale?.key ?? "", digest: name)
        let names: [SearchFilter] = [
            .person(.code("P\(person)"), digest: name),
            .person(.email("p\(person)@example.com"), digest: name), order,
        ]
        let others: [SearchFilter] =
            switch table {
            case .events:
                Outcome.allCases.map { .status($0.rawValue) } + [
                    .reason(.unknownCode), .reason(.refundedPartial), .source(source),
                    .source(ID(77)),
                ]
            case .conversions:
                ConversionStatus.allCases.map { .status($0.rawValue) } + [
                    .lead(person), .referrer(person), .source(source), .campaign(1),
                    .reason(.unknownCode),
                ]
            case .rewards:
                RewardStatus.allCases.map { .status($0.rawValue) } + [
                    .beneficiary(person), .source(source), .reason(.capReached),
                ]
            case .participants:
                [
                    .referredBy(person), .isLead(true), .isDisabled(true), .origin("web"),
                    .campaign(2),
                ]
            case .coupons: []
            }
        return (names + others).randomElement(using: &random) ?? order
    }

    /// The rows that a search must find, the greatest number first.
    func rows(of query: RowSearch.Query) -> [Int64] {
        let times = (query.since ?? .earliest).microseconds...
        let end = (query.until ?? .latest).microseconds
        func isWithin(_ time: Int64) -> Bool { times.contains(time) && time <= end }
        let found: [Int64] =
            switch query.table {
            case .events:
                happenings.filter { event in
                    event.isOurs && isWithin(event.received)
                        && query.filters.allSatisfy { admits($0, event) }
                }.map(\.id)
            case .conversions:
                sales.filter { sale in
                    isWithin(sale.created) && query.filters.allSatisfy { admits($0, sale) }
                }.map(\.id)
            case .rewards:
                gifts.filter { gift in
                    isWithin(gift.sale.created) && query.filters.allSatisfy { admits($0, gift) }
                }.map(\.id)
            case .participants:
                people.filter { person in
                    isWithin(person.joined) && query.filters.allSatisfy { admits($0, person) }
                }.map(\.id)
            case .coupons: []
            }
        return found.sorted(by: >)
    }

    private func number(_ name: SearchFilter.Name) -> Int64 {
        switch name {
        case .code(let text): Int64(text.dropFirst()) ?? 0
        case .email(let text): Int64(text.dropFirst().prefix { $0 != "@" }) ?? 0
        }
    }

    private func sale(_ key: String) -> Sale? { sales.first { $0.key == key } }

    private func admits(_ filter: SearchFilter, _ event: Happening) -> Bool {
        switch filter {
        case .status(let text): return event.outcome.rawValue == text
        case .reason(let code): return event.reason == code
        case .source(let id): return id == source
        case .person(let name, let digest):
            let referrer = people.first { $0.id == event.person }?.referrer
            return [event.person, referrer].contains(number(name)) || event.name == digest
        case .businessKey(let key, let digest):
            let sale = sale(key)
            return (sale != nil && event.conversion == sale?.id) || event.name == digest
        default: return false
        }
    }

    private func admits(_ filter: SearchFilter, _ sale: Sale) -> Bool {
        switch filter {
        case .status(let text): sale.status.rawValue == text
        case .reason(let code): happenings.first { $0.id == sale.id }?.reason == code
        case .source: happenings.first { $0.id == sale.id }?.isOurs == true
        case .person(let name, _): [sale.lead, sale.referrer].contains(number(name))
        case .businessKey(let key, _): sale.key == key
        case .lead(let id): sale.lead == id
        case .referrer(let id): sale.referrer == id
        case .campaign(let id): id == 1
        default: false
        }
    }

    private func admits(_ filter: SearchFilter, _ gift: Gift) -> Bool {
        switch filter {
        case .status(let text): gift.status.rawValue == text
        case .reason(let code): gift.reason == code
        case .beneficiary(let id): gift.beneficiary == id
        default: admits(filter, gift.sale)
        }
    }

    private func admits(_ filter: SearchFilter, _ person: Person) -> Bool {
        switch filter {
        case .person(let name, _): person.id == number(name)
        case .businessKey(let key, _): sale(key)?.lead == person.id
        case .referredBy(let id): person.referrer == id
        case .isLead(let isLead): (person.referrer != nil) == isLead
        case .isDisabled(let isDisabled): person.isDisabled == isDisabled
        case .origin(let text): person.origin == text
        case .campaign(let id): id == 1
        default: false
        }
    }
}
