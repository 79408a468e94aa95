import Referrals
import Storage
import TestSupport
import Testing
import Time

/// An empty store with one account, campaign 1 with two rewards, a source and a webhook.
final class StorageScene {
    let store: Store
    let account: ID<Account>
    let campaign = ID<Campaign>(1)
    let source: ID<Source>
    let webhook: ID<Webhook>
    let folder: ScratchFolder
    private let engine: Engines.Engine

    /// 2026-11-21T12:00:00Z.
    let noon = Instant(clampingMicroseconds: 1_795_262_400_000_000)

    struct Refusal: Error {}

    init(_ engine: Engines.Engine) throws {
        self.engine = engine
        folder = try ScratchFolder()
        store = try Self.open(engine, folder)
        let catalog = store.catalog
        let noon = noon
        account = try store.write { (_) throws in
            let account = try catalog.create(account: "Acme", plan: "free", at: noon)
            _ = try catalog.put(
                campaign: ID(1), account: account, document: "{}", rewardCount: 2, at: noon)
            _ = try catalog.put(
                source: "shop", account: account, document: "{}", secrets: nil,
                secretsChanged: false, at: noon)
            _ = try catalog.put(
                webhook: "crm", account: account, document: "{}", secrets: nil,
                secretsChanged: false, at: noon)
            return account
        }
        source = try #require(try catalog.source("shop", of: account)).number
        webhook = try #require(try catalog.webhook(named: "crm", of: account)).id
    }

    private static func open(_ engine: Engines.Engine, _ folder: ScratchFolder) throws -> Store {
        switch engine {
        case .sqlite: try Store.open(folder.path + "/refgate.db", for: .writer)
        }
    }

    /// Another store on the same database, as another process has one.
    func another() throws -> Store { try Self.open(engine, folder) }

    /// Runs the body in a transaction that is rolled back.
    func undone(_ body: () throws -> Void) throws {
        #expect(throws: Refusal.self) {
            try store.write { (_) throws in
                try body()
                throw Refusal()
            }
        }
    }

    /// A participant with all columns, unless told otherwise.
    func person(
        _ code: String, email: String? = nil, externalID: String? = nil,
        referredBy: ID<Participant>? = nil, campaign: Int64 = 1
    ) -> ParticipantRow {
        ParticipantRow(
            participant: Participant(
                id: ID(0), campaign: ID(campaign), email: email, joinedAt: noon,
                referredBy: referredBy), account: account, code: code, externalID: externalID)
    }

    @discardableResult
    func enrol(_ code: String, referredBy: ID<Participant>? = nil) throws -> ID<Participant> {
        try store.write { (_) throws in
            try store.participants.enrol(person(code, referredBy: referredBy))
        }
    }

    func event(
        _ number: Int64, _ eventID: String? = nil, outcome: Outcome = .qualified
    ) -> EventRow {
        EventRow(
            id: ID(number), source: source, sourceVersion: 1, eventID: eventID ?? "e-\(number)",
            fingerprint: number, receivedAt: noon + .seconds(number), outcome: outcome,
            body: Array("{}".utf8))
    }

    /// A referrer, a lead, and a conversion of the lead's with this number.
    func convert(_ number: Int64 = 1) throws -> ConversionRow {
        let referrer = try enrol("REF-\(number)")
        let lead = try enrol("LEAD-\(number)", referredBy: referrer)
        let row = ConversionRow(
            id: ID(number), campaign: campaign, lead: lead, referrer: referrer, status: .pending,
            amount: 1000, currency: nil, occurredAt: noon, createdAt: noon, wasApproved: false)
        try store.write { (_) throws in
            try store.events.append(event(number))
            try store.conversions.append(row)
        }
        return row
    }
}
