import JSON
import Referrals

/// What a workspace file declares, read whole and without a mistake.
package struct WorkspaceFile: Sendable {
    package var account: AccountDeclaration?
    package var campaigns: [CampaignEntry]
    package var participants: Participants

    package init(
        account: AccountDeclaration? = nil, campaigns: [CampaignEntry] = [],
        participants: Participants = .listed([])
    ) {
        self.account = account
        self.campaigns = campaigns
        self.participants = participants
    }
}

/// A campaign with the coupons for its pool, which are no part of its rules.
package struct CampaignEntry: Equatable, Sendable {
    package var campaign: CampaignDeclaration
    package var coupons: Coupons?

    package init(campaign: CampaignDeclaration, coupons: Coupons? = nil) {
        self.campaign = campaign
        self.coupons = coupons
    }
}

extension WorkspaceFile {
    /// The largest workspace file, in bytes. Longer lists stand in CSV files.
    package static let longest = Limits.mostBytes

    /// Reads a workspace with all files it names, or throws all mistakes in all of them.
    ///
    /// - Parameters:
    ///   - file: what the file is called in mistakes.
    ///   - folder: where the files lie that it names.
    package static func read(
        _ bytes: [UInt8], file: String = "workspace.json", folder: Folder = .none,
        known: Known = .nothing
    ) throws(Mistakes) -> WorkspaceFile {
        let document: Document
        do {
            document = try Document(parsing: bytes, limits: Limits(bytes: longest))
        } catch {
            throw .notJSON(error, bytes, file: file)
        }
        var reader = WorkspaceReader(Reading(document, file: file), folder, known)
        let workspace = reader.read(document.root)
        let mistakes = reader.mistakes
        guard mistakes.list.isEmpty else { throw mistakes }
        return workspace
    }
}
