import Crypto
import Time
import Webhooks

/// The sealed data of a source.
package struct SourceSecrets: Equatable, Sendable {
    /// The secrets, the current one first.
    package var secrets: [SecretSpec]
    /// A digest of the secrets in the last workspace file; nil if no file declared any.
    package var declared: SecretDigest?

    /// Creates the data to be sealed.
    package init(secrets: [SecretSpec], declared: SecretDigest? = nil) {
        self.secrets = secrets
        self.declared = declared
    }
}

/// A digest of a list of secrets, by which two lists are compared.
package struct SecretDigest: Equatable, Sendable {
    let text: String

    init(text: String) { self.text = text }

    /// Computes the digest of a list.
    package init(_ secrets: [SecretSpec]) throws(CryptoError) {
        text = Hex.encode(try SHA256.digest(of: SealedSecrets.write(secrets)))
    }
}

/// The origin of a list of secrets, which decides how it is merged with the stored ones.
package enum SecretPolicy: Sendable {
    /// A workspace file. The file may be older than a rotation over the API, which then remains.
    case file
    /// A workspace file whose secrets replace all stored ones.
    case replacingFile
    /// A request, whose secrets replace all stored ones.
    case request
}

/// The secrets to store, merged from declared and stored ones.
package struct SecretMerge: Equatable, Sendable {
    /// The secrets to store, the current one first.
    package var secrets: [SecretSpec]
    /// The digest to store; nil if no workspace file declared secrets.
    package var declared: SecretDigest?
    /// True if the stored secrets were rotated after the file was written, and remain.
    package var keepsRotated = false

    /// Merges declared secrets with the stored ones.
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
        // The stored secrets are those of an earlier file, so this file may change them.
        if let last, try SecretDigest(stored) == last { return }
        if stored.dropFirst().contains(where: { $0.secret == declared.first?.secret }) {
            secrets = stored
            keepsRotated = true
        } else if current.secret == declared.first?.secret {
            // The file contains the rotated secret now; the overlap of the earlier one continues.
            secrets += stored.filter { one in
                one.expiresAt.map { $0 > now } ?? false
                    && !declared.contains { $0.secret == one.secret }
            }
        }
    }
}
