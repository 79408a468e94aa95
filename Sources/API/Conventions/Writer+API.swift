import Declarations
import JSON
import Schemas
import Time
import Webhooks

extension JSON.Writer {
    /// The visible parts of secrets; null if the stored ones cannot be opened.
    mutating func secretHints(_ secrets: [SecretSpec]?) {
        guard let secrets else {
            key("secret_hints")
            return null()
        }
        list("secret_hints", secrets) { secret, writer in
            writer.object { writer in
                writer.member("last_four", String(secret.secret.suffix(4)))
                writer.member("expires_at", secret.expiresAt?.rfc3339)
            }
        }
    }

    /// Writes the members of a stored declaration, and the defaults of those it leaves out.
    ///
    /// - Parameter defaults: The defaults of members that a declaration may leave out.
    mutating func members(
        of document: [UInt8], leavingOut unwanted: [String] = [], defaults: [DeclaredDefault] = []
    ) {
        guard let root = try? Document(parsing: document).root else { return }
        for (name, value) in root.members where !unwanted.contains(where: { name.equals($0) }) {
            member(name.string, value)
        }
        for usual in defaults where root[usual.name] == nil {
            member(usual.name, raw: usual.json)
        }
    }
}

extension JSONSchema {
    /// A secret that the request made.
    static let generatedSecret = JSONSchema.string.described(
        "The generated secret; only the response to the request that made it shows it.")

    /// The schema of what `secretHints` writes.
    static let secretHints = JSONSchema.array(
        of: .object([
            .required("last_four", .string), .required("expires_at", .instant.nullable),
        ])
    ).nullable.described(
        "The visible parts of the secrets; null if the stored ones cannot be opened.")
}
