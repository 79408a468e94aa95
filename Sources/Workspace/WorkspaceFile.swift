import Declarations
import JSON
import Reading
import Referrals

/// What a workspace file declares, read whole and without a mistake.
package struct WorkspaceFile: Sendable {
    package var account: AccountDeclaration?
    package var campaigns: [CampaignEntry]
    package var participants: Participants
    package var sources: [SourceEntry]
    package var webhooks: [WebhookEntry]

    package init(
        account: AccountDeclaration? = nil, campaigns: [CampaignEntry] = [],
        participants: Participants = .listed([]), sources: [SourceEntry] = [],
        webhooks: [WebhookEntry] = []
    ) {
        self.account = account
        self.campaigns = campaigns
        self.participants = participants
        self.sources = sources
        self.webhooks = webhooks
    }
}

extension WorkspaceFile {
    /// The largest workspace file, in bytes. Longer lists stand in CSV files.
    package static let longest = Limits.mostBytes

    /// Reads a workspace with all files it names, or throws all mistakes in all of them.
    ///
    /// An entry that is whole by itself says all there is to say: what it leaves out is as it is by
    /// default. One that leaves out what it must say, and is stored already, changes what it says.
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
        var reader = WorkspaceReader(DocumentReading(document, file: file), folder, known)
        let workspace = reader.read(document.root)
        let mistakes = reader.mistakes
        guard mistakes.list.isEmpty else { throw mistakes }
        return workspace
    }
}
