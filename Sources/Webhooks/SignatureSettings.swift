import Crypto

/// The `signature` settings of a source with scheme `hmac`: enough to describe most senders that
/// refgate does not know by name. Every member is text, and every member has an effect or is
/// refused.
package struct SignatureSettings: Equatable, Sendable {
    /// The header that carries the signature.
    package var header = "X-Webhook-Signature"
    /// `sha1`, `sha256` or `sha512`.
    package var digest = "sha256"
    /// `hex` (either case) or `base64`.
    package var encoding = "hex"
    /// The prefix that the signature may have; the bare value is accepted too. By default
    /// `<digest>=` before hex and none before base64.
    package var prefix: String?
    /// The signed text (see `SignatureTemplate`).
    package var template = "{body}"
    /// The character between several signatures after the prefix; nil for one signature.
    package var separator: String?
    /// The key of the signature if the header is a list `t=…,v1=…`.
    package var member: String?
    /// The character between such members; a comma by default.
    package var memberSeparator: String?
    /// The header with the `{timestamp}`; `X-Webhook-Timestamp` by default.
    package var timestampHeader: String?
    /// The key of the `{timestamp}` if it is a member of the list.
    package var timestampMember: String?
    /// `s` (the default), `ms` or `iso8601`.
    package var timestampUnit: String?
    /// The header with the sender's id; `X-Webhook-Id` by default if the template has `{id}`.
    package var idHeader: String?

    package init() {}

    /// Throws for a member that does not exist.
    package init(members: [String: String]) throws(ConfigurationError) {
        for (name, text) in members.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "header": header = text
            case "digest": digest = text
            case "encoding": encoding = text
            case "prefix": prefix = text
            case "template": template = text
            case "separator": separator = text
            case "member": member = text
            case "member_separator": memberSeparator = text
            case "timestamp_header": timestampHeader = text
            case "timestamp_member": timestampMember = text
            case "timestamp_unit": timestampUnit = text
            case "id_header": idHeader = text
            default:
                throw ConfigurationError(.signature(name), .settingUnknown(known: Self.memberNames))
            }
        }
    }

    private static let memberNames = [
        "header", "digest", "encoding", "prefix", "template", "separator", "member",
        "member_separator", "timestamp_header", "timestamp_member", "timestamp_unit", "id_header",
    ]
}

extension Scheme {
    /// Scheme `hmac` with a source's settings.
    package static func hmac(_ settings: SignatureSettings) throws(ConfigurationError) -> Scheme {
        let message = try SignatureTemplate.parse(settings.template)
        let digest: Digest = try choice(settings.digest, "digest")
        let signing = Signing(
            header: try fieldName(settings.header, "header"),
            layout: try settings.layout(),
            encoding: try choice(settings.encoding, "encoding"),
            versions: [
                .init(
                    tag: settings.member, secret: .text, algorithm: .hmac(digest),
                    message: message)
            ],
            time: try settings.time(for: message),
            id: try settings.id(for: message))
        return Scheme(name: "hmac", evidence: .signature(signing))
    }

    fileprivate static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ member: String
    ) throws(ConfigurationError) -> Choice {
        guard let choice = Choice(rawValue: text) else {
            throw ConfigurationError(
                .signature(member),
                .unknownChoice(text, choices: Choice.allCases.map(\.rawValue)))
        }
        return choice
    }

    fileprivate static func fieldName(
        _ text: String, _ member: String
    ) throws(ConfigurationError) -> String {
        guard text.isFieldName else {
            throw ConfigurationError(.signature(member), .headerNameMalformed)
        }
        return text
    }
}

extension SignatureSettings {
    fileprivate func layout() throws(ConfigurationError) -> Signing.Layout {
        guard member != nil else {
            try refuse(memberSeparator, "member_separator", without: "member")
            try refuse(timestampMember, "timestamp_member", without: "member")
            return .whole(
                prefix: prefix ?? (encoding == "hex" ? "\(digest)=" : ""), prefixRequired: false,
                separator: try separator.map { text throws(ConfigurationError) in
                    try character(text, "separator")
                })
        }
        try refuse(prefix, "prefix", with: "member")
        try refuse(separator, "separator", with: "member")
        return .members(separator: try character(memberSeparator ?? ",", "member_separator"))
    }

    /// The source of the time. A time that the signature does not cover could be changed at will,
    /// so it is refused.
    fileprivate func time(
        for message: [Signing.Part]
    ) throws(ConfigurationError) -> Signing.TimeSource? {
        guard message.contains(.timestamp) else {
            try refuse(timestampHeader, "timestamp_header", without: "{timestamp}")
            try refuse(timestampMember, "timestamp_member", without: "{timestamp}")
            try refuse(timestampUnit, "timestamp_unit", without: "{timestamp}")
            return nil
        }
        let unit: Signing.TimeSource.Unit = try Scheme.choice(
            timestampUnit ?? "s", "timestamp_unit")
        if let timestampMember {
            try refuse(timestampHeader, "timestamp_header", with: "timestamp_member")
            return .init(.member(timestampMember), unit)
        }
        let header = try Scheme.fieldName(
            timestampHeader ?? "X-Webhook-Timestamp", "timestamp_header")
        return .init(.header(header), unit)
    }

    fileprivate func id(for message: [Signing.Part]) throws(ConfigurationError) -> String? {
        guard let name = idHeader ?? (message.contains(.id) ? "X-Webhook-Id" : nil) else {
            return nil
        }
        return try Scheme.fieldName(name, "id_header")
    }

    private func character(
        _ text: String, _ member: String
    ) throws(ConfigurationError) -> UInt8 {
        guard text.utf8.count == 1, let byte = text.utf8.first, byte > 0x20, byte < 0x7F,
            byte != UInt8(ascii: "=")
        else { throw ConfigurationError(.signature(member), .separatorMalformed) }
        return byte
    }

    private func refuse(
        _ value: String?, _ member: String, without other: String
    ) throws(ConfigurationError) {
        if value != nil { throw ConfigurationError(.signature(member), .needs(other)) }
    }

    private func refuse(
        _ value: String?, _ member: String, with other: String
    ) throws(ConfigurationError) {
        if value != nil { throw ConfigurationError(.signature(member), .excludes(other)) }
    }
}

extension String {
    /// True if the text is a `token` (RFC 9110 section 5.6.2), as field names are.
    var isFieldName: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
