import Currencies
import Database
import Referrals
import SQLite
import Testing
import Time

@testable import Storage

/// Has every statement run that the program puts together from parts.
package struct EveryStatement {
    private let scratch: Scratch
    private var store: Store { scratch.store }

    package init(_ scratch: Scratch) { self.scratch = scratch }

    package func run() throws {
        try scratch.enrol(referrer: "REF", leads: ["LEAD"])
        try scratch.addCoupons(2)
        try scratch.post(PartnerMessage(id: "1", code: "LEAD", orders: ["A"], amount: 100))
        try waitlists()
        try lists()
        try events()
        try records()
        try addresses()
        try reports()
        try payouts()
        _ = try store.audit.scan(since: scratch.now).next(1)
        try store.audit.earlierUse.forEachGrant(of: ID(1), before: ID(9)) { _ in }
        try rareStates()
        try history()
        for kind in ExportTable.Kind.allCases {
            try ExportTable.forEach(
                of: kind, account: scratch.account, in: store, nextAttempt: { _, _, _ in nil }
            ) { _ in }
        }
    }

    private func history() throws {
        try scratch.transaction {
            _ = try store.counts.tally(.rewards(ID(1)))
            try store.audit.slotCounts(of: ID(1)) { _, _ in }
        }
    }

    private func rareStates() throws {
        let states = RareStates(store.session)
        try scratch.transaction {
            try states.move(1, from: Referrals.Outcome.parked, to: .rejected)
            try states.move(1, from: Referrals.Outcome.rejected, to: .rewarded)
            try states.move(1, from: ConversionStatus.pending, to: .approved)
            try states.move(1, from: RewardStatus.inReview, to: .issued)
            try states.move(1, from: CouponState.voided, to: .available, of: 1)
            try states.move(1, from: DeliveryStatus.failed, to: .pending, of: 1)
            try states.refreshDeliveries(of: ID(1), 1..<2)
        }
    }

    private func payouts() throws {
        try scratch.transaction {
            let currency = try #require(Currency("USD"))
            let id = try store.payouts.create(
                currency, until: scratch.now, campaign: nil, account: scratch.account, key: "k",
                fingerprint: nil, at: scratch.now)
            let line = PayoutLine(
                payout: id, reward: ID(16), participant: ID(1), amount: 5, state: .held)
            _ = try store.payouts.add(line, at: scratch.now)
            try store.payouts.change(line, by: -1, at: scratch.now)
            _ = try store.payouts.find(id)
            _ = try store.payouts.find(key: "k", account: scratch.account)
            _ = try store.payouts.firstUnfinished(after: 0)
            try store.payoutTotals.count(
                line, in: currency, account: scratch.account, at: scratch.now)
        }
        _ = try store.payouts.list(
            of: scratch.account, campaign: nil, status: nil, before: nil, limit: 20)
    }

    private func reports() throws {
        try scratch.transaction {
            try store.catalog.set(meta: "report_history", to: "participants:0")
            while try store.counters.foldNext(at: scratch.now + .seconds(86_400)) {}
        }
        _ = try Store.connect(scratch.path, for: .writer)
        try store.reports.forEach(
            of: scratch.account, since: .earliest, until: .latest, coarsest: .month
        ) { _ in }
    }

    /// As at the first start on a database of a former release.
    private func addresses() throws {
        try scratch.transaction { try store.catalog.set(meta: "addresses_checked", to: "0") }
        _ = try Store.connect(scratch.path, for: .writer)
    }

    private func waitlists() throws {
        try scratch.declare(.plain(2, rewards: []) { $0.kind = .waitlist })
        let id = try scratch.enrol("WAITS", campaign: 2)
        try scratch.transaction {
            try store.signups.add(
                SignupRow(
                    participant: id, campaign: ID(2), uid: UID(of: [1], version: 4),
                    joinedAt: scratch.now), referredBy: nil)
            let row = try store.signups.set(.approved, of: id)
            _ = try row.map { try store.signups.find($0.uid) }
            _ = try store.signups.set(.waiting, of: id)
            try store.signups.fillSome(of: ID(2))
        }
        if let row = try store.signups.find(id) { _ = try store.signups.position(of: row) }
        _ = try store.signups.page(of: ID(2), offset: 0, limit: 10)
        _ = try store.signups.longWaitlists(beyond: 10)
    }

    private func lists() throws {
        let tables: [(Listing.Table, [Listing.Filter])] = [
            (.campaigns, [.notArchived, .archived, .campaignStatus("active"), .waitlist]),
            (.participantsEver, [.campaign(1)]),
        ]
        for (table, filters) in tables {
            for filters in Self.combinations(of: filters) {
                _ = try store.listing.numbers(
                    of: table, account: scratch.account, filters, before: nil, limit: 20)
            }
        }
        try searches()
    }

    private func searches() throws {
        let tables: [SearchedTable] = [.events, .conversions, .rewards, .participants, .coupons]
        for table in tables {
            let filters = Self.filters(of: table)
            for filters in [[]] + filters.map({ [$0] }) + [filters] {
                for since in [nil, scratch.now] {
                    _ = try store.search.page(
                        RowSearch.Query(
                            table, of: scratch.account, filters, since: since, until: since,
                            limit: 20))
                }
            }
        }
        try scratch.transaction {
            try store.outbox.put(
                OutboxTable.Queue(webhook: 1, head: 1, seen: 1, failures: 0, rounds: 0))
        }
        for status in [DeliveryStatus?.none, .failed, .pending] {
            for names in [[], [Self.code], [Self.order]] {
                var query = DeliverySearch.Query(of: [1], account: scratch.account, limit: 20)
                query.status = status
                query.type = .rewardIssued
                query.names = names
                query.since = scratch.now
                query.until = scratch.now
                _ = try store.deliverySearch.page(query)
            }
        }
    }

    private static let code = SearchFilter.person(.code("LEAD"), digest: 1)
    private static let order = SearchFilter.businessKey("A", digest: 1)

    private static func filters(of table: SearchedTable) -> [SearchFilter] {
        let names = [code, .person(.email("a@example.com"), digest: 1), order]
        return switch table {
        case .events:
            names + [
                .status("parked"), .status("rewarded"), .reason(.unknownCode), .source(ID(1)),
            ]
        case .conversions:
            names + [
                .campaign(1), .status("approved"), .status("pending"), .lead(1), .referrer(1),
                .reason(.unknownCode), .source(ID(1)),
            ]
        case .rewards:
            names + [
                .campaign(1), .status("issued"), .status("pending"), .status("revoked"),
                .beneficiary(1), .reason(.unknownCode), .source(ID(1)),
            ]
        case .participants:
            names + [
                .campaign(1), .isLead(true), .isLead(false), .referredBy(1), .isDisabled(false),
                .origin("web"), .externalID("1"), .customer("c"),
            ]
        case .coupons:
            [.campaign(1), .status("available"), .status("voided"), .status("assigned")]
        }
    }

    private static func combinations<Element>(of all: [Element]) -> [[Element]] {
        all.reduce([[]]) { sets, element in sets + sets.map { $0 + [element] } }
    }

    private func events() throws {
        _ = try store.events.list(of: scratch.account, before: nil, limit: 20)
        _ = try store.events.following(ID(1), limit: 20)
        try store.events.forEach({ (_) throws(StorageError) in }, failing: { $0 })
    }

    private func records() throws {
        let log = store.log
        _ = try log.body(of: 1, to: 1)
        _ = try log.delivery(1, of: 1)
        _ = try log.attempts(at: 1, of: 1)
        _ = try log.overdue(before: scratch.now)
        try scratch.transaction {
            try store.deliveries.queue(
                trial: 1_000, type: .rewardIssued, body: [], for: 1, at: scratch.now)
            _ = try log.cancelWaiting(of: 1, from: 1_000)
            _ = try log.resend(1, of: 1, at: scratch.now)
            _ = try log.resendFailed(
                of: 1, DeliveryLog.TimeRange(since: scratch.now, until: nil), from: 0,
                at: scratch.now)
            if var row = try store.participants.find(ID(2)) {
                row.firstName = "Another"
                try store.participants.update(row)
            }
            try store.records.forgetAnswer(key: "k", account: scratch.account)
            try store.erase(ID(2), at: scratch.now)
        }
        try scratch.release()
        try audit()
        try operators()
    }

    private func operators() throws {
        _ = try store.couponListing.stock(of: ID(1))
        _ = try store.lookup.participants(customer: "c", account: scratch.account)
    }

    private func audit() throws {
        for invariant in Invariant.all + Invariant.slotsOfRewards
            + Invariant.ofReports
        {
            try store.audit.check(invariant) { _ in }
        }
        _ = try store.audit.events()
        _ = try store.audit.slots().next()
        _ = try store.audit.reversals(of: ID(1))
        try store.audit.checkPending(at: scratch.now) { _ in }
    }
}
