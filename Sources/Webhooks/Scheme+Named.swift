import Crypto

extension Scheme {
    /// The schemes by the names that a source uses; `hmac` and `bearer` with their default
    /// settings.
    package static let named: [String: Scheme] = Dictionary(
        uniqueKeysWithValues: [
            standardWebhooks, svix, stripe, github, shopify, slack, hubSpotV3, square, paddle,
            sendGrid, hmac, bearer, urlToken,
        ].map { ($0.name, $0) })

    /// The scheme that a source names, with its `signature` settings: text members, which only
    /// `hmac` (`SignatureSettings`) and `bearer` (`header`) have.
    package init(
        named name: String, signature: [String: String]? = nil
    ) throws(ConfigurationError) {
        guard let scheme = Self.named[name] else {
            throw ConfigurationError(.scheme, .unknownScheme(name))
        }
        guard let signature else {
            self = scheme
            return
        }
        switch scheme {
        case .hmac:
            self = try .hmac(SignatureSettings(members: signature))
        case .bearer:
            for member in signature.keys.sorted() where member != "header" {
                throw ConfigurationError(.signature(member), .settingUnknown(known: ["header"]))
            }
            self = try .bearer(header: signature["header"] ?? "Authorization")
        default:
            throw ConfigurationError(.signature(""), .settingsUnused(scheme: name))
        }
    }
}

// Facts about the senders: their documentation and libraries, as of 2025.

extension Scheme {
    /// Standard Webhooks 1.0.0; refgate also signs its own notifications with it.
    package static let standardWebhooks = standardWebhooks(
        name: "standard-webhooks", headerPrefix: "webhook")

    /// The same with the header names that Svix sends.
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

    /// The key is the secret's whole text, `whsec_` included. `v0` is a fixed value for tests.
    package static let stripe = hmacSHA256(
        "stripe", header: "Stripe-Signature", layout: .members(separator: UInt8(ascii: ",")),
        tag: "v1", encoding: .hex, message: [.timestamp, .literal("."), .body],
        retiredTags: ["v0"], time: .init(.member("t"), .seconds))

    /// The older `X-Hub-Signature` with its SHA-1 is ignored.
    package static let github = hmacSHA256(
        "github", header: "X-Hub-Signature-256",
        layout: .whole(prefix: "sha256=", prefixRequired: true, separator: nil), encoding: .hex,
        message: [.body], id: "X-GitHub-Delivery")

    /// The event id is the same for every subscription to the event and for every retry.
    package static let shopify = hmacSHA256(
        "shopify", header: "X-Shopify-Hmac-SHA256", layout: .bare, encoding: .base64,
        message: [.body], id: "X-Shopify-Event-Id")

    /// The time is in a header of its own and signed together with the body.
    package static let slack = hmacSHA256(
        "slack", header: "X-Slack-Signature",
        layout: .whole(prefix: "v0=", prefixRequired: true, separator: nil), encoding: .hex,
        message: [.literal("v0:"), .timestamp, .literal(":"), .body],
        time: .init(.header("X-Slack-Request-Timestamp"), .seconds))

    /// The method, the URL with some characters decoded, the body and the time are signed.
    package static let hubSpotV3 = hmacSHA256(
        "hubspot-v3", header: "X-HubSpot-Signature-v3", layout: .bare, encoding: .base64,
        message: [.method, .url(decoding: ":/?@!$'()*,;"), .body, .timestamp],
        time: .init(.header("X-HubSpot-Request-Timestamp"), .milliseconds))

    /// The URL and the body are signed; there is no time, so deliveries can be replayed.
    package static let square = hmacSHA256(
        "square", header: "x-square-hmacsha256-signature", layout: .bare, encoding: .base64,
        message: [.url(decoding: ""), .body])

    /// One header with `ts` and `h1`, separated by a semicolon.
    package static let paddle = hmacSHA256(
        "paddle", header: "Paddle-Signature", layout: .members(separator: UInt8(ascii: ";")),
        tag: "h1", encoding: .hex, message: [.timestamp, .literal(":"), .body],
        time: .init(.member("ts"), .seconds))

    /// The body ends in CR LF, which is signed.
    package static let sendGrid = Scheme(
        name: "sendgrid",
        evidence: .signature(
            Signing(
                header: "X-Twilio-Email-Event-Webhook-Signature", layout: .bare,
                encoding: .base64,
                versions: [
                    .init(
                        secret: .publicKeyInfo, algorithm: .ecdsaP256,
                        message: [.timestamp, .body])
                ],
                time: .init(.header("X-Twilio-Email-Event-Webhook-Timestamp"), .seconds))))

    /// `X-Webhook-Signature: sha256=<hex>`, or the hex alone, over the body.
    package static let hmac = hmacSHA256(
        "hmac", header: "X-Webhook-Signature",
        layout: .whole(prefix: "sha256=", prefixRequired: false, separator: nil), encoding: .hex,
        message: [.body])

    /// `Authorization: Bearer <secret>`, or the secret alone.
    package static let bearer = Scheme(
        name: "bearer",
        evidence: .token(header: "Authorization", optionalPrefix: "Bearer "))

    /// The random URL is the only secret.
    package static let urlToken = Scheme(name: "url-token", evidence: .address)

    /// A token in a header of the given name.
    package static func bearer(header: String) throws(ConfigurationError) -> Scheme {
        guard header.isFieldName else {
            throw ConfigurationError(.signature("header"), .headerNameMalformed)
        }
        return Scheme(
            name: "bearer", evidence: .token(header: header, optionalPrefix: "Bearer "))
    }

    /// The form that most senders use: one HMAC-SHA-256 whose key is the secret's text.
    private static func hmacSHA256(
        _ name: String, header: String, layout: Signing.Layout, tag: String? = nil,
        encoding: Signing.Encoding, message: [Signing.Part], retiredTags: [String] = [],
        time: Signing.TimeSource? = nil, id: String? = nil
    ) -> Scheme {
        Scheme(
            name: name,
            evidence: .signature(
                Signing(
                    header: header, layout: layout, encoding: encoding,
                    versions: [
                        .init(
                            tag: tag, secret: .text, algorithm: .hmac(.sha256), message: message)
                    ],
                    retiredTags: retiredTags, time: time, id: id)))
    }
}
