import Declarations
import JSON
import Reading
import Referrals

/// Reads a workspace from its root down, and checks references between its parts.
package struct WorkspaceReader {
    /// The document with the mistakes found so far.
    package let reading: DocumentReading
    let check: ExpressionCheck
    private let folder: Folder
    private let known: Known
    /// The declaration of each campaign, by its number.
    private var campaigns: [CampaignNumber: Value] = [:]
    /// The mistakes in the files that the workspace names.
    package private(set) var elsewhere: [Mistakes] = []

    /// Begins to read a workspace.
    package init(
        _ reading: DocumentReading, _ folder: Folder, _ known: Known,
        _ check: ExpressionCheck = ExpressionCheck()
    ) {
        self.reading = reading
        self.check = check
        self.folder = folder
        self.known = known
    }

    /// The mistakes of the workspace, then those of each file it names.
    package var mistakes: Mistakes {
        let all = [reading.mistakes()] + elsewhere
        return Mistakes(
            Array(all.map(\.list).joined()), omitted: all.reduce(0) { $0 + $1.omitted })
    }

    /// Reads the root; mistakes are noted, and the result is complete only if there are none.
    package mutating func read(_ root: Value) -> WorkspaceFile {
        var members = Members(root, in: reading)
        var workspace = WorkspaceFile()
        members.passOver([WorkspaceFile.schemaMember])
        if var account = members.members("account") {
            workspace.account = AccountDeclaration.read(&account)
            account.end()
        }
        workspace.campaigns = readCampaigns(&members, workspace.account?.plan ?? known.plan)
        workspace.participants = readParticipants(&members)
        workspace.sources = readSources(&members)
        workspace.webhooks = readWebhooks(&members)
        workspace.tests = (members.list("tests", atMost: Self.mostTests) ?? [])
            .compactMap { members.text(of: $0, atMost: 4096) }
        members.end()
        if check.isLinting { lint(workspace) }
        return workspace
    }

    private mutating func readCampaigns(
        _ members: inout Members, _ plan: AccountDeclaration.Plan?
    ) -> [CampaignEntry] {
        let list = members.list("campaigns", atMost: Self.mostEntries) ?? []
        // Numbers are read first: a campaign with a mistake still counts as declared.
        for campaign in list {
            guard let id = campaign.value["id"], let number = id.int else { continue }
            if let first = campaigns[ID(number)] {
                reading.note(
                    .duplicate(.campaign, String(number), first: reading.line(of: first)), at: id)
            } else {
                campaigns[ID(number)] = id
            }
        }
        return list.map { readCampaign($0.value, plan) }
    }

    private mutating func readCampaign(
        _ value: Value, _ plan: AccountDeclaration.Plan?
    ) -> CampaignEntry {
        let stored = value["id"]?.int.flatMap { known.campaign(ID($0)) }
        let isWhole = value["name"] != nil && value["goal_type"] != nil
        var members = Members(value, over: isWhole ? nil : root(of: stored), in: reading)
        let campaign = CampaignDeclaration.read(&members, .declared, check)
        if campaign.rules.publish == .public, plan == .free,
            known.paidPlanFor.contains(.publicCampaigns)
        {
            members.note(.rule(.publicNeedsPaidPlan), at: "publish")
        }
        let coupons = readCoupons(&members, of: campaign.id)
        members.end()
        return CampaignEntry(campaign: campaign, coupons: coupons)
    }

    private mutating func readSources(_ members: inout Members) -> [SourceEntry] {
        let list = members.list("sources", atMost: Self.mostEntries) ?? []
        checkNames(list, "id", .source)
        return list.map { entry in
            let value = entry.value
            let stored = value["id"]?.string.flatMap { known.source($0) }
            let isWhole = value["preset"] != nil || value["scheme"] != nil
            var members = Members(value, over: isWhole ? nil : root(of: stored), in: reading)
            let source = SourceEntry.read(
                &members, .declared, needsSecret: stored == nil, check)
            checkCampaign(source.source.campaign, &members)
            members.end()
            return source
        }
    }

    private mutating func readWebhooks(_ members: inout Members) -> [WebhookEntry] {
        let list = members.list("webhooks", atMost: Self.mostEntries) ?? []
        checkNames(list, "name", .webhook)
        return list.map { entry in
            let value = entry.value
            let stored = value["name"]?.string.flatMap { known.webhook($0) }
            let isWhole = value["url"] != nil && value["events"] != nil
            var members = Members(value, over: isWhole ? nil : root(of: stored), in: reading)
            let webhook = WebhookEntry.read(&members, .declared, refusal: known.refusal)
            checkCampaign(webhook.webhook.campaign, &members)
            members.end()
            return webhook
        }
    }

    static let mostEntries = 10_000
    static let mostTests = 1000

    /// Notes each name that appears earlier in the list.
    private func checkNames(
        _ list: [Members.Member], _ member: String, _ subject: Fault.Subject
    ) {
        var seen: [String: Value] = [:]
        for entry in list {
            guard let value = entry.value[member], let name = value.string else { continue }
            if let first = seen[name] {
                reading.note(.duplicate(subject, name, first: reading.line(of: first)), at: value)
            } else {
                seen[name] = value
            }
        }
    }

    private func checkCampaign(_ campaign: CampaignNumber?, _ members: inout Members) {
        guard let campaign, campaigns[campaign] == nil, known.campaign(campaign) == nil else {
            return
        }
        members.note(.dangling(.campaign, String(campaign.number)), at: "campaign")
    }
}

// MARK: Lists that may stand in files

extension WorkspaceReader {
    private mutating func readCoupons(
        _ members: inout Members, of campaign: CampaignNumber?
    ) -> Coupons? {
        guard let member = members.member("coupons"), !member.isBase else { return nil }
        if member.value.kind == .string {
            guard let path = members.text(of: member, atMost: 4096) else { return nil }
            return readFile(path, named: member, CSVRows.init(coupons:file:)) {
                rows, _ throws(FileFailure) in
                try rows.countCoupons(of: campaign).map {
                    .file(path: path, count: $0, of: campaign)
                }
            }
        }
        return members.couponList()
    }

    private mutating func readParticipants(_ members: inout Members) -> Participants {
        guard let member = members.member("participants") else { return .listed([]) }
        let campaigns = campaigns
        let known = known
        var roll = Roll(known) { campaigns[$0] != nil || known.campaign($0) != nil }
        if member.value.kind == .string {
            guard let path = members.text(of: member, atMost: 4096) else { return .listed([]) }
            return readFile(path, named: member, CSVRows.init(participants:file:)) {
                rows, _ throws(FileFailure) in
                try Self.readParticipants(&rows, &roll).map { .file(path: path, count: $0) }
            } ?? .listed([])
        }
        guard member.value.kind == .array else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.list, .text]),
                at: member)
            return .listed([])
        }
        return .listed(readParticipants(member.value, &roll))
    }

    private func readParticipants(_ list: Value, _ roll: inout Roll) -> [ParticipantDeclaration] {
        let reading = reading
        var participants: [ParticipantDeclaration] = []
        participants.reserveCapacity(list.count)
        func line(_ offset: Int) -> Fault.Line {
            Fault.Line(
                file: reading.file,
                number: Position(of: offset, in: reading.document.bytes).line)
        }
        for value in list.elements {
            var members = Members(value, in: reading)
            let participant = ParticipantDeclaration.read(&members, .declared)
            members.end()
            roll.enter(
                participant, at: value.range.lowerBound,
                column: { value["referred_by"]?.range.lowerBound ?? value.range.lowerBound },
                line: line
            ) { column, fault in members.note(fault, at: column.name) }
            participants.append(participant)
        }
        roll.end { one, fault in reading.note(fault, at: one.column..<one.column + 1) }
        return participants
    }

    /// Returns the number of participants in a file; nil if the rows cannot be read.
    private static func readParticipants(
        _ rows: inout CSVRows, _ roll: inout Roll
    ) throws(FileFailure) -> Int? {
        guard try rows.readParticipantHeader() else { return nil }
        let file = rows.file
        var count = 0
        while try rows.next() {
            count += 1
            let participant = rows.participant()
            let line = rows.line
            // Mistakes are rare, and an empty array takes no memory.
            var faults: [(ParticipantColumn, Fault)] = []
            roll.enter(
                participant, at: line,
                column: { rows.column(of: ParticipantColumn.referredBy.rawValue) },
                line: { Fault.Line(file: file, number: $0) }
            ) { column, fault in faults.append((column, fault)) }
            for (column, fault) in faults { rows.note(fault, in: column.rawValue) }
        }
        roll.end { one, fault in rows.noteLater(fault, line: one.place, column: one.column) }
        return count
    }

    /// Reads a file that a member names. Returns nil if that fails; the reason is noted.
    private mutating func readFile<Read>(
        _ path: String, named member: Members.Member,
        _ open: (any ByteSource, String) -> CSVRows,
        _ read: (inout CSVRows, Void) throws(FileFailure) -> Read?
    ) -> Read? {
        do {
            var rows = open(try folder.open(path), path)
            let result = try read(&rows, ())
            if rows.count > 0 { elsewhere.append(rows.mistakes) }
            return result
        } catch {
            reading.note(.unreadable(error), at: member.value)
            return nil
        }
    }
}
