import Crypto
import Time
import Webhooks

/// What storage seals of a source.
package struct SourceSecrets: Equatable, Sendable {
    /// The current one first.
    package var secrets: [SecretSpec]
    /// What a workspace file said the last time; nil where none said anything.
    package var declared: SecretDigest?

    package init(secrets: [SecretSpec], declared: SecretDigest? = nil) {
        self.secrets = secrets
        self.declared = declared
    }
}

/// A digest of a list of secrets, which tells whether another list is the same.
package struct SecretDigest: Equatable, Sendable {
    let text: String

    init(text: String) { self.text = text }

    package init(_ secrets: [SecretSpec]) throws(CryptoError) {
        text = Hex.encode(try SHA256.digest(of: SealedSecrets.write(secrets)))
    }
}

/// Who says which secrets there are.
package enum SecretPolicy: Sendable {
    /// A workspace file. It may be older than a rotation over the API, which then stays.
    case file
    /// A workspace file whose secrets take the place of all that are stored.
    case replacingFile
    /// A request, which means exactly these secrets.
    case request
}

/// The secrets that are to be stored where some are declared and others are stored already.
package struct SecretMerge: Equatable, Sendable {
    package var secrets: [SecretSpec]
    package var declared: SecretDigest?
    /// Whether the stored secrets were rotated since the file was written, and stay.
    package var keepsRotated = false

    package init(
        declared: [SecretSpec], stored: [SecretSpec], last: SecretDigest?, _ policy: SecretPolicy,
        at now: Instant
    ) throws(CryptoError) {
        guard policy != .request else {
            secrets = declared
            self.declared = last
            return
        }
        let digest = try SecretDigest(declared)
        secrets = declared
        self.declared = digest
        guard policy == .file, let current = stored.first else { return }
        if digest == last {
            secrets = stored
            keepsRotated = current.secret != declared.first?.secret
            return
        }
        // What is stored is as a file said it, so that the change is the file's.
        if let last, try SecretDigest(stored) == last { return }
        if stored.dropFirst().contains(where: { $0.secret == declared.first?.secret }) {
            secrets = stored
            keepsRotated = true
        } else if current.secret == declared.first?.secret {
            // The file has caught up with a rotation, whose overlap goes on.
            secrets += stored.filter { one in
                one.expiresAt.map { $0 > now } ?? false
                    && !declared.contains { $0.secret == one.secret }
            }
        }
    }
}
