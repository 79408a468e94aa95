import Declarations
import Schemas

extension WorkspaceFile {
    /// The schema of a workspace file.
    package static let schema = JSONSchema.named("Workspace", .closed(properties))

    private static let properties: [JSONSchema.Property] = [
        ownAddress,
        .optional("account", AccountDeclaration.schema(for: .file).nullable),
        .optional("campaigns", entries(CampaignDeclaration.schema(for: .file))),
        .optional(
            "participants",
            .any(of: [.array(of: ParticipantDeclaration.schema(for: .file)), .path]).nullable
                .described("The participants, or the path of a CSV file beside the workspace.")),
        .optional("sources", entries(SourceDeclaration.schema(for: .file))),
        .optional("webhooks", entries(WebhookDeclaration.schema(for: .file))),
        .optional(
            "tests",
            JSONSchema.array(of: .path, atMost: WorkspaceReader.mostTests).nullable
                .described(
                    "Scenarios that must pass before the workspace is applied: paths of files beside"
                        + " the workspace.")),
    ]

    /// The member of a file that names its schema.
    package static let schemaMember = "$schema"

    /// The property for `schemaMember`.
    package static let ownAddress = JSONSchema.Property.optional(
        schemaMember,
        .anything.described("The address of this schema, for editors; it has no other effect."))

    private static func entries(_ entry: JSONSchema) -> JSONSchema {
        JSONSchema.array(of: entry, atMost: WorkspaceReader.mostEntries).nullable
    }
}
