import Crypto
import Database
import HTTP
import JSON
import Ledger
import Mapping
import Referrals
import SQLite
import Time
import Webhooks

@testable import Storage

/// A gateway's database in a folder of its own, settled by the real processor at times a test sets.
///
/// Participants, coupons and rewards count from 1. What is declared is kept in all its versions, as audits and
/// explanations ask for them; the documents stored are only marks.
package final class Scratch {
    package let folder: ScratchFolder
    /// The one that events are settled over.
    package let store: Store
    /// Another connection, as `apply` has one: what is declared, enrolled and uploaded comes over it, so that
    /// the processor has to take notice of it by itself.
    package let operators: Store
    package let processor: EventProcessor
    /// Moves by what a test adds, and by a second with every message.
    package var now: Instant
    package let account: ID<Account>

    private var campaigns: [ID<Campaign>: [CampaignSettings]] = [:]
    private var sources: [ID<Referrals.Source>: [SourceSettings]] = [:]
    private var webhooks: [WebhookSettings] = []

    package var path: String { folder.path + "/refgate.db" }

    /// 2026-11-21T12:00:00Z.
    package static let noon = Instant(clampingMicroseconds: 1_795_262_400_000_000)

    package init(
        campaigns: [Campaign] = [.plain()], sources: [DeclaredSource] = [DeclaredSource()],
        webhooks: [DeclaredWebhook] = [DeclaredWebhook()], now: Instant = noon,
        recorder: StatementRecorder? = nil
    ) throws {
        folder = try ScratchFolder()
        self.now = now
        let path = folder.path + "/refgate.db"
        let store = try Self.open(path, recorder)
        self.store = store
        operators = try Self.open(path, recorder)
        account = try operators.catalog.create(account: "Test", plan: "free", at: now)
        var given: UInt8 = 0
        processor = EventProcessor(
            store, declarations: CompiledDeclarations(sources: [], campaigns: [], webhooks: [])
        ) { count in
            // Codes that a test can tell in advance: AAAAAAAB, AAAAAAAC, …
            given += 1
            return Array(repeating: 0, count: max(0, count - 1)) + [given]
        }
        for campaign in campaigns { try declare(campaign) }
        for source in sources { try declare(source) }
        for webhook in webhooks { try declare(webhook) }
    }

    private static func open(_ path: String, _ recorder: StatementRecorder?) throws -> Store {
        let connection = try Store.connect(path, for: .writer)
        // Nothing here outlives the test, so nothing need reach the disk.
        try connection.execute("PRAGMA synchronous=OFF")
        guard let recorder else { return try Store(connection) }
        return try Store(RecordingSession(connection, recorder), file: DatabaseFile(connection))
    }

    // MARK: Declaring

    /// Declares a campaign, or changes it into its next version.
    package func declare(_ campaign: Campaign) throws {
        let earlier = campaigns[campaign.id] ?? []
        let campaign = Campaign(
            id: campaign.id, version: Int32(earlier.count + 1), campaign.rules,
            rewards: campaign.rewards)
        let settings = try campaign.settings(account: account)
        _ = try operators.catalog.put(
            campaign: campaign.id, account: account,
            document: "{\"kind\":\"\(campaign.rules.kind)\",\"version\":\(campaign.version)}",
            rewardCount: campaign.rewards.count, at: now)
        campaigns[campaign.id] = earlier + [settings]
        reload()
    }

    package func declare(_ source: DeclaredSource) throws {
        let known = sources.values.first { $0.last?.id == source.id } ?? []
        let version = Int64(known.count + 1)
        _ = try operators.catalog.put(
            source: source.id, account: account, document: "{\"version\":\(version)}",
            secrets: nil, secretsChanged: false, at: now)
        let number = try operators.catalog.sources().first { $0.id == source.id }?.number ?? ID(0)
        sources[number] =
            known + [try source.settings(number: number, account: account, version: version)]
        reload()
    }

    package func declare(_ webhook: DeclaredWebhook) throws {
        _ = try operators.catalog.put(
            webhook: webhook.name, account: account, document: "{}", secrets: nil,
            secretsChanged: false, at: now)
        let id = try operators.catalog.webhooks().first { $0.name == webhook.name }?.id ?? 0
        webhooks.append(
            WebhookSettings(
                id: id, account: account, name: webhook.name, events: webhook.events,
                campaign: nil, userSources: nil, sendsAllShifts: webhook.sendsAllShifts,
                isDisabled: false))
        reload()
    }

    private func reload() {
        processor.declarations = CompiledDeclarations(
            sources: sources.values.compactMap(\.last),
            campaigns: campaigns.values.compactMap(\.last), webhooks: webhooks,
            former: campaigns.values.flatMap { $0.flatMap(\.version.rewards) })
    }

    /// A campaign in one of its versions, as loaders give it.
    package func campaign(_ id: ID<Campaign>, version: Int32) -> CampaignSettings? {
        campaigns[id]?.first { $0.version.version == version }
    }

    package func source(_ number: ID<Referrals.Source>, version: Int64) -> SourceReading? {
        sources[number]?.first { $0.version == version }?.reading
    }

    // MARK: People and coupons

    /// Enrols a participant; their code is also the start of their address unless one is given.
    @discardableResult
    package func enrol(
        _ code: String, referredBy: ID<Participant>? = nil, email: String? = nil,
        campaign: Int64 = 1, isDisabled: Bool = false, joinedAt: Instant? = nil
    ) throws -> ID<Participant> {
        try operators.write { _ in
            try operators.participants.enrol(
                ParticipantRow(
                    participant: Participant(
                        id: ID(0), campaign: ID(campaign),
                        email: email ?? code.lowercased() + "@\(code.lowercased()).example",
                        joinedAt: joinedAt ?? now - .seconds(86_400), isDisabled: isDisabled,
                        referredBy: referredBy),
                    account: account, code: code,
                    firstName: code.prefix(1) + code.dropFirst().lowercased()))
        }
    }

    /// A referrer with leads of theirs; all are called by their codes.
    @discardableResult
    package func enrol(
        referrer: String, leads: [String], campaign: Int64 = 1
    ) throws -> ID<Participant> {
        let id = try enrol(referrer, campaign: campaign)
        for lead in leads { try enrol(lead, referredBy: id, campaign: campaign) }
        return id
    }

    package func addCoupons(_ count: Int, to campaign: Int64 = 1) throws {
        try operators.write { _ in
            for number in 1...count {
                _ = try operators.coupons.add(
                    "CODE-\(campaign)-\(now.seconds)-\(number)", to: ID(campaign))
            }
        }
    }

    // MARK: Events

    /// Settles a message of a source, the first one unless another is named.
    @discardableResult
    package func post(_ message: PartnerMessage, to source: String? = nil) throws -> Answer {
        try post(body: message.body, id: message.id, to: source)
    }

    @discardableResult
    package func post(body: [UInt8], id: String, to name: String? = nil) throws -> Answer {
        now += .seconds(1)
        let settings = processor.declarations.sources
        guard
            let source = name.flatMap({ settings[$0] })
                ?? settings.values.min(by: {
                    $0.number < $1.number
                })
        else { throw ScratchError.declaration("no such source") }
        let incoming = try Incoming.reading(body, id: id, from: source, at: now)
        var answer: Answer?
        processor.noteTime(now)
        try processor.transaction({ _ in }) {
            answer = try processor.process(incoming, from: source, now: now)
            try processor.processFollowUps(now: now, turn: .unlimited)
        }
        guard let answer else { throw ScratchError.declaration("no answer") }
        return answer
    }

    /// Moves on what can, as a running gateway does by itself.
    ///
    /// - Parameter turn: makes the turn of each transaction.
    package func release(turn: () -> Turn = { .unlimited }) throws {
        var isMore = true
        processor.noteTime(now)
        while isMore {
            try processor.transaction({ _ in }) {
                isMore = try processor.release(now: now, turn: turn())
            }
        }
    }

    /// Runs SQL, as somebody would who damages the database.
    package func execute(_ sql: String) throws { try store.session.execute(sql) }

    /// Changes something over the connection that events are settled over.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try store.write { _ in try body() }
    }
}

extension Incoming {
    /// A delivery as the gateway would read it after verifying.
    package static func reading(
        _ body: [UInt8], id: String, from source: SourceSettings, at now: Instant
    ) throws -> Incoming {
        let document = try Document(parsing: body)
        var fields = Fields()
        fields.append("webhook-id", id)
        guard case .single(let item) = source.mapping.map(document, headers: fields) else {
            throw ScratchError.declaration("a list of events")
        }
        var bytes = body
        let content: Content
        switch item {
        case .event(let event):
            bytes = []
            event.appendFingerprint(to: &bytes)
            content = .event(event)
        case .unmapped(let problems): content = .unmapped(problems)
        case .notOurs: content = .notOurs
        }
        let digest = try SHA256.digest(of: bytes)
        return Incoming(
            content: content, eventID: id,
            fingerprint: digest.prefix(8).reduce(0) { $0 << 8 | Int64($1) }, receivedAt: now,
            payload: document.root, body: body)
    }
}
