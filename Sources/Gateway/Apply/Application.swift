import Crypto
import Database
import Declarations
import Inbound
import Referrals
import Storage
import Time
import Webhooks
import Workspace

/// Brings a database to what a workspace declares: adds and changes, never removes, sends nothing.
///
/// All of it is checked before anything is written. It is written in short transactions with pauses between
/// them (see `Pacing`), so that a gateway that serves the same file goes on meanwhile. Each declaration is written
/// whole or not at all: a campaign with its rewards, a source or a webhook with its secrets. What waits for what was
/// added, parked events and rewards without a coupon, moves on at the end. Where the process ends early, what was
/// written stays, and applying the same file again does the rest.
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
        /// Sources and webhooks whose secrets were rotated after the file was written, and stay.
        package var keptSecrets: [String] = []
        /// Sources and webhooks whose stored secrets could not be opened.
        package var unusable: [String] = []
        /// Rewards of the file whose worth nothing bounds, each as a text such as `reward 1 of campaign 7`.
        package var unbounded: [String] = []
        /// Participants who need another address since a database of an earlier release was brought up to date.
        package var addressConflicts: [Catalog.AddressConflict] = []

        package init() {}
    }

    /// A secret that was made for a webhook.
    package struct MadeSecret: Equatable, Sendable {
        package let webhook: String
        package let secret: String
    }

    /// What only shows when it is applied.
    package enum Failure: Error, CustomStringConvertible {
        case participant(ParticipantDeclaration, String)
        /// The code that a declaration asks for is another participant's.
        case codeTaken(ReferralCode)
        /// One of many declarations, at its place.
        indirect case located(DeclaredPlace, Failure)
        /// A reward of a campaign stands at another place than before.
        case movedReward(ID<Campaign>, from: Int, to: Int)
        /// Belongs to another account than the one that is declared.
        case foreign(String)
        /// The account has another name than the one that is declared.
        case otherAccount(name: String, declared: String)
        /// A webhook's address leads to another host than the one its credentials were given for.
        case credentialsNeeded(webhook: String)

        package var description: String {
            switch self {
            case .participant(let declaration, let words):
                "participant \(declaration.referralCode?.text ?? declaration.email?.canonical ?? ""): "
                    + words
            case .codeTaken(let code): "another participant has the code \(code.text)"
            case .located(let place, let failure): "\(place): \(failure)"
            case .movedReward(let campaign, let old, let new):
                "reward \(new) of campaign \(campaign.number) was its reward \(old) before: what was granted"
                    + " is counted by its place; keep the order, and add new ones at the end"
            case .foreign(let what): "\(what) belongs to another account of this database"
            case .otherAccount(let name, let declared):
                "the account is called \(name), and the file calls it \(declared); to rename it run"
                    + " `refgate accounts rename`, else write \(name) in the file"
            case .credentialsNeeded(let webhook):
                "the url of webhook \(webhook) leads to another host, and its stored credentials are not"
                    + " sent there; declare its `credentials` again, or {} for none"
            }
        }

        /// Whether what is declared has to be changed, and nothing around it.
        package var isOfDeclaration: Bool {
            switch self {
            case .participant, .codeTaken, .movedReward, .foreign, .otherAccount,
                .credentialsNeeded:
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
    /// What was committed so far, also where `apply` throws.
    package internal(set) var report = Report()
    package var secretPolicy = SecretPolicy.file
    var account: Int64 = 0

    package init(
        store: Store, box: SecretBox, now: Instant, isDryRun: Bool, pacing: Pacing = .usual
    ) {
        self.store = store
        self.box = box
        if store.tombstones.digest == nil { store.recognizeDeletedPeople(with: box) }
        self.now = now
        self.isDryRun = isDryRun
        self.pacing = pacing
    }

    /// Applies it all, or, as a dry run, finds out what that would do.
    package func apply(_ workspace: WorkspaceFile, in folder: Folder) throws -> Report {
        let declarations = Declaration.all(of: workspace)
        for declaration in declarations { try check(declaration) }
        if isDryRun {
            try check(workspace.participants, folder) { report.participants.count($0) }
            try lookUpCoupons(of: workspace, folder)
        } else {
            report = Report()
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

    /// Finds who cannot be enrolled or changed as declared, before anything is written.
    private func checkParticipants(of workspace: WorkspaceFile, _ folder: Folder) throws {
        // Where nobody is enrolled, nobody can be in the way.
        let hasAny = try store.participants.hasAny(of: account)
        guard hasAny else { return }
        try check(workspace.participants, folder) { _ in }
    }

    // MARK: What is declared

    /// One declaration of a workspace, written in one transaction.
    private enum Declaration {
        case account(AccountDeclaration?)
        case campaign(CampaignDeclaration)
        case source(SourceEntry)
        case webhook(WebhookEntry)

        /// In an order in which each comes after what it names. Webhooks are last, since the secrets that are
        /// made for them are shown at the end.
        static func all(of workspace: WorkspaceFile) -> [Declaration] {
            var all: [Declaration] = [.account(workspace.account)]
            all += workspace.campaigns.map { .campaign($0.campaign) }
            all += workspace.sources.map { .source($0) }
            all += workspace.webhooks.map { .webhook($0) }
            return all
        }
    }

    /// Counts what a declaration would change, and changes nothing.
    private func check(_ declaration: Declaration) throws {
        switch declaration {
        case .account(let declared): try check(declared)
        case .campaign(let declared):
            guard let id = declared.id else { return }
            let known = try known(declared, id)
            report.campaigns.count(Catalog.change(of: known, to: declared.document))
        case .source(let entry): report.sources.count(try examine(entry).change)
        case .webhook(let entry): report.webhooks.count(try examine(entry).change)
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

    /// A database has one account. One that was made before anybody named it takes the declared name; a name
    /// that was given stays.
    private func check(_ declared: AccountDeclaration?) throws {
        let known = try store.catalog.accounts().first
        guard let known else { return }
        account = known.id
        guard let declared, known.name != Catalog.unnamedAccount else { return }
        guard known.name.utf8.elementsEqual(declared.name.utf8) else {
            throw Failure.otherAccount(name: known.name, declared: declared.name)
        }
    }

    private func declare(_ declared: AccountDeclaration?) throws {
        try check(declared)
        if declared == nil, account != 0 { return }
        let declared = declared ?? AccountDeclaration(name: Catalog.unnamedAccount)
        account = try store.catalog.put(
            account: declared.name, plan: declared.plan.rawValue, at: now)
    }

    /// Whether what belongs to an account is another's than the one that is declared. Without an account there
    /// was none when the checks began: what another process has made since is examined when it is written.
    func isForeign(_ owner: Int64?) -> Bool {
        guard let owner, account != 0 else { return false }
        return owner != account
    }

    func declare(_ campaign: CampaignDeclaration) throws {
        guard let id = campaign.id else { return }
        _ = try known(campaign, id)
        let change = try store.catalog.put(
            campaign: id, account: account, document: campaign.document,
            rewardCount: campaign.rewards.count, at: now)
        report.campaigns.count(change)
    }

    /// The campaign as it is stored; throws where it cannot become what is declared.
    private func known(
        _ campaign: CampaignDeclaration, _ id: ID<Campaign>
    ) throws -> Catalog.CampaignRow? {
        let known = try store.catalog.campaign(id)
        guard !isForeign(known?.account) else {
            throw Failure.foreign("campaign \(id.number)")
        }
        if let known { try checkPlaces(of: campaign, was: known) }
        return known
    }

    /// Whoever has had a reward is known by the reward's place: at another one they would get it again.
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
    /// As it is stored.
    fileprivate var document: String { String(decoding: canonicalJSON, as: UTF8.self) }
}

/// Letters and digits drawn at random.
func randomName(_ count: Int) -> String {
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
