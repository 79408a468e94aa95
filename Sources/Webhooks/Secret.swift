import Time

/// One of a source's secrets. The first is current, the others serve rotation.
package struct SecretSpec: Equatable, Sendable {
    package var secret: String
    /// From this instant (Unix time) on, what it signs is refused as `key_expired`.
    package var expiresAt: Instant?

    package init(_ secret: String, expiresAt: Instant? = nil) {
        self.secret = secret
        self.expiresAt = expiresAt
    }
}

extension SecretSpec: CustomStringConvertible, CustomReflectable {
    /// Never the secret itself: this text may end in a log.
    package var description: String { "a secret" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
