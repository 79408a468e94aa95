import Referrals

/// How a known sender signs and what it sends, as data: what a source declares nothing about comes
/// from its preset.
package struct Preset: Equatable, Sendable {
    /// The settings of scheme `hmac`, as a source would declare them.
    package struct Signature: Equatable, Sendable {
        package let header, digest, encoding, prefix: String
    }

    package let name: String
    /// The name of a signature scheme.
    package let scheme: String
    package let signature: Signature?
    /// Each `Content-Type` else is answered 415.
    package let formats: [BodyFormat]
    /// Whose codes the sender is taken to send.
    package let codeOf: CodeOwner
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
    package static let all: [Preset] = [
        .refgate, .generic, .stripe, .shopify, .hubspot, .revenueCat, .referralFactory,
    ]

    /// Nil for a name that is none of `all`.
    package static func named(_ name: String) -> Preset? { all.first { $0.name == name } }
}
