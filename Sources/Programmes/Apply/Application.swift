import Crypto
import Database
import Declarations
import Ledger
import Referrals
import Storage
import Time
import Webhooks
import Workspace

/// Applies a workspace to a database: adds and changes, never removes, sends nothing.
///
/// The whole workspace is checked before anything is written. It is written in short transactions
/// with pauses between them (see `Pacing`), so that a running gateway on the same file continues
/// meanwhile. Each declaration is written whole or not at all: a campaign with its rewards, a
/// source or a webhook with its secrets. Rows that waited for an addition, parked events and
/// rewards without a coupon, are released at the end. If the process ends early, its changes so far
/// stay, and applying the same file again does the rest.
package final class Application {
    /// The counts of changes made, or of those a dry run would make.
    package struct Tally: Equatable, Sendable {
        /// The number of new rows.
        package var added = 0
        /// The number of changed rows.
        package var changed = 0
        /// The number of rows that are already as declared.
        package var unchanged = 0

        /// Makes a tally of nothing.
        package init() {}

        package var total: Int { added + changed + unchanged }

        package mutating func count(_ change: Catalog.Change) {
            switch change {
            case .added: added += 1
            case .changed: changed += 1
            case .unchanged: unchanged += 1
            }
        }
    }

    /// The result of applying a workspace.
    package struct Report: Equatable, Sendable {
        /// The change of the account's name and plan, as a sentence; nil if there is none.
        package var account: String?
        /// The campaigns of the workspace.
        package var campaigns = Tally()
        /// The participants of the workspace.
        package var participants = Tally()
        /// The coupons of the workspace.
        package var coupons = Tally()
        /// The sources of the workspace.
        package var sources = Tally()
        /// The webhooks of the workspace.
        package var webhooks = Tally()
        /// The sources that were given an id, by name.
        package var sourceIDs: [String] = []
        /// The secrets of webhooks that were declared without one; shown only once, as they are
        /// sealed.
        package var madeSecrets: [MadeSecret] = []
        /// Sources and webhooks whose secrets were rotated after the file was written, and stay.
        package var keptSecrets: [String] = []
        /// Sources and webhooks whose stored secrets could not be opened.
        package var unusable: [String] = []
        /// Rewards of the file without a bound on their worth, each as a text such as `reward 1 of
        /// campaign 7`.
        package var unbounded: [String] = []
        /// Participants who need another address since a database of an earlier release was
        /// updated.
        package var addressConflicts: [Catalog.AddressConflict] = []

        /// Makes an empty report.
        package init() {}
    }

    /// A secret that was made for a webhook.
    package struct MadeSecret: Equatable, Sendable {
        /// The webhook's name.
        package let webhook: String
        /// The secret in plain text.
        package let secret: String
    }

    /// A failure that is found only on applying.
    package enum Failure: Error, CustomStringConvertible {
        case participant(ParticipantDeclaration, String)
        /// Another participant has the code that a declaration asks for.
        case codeTaken(ReferralCode)
        /// The failure of one declaration among many, with its place.
        indirect case located(DeclaredPlace, Failure)
        /// A reward of a campaign has another place than before.
        case movedReward(ID<Campaign>, from: Int, to: Int)
        /// The row belongs to another account than the declared one.
        case foreign(String)
        /// The account has another name than the declared one.
        case otherAccount(name: String, declared: String)
        /// A webhook's address leads to another host than the one its credentials were supplied
        /// for.
        case credentialsNeeded(webhook: String)
        /// A new webhook would get a number that has no room in a delivery number.
        case tooManyWebhooks(webhook: String)
        /// A waitlist with signups would become another kind of campaign.
        case keptKind(ID<Campaign>)
        /// A campaign's number is too great for the account.
        case greatNumber(CampaignNumber)

        /// The failure as a sentence for the terminal.
        package var description: String {
            switch self {
            case .participant(let declaration, let words):
                "participant \(declaration.referralCode?.text ?? declaration.email?.canonical ?? ""): "
                    + words
            case .codeTaken(let code): "another participant has the code \(code.text)"
            case .located(let place, let failure): "\(place): \(failure)"
            case .movedReward(let campaign, let old, let new):
                "reward \(new) of campaign \(campaign.declared.number) was its reward \(old) before: granted rewards"
                    + " are counted by place; keep the order, and add new rewards at the end"
            case .foreign(let what):
                "\(what) belongs to another account, or to its other side; an id that is a text need only be"
                    + " unique within its campaign"
            case .otherAccount(let name, let declared):
                "the account is called \(name), and the file calls it \(declared); to rename it run"
                    + " `refgate accounts rename`, else write \(name) in the file"
            case .credentialsNeeded(let webhook):
                "the url of webhook \(webhook) leads to another host, and its stored credentials are not"
                    + " sent there; declare its `credentials` again, or {} for none"
            case .tooManyWebhooks(let webhook):
                "webhook \(webhook) cannot be added: this database has given out all"
                    + " \(DeliveryNumber.highestWebhook) webhook numbers, and a deleted webhook keeps its"
                    + " number; change an existing webhook instead"
            case .keptKind(let campaign):
                "campaign \(campaign.declared.number) is a waitlist with signups and stays one; end it, and"
                    + " declare another campaign"
            case .greatNumber(let number):
                "campaign \(number.number) has too great a number; the account's campaigns can have"
                    + " numbers up to \(ID<Campaign>.greatestNumber)"
            }
        }

        /// True if the declaration must be changed, and nothing else.
        package var isOfDeclaration: Bool {
            switch self {
            case .participant, .codeTaken, .movedReward, .foreign, .otherAccount,
                .credentialsNeeded, .tooManyWebhooks, .keptKind, .greatNumber:
                true
            case .located(_, let failure): failure.isOfDeclaration
            }
        }
    }

    let store: Store
    let box: SecretBox
    let now: Instant
    private let isDryRun: Bool
    let pacing: Pacing
    /// The changes committed so far, even if `apply` throws.
    package internal(set) var report = Report()
    /// The origin of the declared secrets, which decides how they merge with the stored ones.
    package var secretPolicy = SecretPolicy.file
    /// The side of an account that declarations belong to; number 0 while the database has none.
    package var account: ID<Account> = ID(0)
    /// The account and side that a workspace is for.
    private let choice: AccountChoice
    /// The JSON object that the next new signup is stored with; nil if there is none.
    package var metadata: String?

    /// - Parameters:
    ///   - choice: The account and side that a workspace is for.
    ///   - isDryRun: True to find out the changes without making them.
    ///   - pacing: The turns in which the database is locked.
    package init(
        store: Store, box: SecretBox, now: Instant, for choice: AccountChoice = AccountChoice(),
        isDryRun: Bool, pacing: Pacing = .usual
    ) {
        self.choice = choice
        self.store = store
        self.box = box
        store.signups.deriveFormerUIDs()
        if store.tombstones.digest == nil { store.recognizeDeletedPeople(with: box) }
        self.now = now
        self.isDryRun = isDryRun
        self.pacing = pacing
    }

    /// Applies the workspace or, as a dry run, finds out the changes.
    package func apply(_ workspace: WorkspaceFile, in folder: Folder) throws -> Report {
        let declarations = Declaration.all(of: workspace)
        for declaration in declarations { try check(declaration) }
        if isDryRun {
            try check(workspace.participants, folder) { report.participants.count($0) }
            try lookUpCoupons(of: workspace, folder)
        } else {
            let account = report.account
            report = Report()
            report.account = account
            try checkParticipants(of: workspace, folder)
            try inSlices(declarations) { declaration in try declare(declaration) }
            try enrol(workspace.participants, folder)
            try addCoupons(of: workspace, folder)
            try release()
        }
        report.unbounded = workspace.campaigns.flatMap { Self.unboundedRewards(of: $0.campaign) }
        report.addressConflicts = try store.catalog.addressConflicts()
        return report
    }

    /// Rewards are counted from 1, as people count them.
    private static func unboundedRewards(of campaign: CampaignDeclaration) -> [String] {
        campaign.rewards.enumerated().filter { !$0.element.isBounded }.map { place, _ in
            "reward \(place + 1) of campaign \(campaign.id?.number ?? 0)"
        }
    }

    /// Finds people who cannot be enrolled or changed as declared, before anything is written.
    private func checkParticipants(of workspace: WorkspaceFile, _ folder: Folder) throws {
        // Without participants there can be no conflict.
        let hasAny = try store.participants.hasAny(of: account)
        guard hasAny else { return }
        try check(workspace.participants, folder) { _ in }
    }

    // MARK: Declarations

    /// One declaration of a workspace, written in one transaction.
    private enum Declaration {
        case account(AccountDeclaration?)
        case campaign(CampaignDeclaration)
        case source(SourceEntry)
        case webhook(WebhookEntry)

        /// The declarations in an order in which each comes after those it refers to. Webhooks are
        /// last, since the secrets that are made for them are shown at the end.
        static func all(of workspace: WorkspaceFile) -> [Declaration] {
            var all: [Declaration] = [.account(workspace.account)]
            all += workspace.campaigns.map { .campaign($0.campaign) }
            all += workspace.sources.map { .source($0) }
            all += workspace.webhooks.map { .webhook($0) }
            return all
        }
    }

    /// Counts the changes of a declaration, and makes none.
    private func check(_ declaration: Declaration) throws {
        switch declaration {
        case .account(let declared): try check(declared)
        case .campaign(let declared):
            guard let number = declared.id else { return }
            let known = try known(declared, id(of: number))
            report.campaigns.count(Catalog.change(of: known, to: declared.document))
        case .source(let entry): report.sources.count(try examine(entry).change)
        case .webhook(let entry):
            report.webhooks.count(try examine(entry, after: report.webhooks.added).change)
        }
    }

    private func declare(_ declaration: Declaration) throws {
        switch declaration {
        case .account(let declared): try declare(declared)
        case .campaign(let declared): try declare(declared)
        case .source(let entry): try declare(entry)
        case .webhook(let entry): try declare(entry)
        }
    }

    /// Finds the side that the workspace is for, and checks that its account has the declared name.
    private func check(_ declared: AccountDeclaration?) throws {
        let known = try choice.account(in: store.catalog, declared: declared?.name)
        guard let known else { return }
        account = try store.catalog.side(choice.mode, of: known.id)
        guard let declared else { return }
        if choice.mode == .live {
            report.account = Self.change(of: known, to: declared)
        }
        guard known.name != Catalog.unnamedAccount else { return }
        guard known.name.utf8.elementsEqual(declared.name.utf8) else {
            throw Failure.otherAccount(name: known.name, declared: declared.name)
        }
    }

    /// The change that a declaration makes to an account; nil if it makes none.
    private static func change(
        of known: Catalog.AccountRow, to declared: AccountDeclaration
    ) -> String? {
        var changes: [String] = []
        if known.name != declared.name { changes.append("named \(declared.name)") }
        if known.plan != declared.plan.rawValue {
            changes.append("plan \(known.plan) → \(declared.plan.rawValue)")
        }
        return changes.isEmpty ? nil : changes.joined(separator: ", ")
    }

    /// Makes the account if the database has none, and changes it as declared. A workspace that is
    /// applied to the test side changes nothing of the account.
    private func declare(_ declared: AccountDeclaration?) throws {
        try check(declared)
        guard declared != nil || account.number == 0 else { return }
        let catalog = store.catalog
        let declared = declared ?? AccountDeclaration(name: Catalog.unnamedAccount)
        if account.number == 0 {
            let made = try catalog.create(
                account: declared.name, plan: declared.plan.rawValue, at: now)
            account = try catalog.side(choice.mode, of: made)
        } else if choice.mode == .live, let known = try catalog.side(account) {
            try catalog.update(
                account: account, name: declared.name, plan: declared.plan.rawValue,
                browserKeys: known.browserKeys)
        }
    }

    /// The id of a declared campaign.
    package func id(of number: CampaignNumber) throws -> ID<Campaign> {
        // Without an account there is no campaign either.
        if account.number == 0 { return ID(0) }
        guard let id = ID<Campaign>(number, of: account) else {
            throw Failure.greatNumber(number)
        }
        return id
    }

    /// The id of a participant's campaign; 0, which no campaign has, for a number that none can
    /// have.
    func campaign(of declaration: ParticipantDeclaration) -> ID<Campaign> {
        (try? id(of: declaration.campaign)) ?? ID(0)
    }

    /// True if a row belongs to another account than the declared one. Without an account there was
    /// none when the checks began: rows that another process has made since are examined when they
    /// are written.
    func isForeign(_ owner: ID<Account>?) -> Bool {
        guard let owner, account.number != 0 else { return false }
        return owner != account
    }

    package func declare(_ campaign: CampaignDeclaration) throws {
        guard let number = campaign.id else { return }
        let id = try id(of: number)
        _ = try known(campaign, id)
        let change = try store.catalog.put(
            campaign: id, account: account, document: campaign.document,
            rewardCount: campaign.rewards.count, uid: UID(of: SecureRandom.bytes(16), version: 4),
            at: now)
        report.campaigns.count(change)
    }

    /// The stored campaign; throws if it cannot become the declared one.
    private func known(
        _ campaign: CampaignDeclaration, _ id: ID<Campaign>
    ) throws -> Catalog.CampaignRow? {
        let known = try store.catalog.campaign(id)
        if let known {
            try checkPlaces(of: campaign, was: known)
            if campaign.rules.kind != .waitlist, try store.signups.hasAny(of: id) {
                throw Failure.keptKind(id)
            }
        }
        return known
    }

    /// Throws if a reward has changed its place, by which granted rewards are known: they would be
    /// granted again.
    private func checkPlaces(
        of campaign: CampaignDeclaration, was known: Catalog.CampaignRow
    ) throws {
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
            let isUsed = try store.rewards.totals.hasGranted(of: known.id, position: old)
            if isUsed { throw Failure.movedReward(known.id, from: old, to: new) }
        }
    }
}

extension CampaignDeclaration {
    /// The text that is stored.
    fileprivate var document: String { String(decoding: canonicalJSON, as: UTF8.self) }
}

/// A text of letters and digits drawn at random.
package func randomName(_ count: Int) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    var name: [UInt8] = []
    while name.count < count {
        // 248 is the greatest multiple of 62 in a byte: no letter is likelier than another.
        for byte in SecureRandom.bytes(count) where byte < 248 && name.count < count {
            name.append(alphabet[Int(byte) % 62])
        }
    }
    return String(decoding: name, as: UTF8.self)
}
