import Crypto
import HTTP
import Time

/// The check of a secret that the sender sends as it is.
struct TokenCheck: Sendable {
    private struct Token: Sendable {
        let bytes: [UInt8]
        let expiresAt: Instant?
    }

    private let header: HeaderNames.Name
    private let prefix: [UInt8]
    private let tokens: [Token]

    init(
        header: String, optionalPrefix: String, secrets: [SecretSpec], minimumBytes: Int
    ) throws(ConfigurationError) {
        guard !secrets.isEmpty else { throw ConfigurationError(.secrets, .noSecret) }
        self.header = HeaderNames.Name(header)
        prefix = Array(optionalPrefix.lowercased().utf8)
        var tokens: [Token] = []
        for (index, spec) in secrets.enumerated() {
            let key = try Signing.SecretForm.text.key(
                from: spec, index: index, minimumBytes: minimumBytes)
            tokens.append(
                Token(
                    bytes: key?.bytes ?? [],
                    expiresAt: spec.expiresAt))
        }
        self.tokens = tokens
    }

    func verify(fields: Fields, now: Instant) -> Verification {
        let sent: ArraySlice<UInt8>
        do {
            sent = fields.bytes[try fields.place(of: header, ifRepeated: .signatureMalformed)]
        } catch {
            return .refused(error)
        }
        let bare = withoutPrefix(sent)
        for (index, token) in tokens.enumerated() {
            let isWhole = ConstantTime.equal(sent.span, token.bytes.span)
            let isBare = ConstantTime.equal(bare.span, token.bytes.span)
            guard isWhole || isBare else { continue }
            if let expiresAt = token.expiresAt, now >= expiresAt { return .refused(.keyExpired) }
            return .valid(Proof(id: nil, keyIndex: index, timestamp: nil))
        }
        return .refused(.signatureMismatch)
    }

    /// The value after `Bearer `, in any case (RFC 9110 section 11.1).
    private func withoutPrefix(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = value.prefix(prefix.count).map { byte in
            byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        }
        return start == prefix ? value.dropFirst(prefix.count) : value
    }
}
