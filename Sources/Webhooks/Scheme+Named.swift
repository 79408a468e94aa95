import Crypto

extension Scheme {
    /// The schemes that need no description of their own, by the names that a source uses.
    package static let named: [String: Scheme] = Dictionary(
        uniqueKeysWithValues: [
            standardWebhooks, svix,
        ].map { ($0.name, $0) })

    /// Throws for a name that is none of `named`; `hmac` is described by its own settings.
    package init(named name: String) throws(ConfigurationError) {
        guard let scheme = Self.named[name] else {
            throw ConfigurationError(.scheme, .unknownScheme(name))
        }
        self = scheme
    }

    /// Standard Webhooks 1.0.0; also what refgate itself signs with.
    package static let standardWebhooks = standardWebhooks(
        name: "standard-webhooks", headerPrefix: "webhook")

    /// The same under the header names that Svix sends.
    package static let svix = standardWebhooks(name: "svix", headerPrefix: "svix")

    private static func standardWebhooks(name: String, headerPrefix: String) -> Scheme {
        let message: [Signing.Part] = [
            .id, .literal("."), .timestamp, .literal("."), .body,
        ]
        return Scheme(
            name: name,
            evidence: .signature(
                Signing(
                    header: "\(headerPrefix)-signature", layout: .taggedItems, encoding: .base64,
                    versions: [
                        .init(
                            tag: "v1a", secret: .ed25519, algorithm: .ed25519, message: message),
                        .init(
                            tag: "v1", secret: .base64, algorithm: .hmac(.sha256),
                            message: message),
                    ],
                    time: .init(.header("\(headerPrefix)-timestamp"), .seconds),
                    id: "\(headerPrefix)-id")))
    }
}
