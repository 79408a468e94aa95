import Mapping
import Referrals
import Webhooks

/// A partner system as declared, with the fields of its preset filled in. Its secrets are stored
/// separately.
package struct SourceDeclaration: Equatable, Sendable {
    /// The state of a source. A paused source parks its events.
    package enum Status: String, CaseIterable, Sendable { case active, paused }

    // The value that a member has here is its default. No other place has defaults of sources.

    /// The id; nil until one is assigned.
    package var id: String?
    /// The name that operators see.
    package var name: String
    /// The name of the preset; nil without one.
    package var preset: String?
    /// The name of a signature scheme.
    package var scheme: String
    /// The settings of the scheme; empty if it has none.
    package var signature: [String: String] = [:]
    /// The largest accepted difference between a signed time and the clock, in seconds.
    package var toleranceSeconds = 300
    /// The person whose code the events contain; a preset may have another default.
    package var codeOf = CodeOwner.lead
    /// The only campaign whose codes the source may send; nil for all.
    package var campaign: CampaignNumber?
    /// The mapping from bodies to events.
    package var mapping = MappingText()
    /// The public URL of the source, for schemes that sign it.
    package var url: String?
    /// The state of the source.
    package var status = Status.active

    /// Creates a source with the defaults of all other members.
    package init(id: String? = nil, name: String, preset: String? = nil, scheme: String) {
        self.id = id
        self.name = name
        self.preset = preset
        self.scheme = scheme
    }
}

extension SourceDeclaration {
    /// The accepted formats of bodies: JSON, unless the preset has others.
    package var bodyFormats: [BodyFormat] {
        preset.flatMap { Preset.named($0) }?.formats ?? [.json]
    }

    /// Returns the signature scheme with its settings.
    package func makeScheme() throws(ConfigurationError) -> Scheme {
        try Scheme(named: scheme, signature: signature.isEmpty ? nil : signature)
    }

    /// Returns a verifier for the scheme with these secrets.
    package func makeVerifier(secrets: [SecretSpec]) throws(ConfigurationError) -> Verifier {
        try Verifier(
            makeScheme(), secrets: secrets, toleranceSeconds: toleranceSeconds, url: url)
    }
}

/// A source with its secrets, which are sealed for storage.
package struct SourceEntry: Equatable, Sendable {
    /// The declaration.
    package var source: SourceDeclaration
    /// The secrets, the current one first; nil if the file has none.
    package var secrets: [SecretSpec]?

    /// Creates an entry.
    package init(source: SourceDeclaration, secrets: [SecretSpec]? = nil) {
        self.source = source
        self.secrets = secrets
    }
}
