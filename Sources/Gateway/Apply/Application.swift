import Crypto
import Inbound
import Referrals
import SQLite
import Storage
import Time
import Webhooks
import Workspace

/// Brings a database to what a workspace declares: adds and changes, never removes, sends nothing.
///
/// Works in transactions of some thousand rows, so that a gateway that serves the same file goes on
/// meanwhile. What waits for what was added, parked events and rewards without a coupon, moves on at the end.
package final class Application {
    /// What was done, or would be.
    package struct Tally: Equatable, Sendable {
        package var added = 0
        package var changed = 0
        package var unchanged = 0

        package init() {}

        var total: Int { added + changed + unchanged }

        mutating func count(_ change: Catalog.Change) {
            switch change {
            case .added: added += 1
            case .changed: changed += 1
            case .unchanged: unchanged += 1
            }
        }
    }

    package struct Report: Equatable, Sendable {
        package var campaigns = Tally()
        package var participants = Tally()
        package var coupons = Tally()
        package var sources = Tally()
        package var webhooks = Tally()
        /// Sources that were given an id, by name.
        package var sourceIDs: [String] = []
        /// Of webhooks that were declared without one; to be shown once, as they are sealed.
        package var madeSecrets: [MadeSecret] = []

        package init() {}
    }

    /// A secret that was made for a webhook.
    package struct MadeSecret: Equatable, Sendable {
        package let webhook: String
        package let secret: String
    }

    /// What only shows when it is applied.
    package enum Failure: Error, CustomStringConvertible {
        case storage(SQLiteError)
        case crypto(CryptoError)
        case participant(ParticipantDeclaration, String)
        /// A reward of a campaign stands at another place than before.
        case movedReward(ID<Campaign>, from: Int, to: Int)
        /// Belongs to another account than the one that is declared.
        case foreign(String)
        case settlement(SettlementError)
        case programme(ProgrammeLoader.Failure)
        case files(any Error)

        package var description: String {
            switch self {
            case .storage(let error): error.description
            case .crypto(let error): "\(error)"
            case .participant(let declaration, let words):
                "participant \(declaration.referralCode?.text ?? declaration.email?.canonical ?? ""): "
                    + words
            case .movedReward(let campaign, let old, let new):
                "reward \(new) of campaign \(campaign.number) was its reward \(old) before: what was granted"
                    + " is counted by its place; keep the order, and add new ones at the end"
            case .foreign(let what): "\(what) belongs to another account of this database"
            case .settlement(let error): error.description
            case .programme(let error): error.description
            case .files(let error): "\(error)"
            }
        }
    }

    private static let batch = 5_000

    let store: Store
    private let box: SecretBox
    private let now: Instant
    private let isDryRun: Bool
    private(set) var report = Report()
    var account: Int64 = 0
    var codes: [ReferralCode: ID<Participant>] = [:]

    package init(store: Store, box: SecretBox, now: Instant, isDryRun: Bool) {
        self.store = store
        self.box = box
        self.now = now
        self.isDryRun = isDryRun
    }

    /// Applies it all, or, as a dry run, all of it in one transaction that is then undone.
    package func apply(_ workspace: WorkspaceFile, in folder: Folder) throws(Failure) -> Report {
        if isDryRun {
            try stored { () throws(SQLiteError) in _ = try store.begin() }
            defer { store.rollback() }
            try applyAll(workspace, folder)
            return report
        }
        try applyAll(workspace, folder)
        try release()
        return report
    }

    private func applyAll(_ workspace: WorkspaceFile, _ folder: Folder) throws(Failure) {
        try transaction { () throws(Failure) in try declare(workspace) }
        try inBatches(workspace.participants, folder)
        for entry in workspace.campaigns {
            guard let coupons = entry.coupons, let id = entry.campaign.id else { continue }
            try inBatches(coupons, of: id, folder)
        }
    }

    private func transaction(_ body: () throws(Failure) -> Void) throws(Failure) {
        guard !isDryRun else { return try body() }
        try stored { () throws(SQLiteError) in _ = try store.begin() }
        do throws(Failure) {
            try body()
            try stored { () throws(SQLiteError) in try store.commit() }
        } catch {
            store.rollback()
            throw error
        }
    }

    // MARK: What is declared

    private func declare(_ workspace: WorkspaceFile) throws(Failure) {
        let declared = workspace.account
        account = try stored { () throws(SQLiteError) in
            if declared == nil, let known = try store.catalog.accounts().first { return known.id }
            return try store.catalog.put(
                account: declared?.name ?? "refgate", plan: (declared?.plan ?? .free).rawValue,
                at: now)
        }
        for entry in workspace.campaigns { try declare(entry.campaign) }
        for entry in workspace.sources { try declare(entry) }
        for entry in workspace.webhooks { try declare(entry) }
    }

    func declare(_ campaign: CampaignDeclaration) throws(Failure) {
        guard let id = campaign.id else { return }
        let known = try stored { () throws(SQLiteError) in
            try store.catalog.campaigns().first { $0.id == id }
        }
        guard known?.account ?? account == account else {
            throw .foreign("campaign \(id.number)")
        }
        if let known { try checkPlaces(of: campaign, was: known) }
        let document = String(decoding: campaign.canonicalJSON, as: UTF8.self)
        let change = try stored { () throws(SQLiteError) in
            try store.catalog.put(
                campaign: id, account: account, document: document,
                rewardCount: campaign.rewards.count, at: now)
        }
        report.campaigns.count(change)
        if let known, change == .changed { try recountBudgets(of: campaign, was: known) }
    }

    /// Whoever has had a reward is known by the reward's place: at another one they would get it again.
    private func checkPlaces(
        of campaign: CampaignDeclaration, was known: Catalog.CampaignRow
    ) throws(Failure) {
        guard
            let before = (try? CampaignDeclaration.read(stored: Array(known.document.utf8)))?
                .rewards
        else { return }
        let after = campaign.rewards
        for new in after.indices where !before.indices.contains(new) || before[new] != after[new] {
            let old = before.indices.first { old in
                before[old] == after[new]
                    && (!after.indices.contains(old) || after[old] != before[old])
            }
            guard let old else { continue }
            let isUsed = try stored { () throws(SQLiteError) in
                try store.catalog.hasGranted(of: known.id, position: old)
            }
            if isUsed { throw .movedReward(known.id, from: old, to: new) }
        }
    }

    /// A budget is of all that was granted, also before there was one.
    private func recountBudgets(
        of campaign: CampaignDeclaration, was known: Catalog.CampaignRow
    ) throws(Failure) {
        let before = (try? CampaignDeclaration.read(stored: Array(known.document.utf8)))?.rewards
        for (place, reward) in campaign.rewards.enumerated() where reward.budget != nil {
            let hadBudget =
                before.map { $0.indices.contains(place) && $0[place].budget != nil } ?? false
            guard !hadBudget, place < known.rewards.count else { continue }
            try stored { () throws(SQLiteError) in
                try store.catalog.recountBudget(of: known.id, position: place)
            }
        }
    }

    func declare(_ entry: SourceEntry) throws(Failure) {
        var source = entry.source
        if source.id == nil {
            source.id = "src_" + (try crypto { () throws(CryptoError) in try randomName(22) })
        }
        guard let id = source.id else { return }
        report.sourceIDs.append(id)
        let known = try stored { () throws(SQLiteError) in
            try store.catalog.sources().first { $0.id.utf8.elementsEqual(id.utf8) }
        }
        guard known?.account ?? account == account else { throw .foreign("source \(id)") }
        let sealed = try seal(
            entry.secrets.map { SealedSecrets.write($0) }, place: "source \(id)",
            known: known?.secrets)
        let change = try stored { () throws(SQLiteError) in
            try store.catalog.put(
                source: id, account: account,
                document: String(decoding: source.canonicalJSON, as: UTF8.self),
                secrets: sealed.bytes, secretsChanged: sealed.isChanged, at: now)
        }
        report.sources.count(change)
    }

    func declare(_ entry: WebhookEntry) throws(Failure) {
        let name = entry.webhook.name
        let known = try stored { () throws(SQLiteError) in
            try store.catalog.webhooks().first {
                $0.account == account && $0.name.utf8.elementsEqual(name.utf8)
            }
        }
        let before = known?.secrets.flatMap { try? box.open($0, for: "webhook \(name)") }
            .flatMap { WebhookSecrets(sealable: $0) }
        var secrets = before.map { entry.secrets.over($0) } ?? entry.secrets
        if secrets.secrets?.isEmpty ?? true {
            let secret = try crypto { () throws(CryptoError) in
                "whsec_" + Base64.encode(try SecureRandom.bytes(32))
            }
            secrets.secrets = [SecretSpec(secret)]
            report.madeSecrets.append(MadeSecret(webhook: name, secret: secret))
        }
        let sealed = try seal(
            secrets.sealable, place: "webhook \(name)", known: known?.secrets)
        let change = try stored { () throws(SQLiteError) in
            try store.catalog.put(
                webhook: name, account: account,
                document: String(decoding: entry.webhook.canonicalJSON, as: UTF8.self),
                secrets: sealed.bytes, secretsChanged: sealed.isChanged, at: now)
        }
        report.webhooks.count(change)
    }

    /// Sealing the same secret twice gives other bytes, so that what is stored is opened to compare.
    private func seal(
        _ plain: [UInt8]?, place: String, known: [UInt8]?
    ) throws(Failure) -> (bytes: [UInt8]?, isChanged: Bool) {
        guard let plain else { return (known, false) }
        if let known, let opened = try? box.open(known, for: place), opened == plain {
            return (known, false)
        }
        return (try crypto { () throws(CryptoError) in try box.seal(plain, for: place) }, true)
    }

    // MARK: Long lists

    private func inBatches(_ participants: Participants, _ folder: Folder) throws(Failure) {
        var batch: [ParticipantDeclaration] = []
        batch.reserveCapacity(Self.batch)
        do {
            try participants.forEach(in: folder) { declaration in
                batch.append(declaration)
                if batch.count == Self.batch { try enrol(&batch) }
            }
            try enrol(&batch)
        } catch {
            throw (error as? Failure) ?? .files(error)
        }
    }

    private func enrol(_ batch: inout [ParticipantDeclaration]) throws(Failure) {
        try transaction { () throws(Failure) in
            for declaration in batch {
                report.participants.count(try enrol(declaration, at: now).change)
            }
        }
        batch.removeAll(keepingCapacity: true)
    }

    private func inBatches(
        _ coupons: Coupons, of campaign: ID<Campaign>, _ folder: Folder
    ) throws(Failure) {
        var batch: [String] = []
        do {
            try coupons.forEach(in: folder) { code in
                batch.append(code)
                if batch.count == Self.batch { try add(&batch, to: campaign) }
            }
            try add(&batch, to: campaign)
        } catch {
            throw (error as? Failure) ?? .files(error)
        }
    }

    private func add(_ batch: inout [String], to campaign: ID<Campaign>) throws(Failure) {
        try transaction { () throws(Failure) in
            try stored { () throws(SQLiteError) in
                for code in batch {
                    let isNew = try store.coupons.add(code, to: campaign)
                    report.coupons.count(isNew ? .added : .unchanged)
                }
            }
        }
        batch.removeAll(keepingCapacity: true)
    }

    // MARK: What waited for it

    private func release() throws(Failure) {
        let loader = ProgrammeLoader(box: box)
        let programme: Programme
        do { programme = try loader.load(store) } catch { throw .programme(error) }
        let settlement = Settlement(
            store, programme: programme, earlierRules: loader.versions.earlierRules(store)
        ) { try? SecureRandom.bytes($0) }
        do throws(SettlementError) {
            var isMore = true
            while isMore {
                // A gateway that serves may be told something else meanwhile.
                try settlement.transaction({ settlement in
                    if let current = try? loader.load(settlement.store) {
                        settlement.programme = current
                    }
                }) { () throws(SettlementError) in
                    isMore = try settlement.release(now: now, turn: Turn())
                }
            }
        } catch {
            throw .settlement(error)
        }
    }

    // MARK: Translating errors

    func stored<Result>(
        _ body: () throws(SQLiteError) -> Result
    ) throws(Failure) -> Result {
        do { return try body() } catch { throw .storage(error) }
    }

    private func crypto<Result>(
        _ body: () throws(CryptoError) -> Result
    ) throws(Failure) -> Result {
        do { return try body() } catch { throw .crypto(error) }
    }
}

/// Letters and digits drawn at random.
func randomName(_ count: Int) throws(CryptoError) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    var name: [UInt8] = []
    while name.count < count {
        // 248 is the greatest multiple of 62 in a byte: no letter is likelier than another.
        for byte in try SecureRandom.bytes(count) where byte < 248 && name.count < count {
            name.append(alphabet[Int(byte) % 62])
        }
    }
    return String(decoding: name, as: UTF8.self)
}
