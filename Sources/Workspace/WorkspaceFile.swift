import Declarations
import JSON
import Reading
import Referrals

/// The declarations of a workspace file that was read completely and has no mistakes.
package struct WorkspaceFile: Sendable {
    /// The account; nil if the file has none.
    package var account: AccountDeclaration?
    /// The campaigns in the order of the file.
    package var campaigns: [CampaignEntry]
    /// The participants.
    package var participants: Participants
    /// The sources in the order of the file.
    package var sources: [SourceEntry]
    /// The webhooks in the order of the file.
    package var webhooks: [WebhookEntry]
    /// The paths of the scenarios that must pass before the workspace is applied, from its folder.
    package var tests: [String]

    /// Creates a workspace from its parts.
    package init(
        account: AccountDeclaration? = nil, campaigns: [CampaignEntry] = [],
        participants: Participants = .listed([]), sources: [SourceEntry] = [],
        webhooks: [WebhookEntry] = [], tests: [String] = []
    ) {
        self.account = account
        self.campaigns = campaigns
        self.participants = participants
        self.sources = sources
        self.webhooks = webhooks
        self.tests = tests
    }
}

extension WorkspaceFile {
    /// The maximum size of a workspace file in bytes. Longer lists belong in CSV files.
    package static let longest = Limits.mostBytes

    /// Reads a workspace with all files it names, or throws all mistakes of all files.
    ///
    /// A complete entry replaces the stored one: omitted members get their defaults. An entry
    /// without its required members changes the stored one.
    ///
    /// - Parameters:
    ///   - file: the name of the file in mistakes.
    ///   - folder: the folder of the files that the workspace names.
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
        var reader = WorkspaceReader(DocumentReading(document, file: file), folder, known)
        let workspace = reader.read(document.root)
        let mistakes = reader.mistakes
        guard mistakes.list.isEmpty else { throw mistakes }
        return workspace
    }
}
