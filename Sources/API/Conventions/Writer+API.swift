import Declarations
import JSON
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
