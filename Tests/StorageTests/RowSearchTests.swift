import Database
import Referrals
import TestSupport
import Testing
import Time

@testable import Storage

/// Lists that are filtered, beside the same filters in Swift.
@Suite struct RowSearchTests {
    /// More events than two pages examine.
    private static let many: Int64 = 12_000

    /// All rows of a page after another. Expects that pages are not larger than asked for, and that
    /// there are no more pages than rows need.
    private func all(
        _ query: RowSearch.Query, _ search: RowSearch, betweenPages: () throws -> Void = {}
    ) throws -> (numbers: [Int64], emptyPages: Int) {
        var query = query
        var (seen, empty): ([Int64], Int) = ([], 0)
        while true {
            let page = try search.page(query)
            #expect(page.numbers.count <= query.limit)
            seen += page.numbers
            guard let next = page.next else { return (seen, empty) }
            if page.numbers.isEmpty { empty += 1 }
            #expect(next < query.before ?? .max, "each page comes nearer to the end")
            query.before = next
            try betweenPages()
        }
    }

    // MARK: Pages

    /// Row S1-25.
    @Test func `a filter that nothing passes gives empty pages that go on to the end`() throws {
        let scene = try StorageScene(.sqlite)
        try scene.store.write { (_) throws in try insert(1...Self.many, in: scene) }
        let query = RowSearch.Query(
            .events, of: scene.account, [.reason(.velocity)], limit: 100)
        let first = try scene.store.search.page(query)
        #expect(first == RowSearch.Found(numbers: [], next: Self.many - 1_999))
        let found = try all(query, scene.store.search)
        #expect(found.numbers == [])
        #expect(found.emptyPages == 6)
    }

    @Test func `no row is lost or doubled while rows are added`() throws {
        let scene = try StorageScene(.sqlite)
        try scene.store.write { (_) throws in try insert(1...3_000, in: scene) }
        var last: Int64 = 3_000
        for limit in [1, 7, 100] {
            let before = last
            let query = RowSearch.Query(
                .events, of: scene.account, [.status("rewarded")], limit: limit * 10)
            let found = try all(query, scene.store.search) {
                try scene.store.write { (_) throws in try insert(last + 1...last + 3, in: scene) }
                last += 3
            }
            #expect(found.numbers == (1...before).reversed().filter { $0 % 3 == 0 })
        }
    }

    /// Every third event is rewarded, the others were rejected.
    private func insert(_ numbers: ClosedRange<Int64>, in scene: StorageScene) throws {
        for number in numbers {
            let isRewarded = number % 3 == 0
            try scene.store.events.append(
                EventRow(
                    id: ID(number), source: scene.source, sourceVersion: 1, eventID: "e\(number)",
                    fingerprint: 0, receivedAt: scene.noon + .seconds(number),
                    outcome: isRewarded ? .rewarded : .rejected,
                    reasons: isRewarded ? [] : [.unknownCode], body: nil))
        }
    }

    @Test func `few events of a source are found without a walk past all others`() throws {
        let scene = try StorageScene(.sqlite)
        try scene.store.write { (_) throws in
            try insert(1...3, in: scene)
            try scene.store.session.execute("UPDATE events SET source = 99")
            try insert(4...Self.many, in: scene)
        }
        let found = try scene.store.search.page(
            RowSearch.Query(.events, of: scene.account, [.source(ID(99))], limit: 5))
        // The source belongs to no account.
        #expect(found == RowSearch.Found(numbers: [], next: nil))
        try scene.store.write { (_) throws in
            _ = try scene.store.catalog.put(
                source: "rare", account: scene.account, document: "{}", secrets: nil,
                secretsChanged: false, at: scene.noon)
            let rare = try #require(try scene.store.catalog.source(storedID: "rare")).number
            try scene.store.session.execute(
                "UPDATE events SET source = \(rare.number) WHERE source = 99")
            let rows = try scene.store.search.page(
                RowSearch.Query(.events, of: scene.account, [.source(rare)], limit: 5))
            #expect(rows == RowSearch.Found(numbers: [3, 2, 1], next: nil))
        }
    }

    @Test func `a condition in code is asked of few rows a page`() throws {
        let scene = try StorageScene(.sqlite)
        try scene.store.write { (_) throws in try insert(1...1_000, in: scene) }
        var asked = 0
        let page = try scene.store.search.page(
            RowSearch.Query(.events, of: scene.account, limit: 10)
        ) { _ in
            asked += 1
            return false
        }
        #expect(asked == RowSearch.mostJudged)
        #expect(page == RowSearch.Found(numbers: [], next: 901))
    }

    // MARK: Filters

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `each list has the rows that its filters admit`(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let scene = try StorageScene(.sqlite)
        let crowd = try SearchedCrowd(scene, events: 2_000, &random)
        for table in [SearchedTable.events, .conversions, .rewards, .participants] {
            for round in 0..<40 {
                let filters = crowd.filters(of: table, &random)
                let (since, until) = crowd.times(&random)
                let query = RowSearch.Query(
                    table, of: scene.account, filters, since: since, until: until,
                    limit: Int.random(in: 1...100, using: &random))
                let expected = crowd.rows(of: query)
                let found = try all(query, scene.store.search).numbers
                #expect(
                    found == expected,
                    "seed \(seed), round \(round), \(table): \(filters) \(String(describing: since))"
                )
            }
        }
    }

    // MARK: Coupons

    @Test func `a pool is listed by state, and counted without being read`() throws {
        let scene = try StorageScene(.sqlite)
        let coupons = scene.store.coupons
        try scene.store.write { (_) throws in
            for number in 1...20 {
                _ = try coupons.add("C\(number)", to: scene.campaign, isSpent: number > 15)
                _ = try coupons.add("D\(number)", to: ID(2))
            }
        }
        let ids = try coupons.available(in: scene.campaign, limit: 2)
        try scene.store.write { (_) throws in
            for (id, reward) in zip(ids, [16, 32] as [ID<Reward>]) {
                #expect(
                    try coupons.claim(id, in: scene.campaign, as: .assigned, for: reward))
            }
            #expect(try coupons.set(.redeemed, ofReward: 16, was: .assigned))
        }
        try scene.undone { () throws in _ = try coupons.add("UNDONE", to: scene.campaign) }
        let stock = try scene.store.couponListing.stock(of: scene.campaign)
        #expect(
            stock.counts.filter { $0.value != 0 }
                == [.available: 13, .voided: 5, .assigned: 1, .redeemed: 1])
        for (state, count) in stock.counts {
            let found = try all(
                RowSearch.Query(
                    .coupons, of: scene.account,
                    [.campaign(scene.campaign.number), .status(state.rawValue)], limit: 4),
                scene.store.search)
            #expect(found.numbers.count == count, "\(state)")
        }
    }
}
