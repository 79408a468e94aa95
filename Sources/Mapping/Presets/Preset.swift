import Referrals

/// The signatures and bodies of a known sender, as data: the defaults of a source's declaration.
package struct Preset: Equatable, Sendable {
    /// The settings of scheme `hmac`, in the form of a source's declaration.
    package struct Signature: Equatable, Sendable {
        /// The members of a source's `signature`.
        package let header, digest, encoding, prefix: String
    }

    /// The name by which a source chooses the preset.
    package let name: String
    /// The name of a signature scheme.
    package let scheme: String
    /// The settings of the signature; nil for a scheme without settings.
    package let signature: Signature?
    /// The accepted formats; any other `Content-Type` is answered 415.
    package let formats: [BodyFormat]
    /// The kind of codes that the sender is assumed to send.
    package let codeOf: CodeOwner
    /// The mapping of the sender's bodies.
    package let mapping: MappingText

    init(
        _ name: String, scheme: String, signature: Signature? = nil,
        formats: [BodyFormat] = [.json], codeOf: CodeOwner, mapping: MappingText
    ) {
        self.name = name
        self.scheme = scheme
        self.signature = signature
        self.formats = formats
        self.codeOf = codeOf
        self.mapping = mapping
    }
}

extension Preset {
    /// All presets.
    package static let all: [Preset] = [
        .refgate, .generic, .stripe, .shopify, .hubspot, .revenueCat, .referralFactory,
    ]

    /// The preset of a name; nil if there is none.
    package static func named(_ name: String) -> Preset? { all.first { $0.name == name } }
}
