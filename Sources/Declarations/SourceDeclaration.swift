import Mapping
import Referrals
import Webhooks

/// A partner system as it is declared, with what its preset says filled in. Its secrets are kept apart.
package struct SourceDeclaration: Equatable, Sendable {
    package enum Status: String, CaseIterable, Sendable { case active, paused }

    /// Nil where it has none yet.
    package var id: String?
    package var name: String
    package var preset: String?
    /// The name of a signature scheme.
    package var scheme: String
    /// The scheme's settings, where it has any.
    package var signature: [String: String]
    package var toleranceSeconds: Int
    package var codeOf: CodeOwner
    /// The only campaign whose codes it may send; nil for all.
    package var campaign: ID<Campaign>?
    package var mapping: MappingText
    /// Its public URL, for schemes that sign it.
    package var url: String?
    package var status: Status

    package static let usualTolerance = 300

    package init(
        id: String? = nil, name: String, preset: String? = nil, scheme: String,
        signature: [String: String] = [:], toleranceSeconds: Int = usualTolerance,
        codeOf: CodeOwner = .lead, campaign: ID<Campaign>? = nil,
        mapping: MappingText = MappingText(), url: String? = nil, status: Status = .active
    ) {
        self.id = id
        self.name = name
        self.preset = preset
        self.scheme = scheme
        self.signature = signature
        self.toleranceSeconds = toleranceSeconds
        self.codeOf = codeOf
        self.campaign = campaign
        self.mapping = mapping
        self.url = url
        self.status = status
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
