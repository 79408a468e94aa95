import Declarations
import Schemas

extension WorkspaceFile {
    /// The schema of a workspace file.
    package static let schema = JSONSchema.named("Workspace", .closed(properties))

    private static let properties: [JSONSchema.Property] = [
        .optional("$schema", .ownAddress),
        .optional("account", AccountDeclaration.schema(for: .file).nullable),
        .optional("campaigns", entries(CampaignDeclaration.schema(for: .file))),
        .optional(
            "participants",
            .any(of: [.array(of: ParticipantDeclaration.schema(for: .file)), .path]).nullable
                .described("The participants, or the path of a CSV file beside the workspace.")),
        .optional("sources", entries(SourceDeclaration.schema(for: .file))),
        .optional("webhooks", entries(WebhookDeclaration.schema(for: .file))),
    ]

    private static func entries(_ entry: JSONSchema) -> JSONSchema {
        JSONSchema.array(of: entry, atMost: WorkspaceReader.mostEntries).nullable
    }
}
