import Time

/// One of a source's secrets. The first is current, the others are for rotation.
package struct SecretSpec: Equatable, Sendable {
    /// The secret as it is configured.
    package var secret: String
    /// The time (Unix time) from which deliveries signed with it are refused as `key_expired`; nil
    /// for never.
    package var expiresAt: Instant?

    package init(_ secret: String, expiresAt: Instant? = nil) {
        self.secret = secret
        self.expiresAt = expiresAt
    }
}

extension SecretSpec: CustomStringConvertible, CustomReflectable {
    /// Never the secret itself: this text may end up in a log.
    package var description: String { "a secret" }
    /// Without children, which would show the secret.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
