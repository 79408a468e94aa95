import Mapping
import Referrals
import Webhooks

/// A partner system as it is declared, with what its preset says filled in. Its secrets are kept apart.
package struct SourceDeclaration: Equatable, Sendable {
    package enum Status: String, CaseIterable, Sendable { case active, paused }

    // The value that a member has here is its default. No other place has defaults of sources.

    /// Nil where it has none yet.
    package var id: String?
    package var name: String
    package var preset: String?
    /// The name of a signature scheme.
    package var scheme: String
    /// The scheme's settings, where it has any.
    package var signature: [String: String] = [:]
    package var toleranceSeconds = 300
    /// Where its preset does not say otherwise.
    package var codeOf = CodeOwner.lead
    /// The only campaign whose codes it may send; nil for all.
    package var campaign: ID<Campaign>?
    package var mapping = MappingText()
    /// Its public URL, for schemes that sign it.
    package var url: String?
    package var status = Status.active

    package init(id: String? = nil, name: String, preset: String? = nil, scheme: String) {
        self.id = id
        self.name = name
        self.preset = preset
        self.scheme = scheme
    }
}

extension SourceDeclaration {
    /// What its bodies may be written in: JSON, unless its preset says otherwise.
    package var bodyFormats: [BodyFormat] {
        preset.flatMap { Preset.named($0) }?.formats ?? [.json]
    }

    /// Its scheme with the settings.
    package func makeScheme() throws(ConfigurationError) -> Scheme {
        try Scheme(named: scheme, signature: signature.isEmpty ? nil : signature)
    }

    package func makeVerifier(secrets: [SecretSpec]) throws(ConfigurationError) -> Verifier {
        try Verifier(
            makeScheme(), secrets: secrets, toleranceSeconds: toleranceSeconds, url: url)
    }
}

/// A source with its secrets, which storage seals.
package struct SourceEntry: Equatable, Sendable {
    package var source: SourceDeclaration
    /// The current one first; nil where the file says nothing of them.
    package var secrets: [SecretSpec]?

    package init(source: SourceDeclaration, secrets: [SecretSpec]? = nil) {
        self.source = source
        self.secrets = secrets
    }
}
