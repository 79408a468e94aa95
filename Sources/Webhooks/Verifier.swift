import Crypto
import HTTP
import Time

/// Checks that deliveries come from the holder of a secret, unchanged and recently.
///
/// `Sendable`: the state shared by the keys is locked. Creating one costs a few microseconds per
/// secret, so a source creates it once, when its configuration is read.
package final class Verifier: Sendable {
    /// The scheme of the signatures.
    package let scheme: Scheme
    private let check: Check

    private enum Check: Sendable {
        case signature(SignatureCheck)
        case token(TokenCheck)
        case address
    }

    /// The allowed tolerances in seconds: never so short that ordinary clocks fail, never
    /// unlimited.
    package static let toleranceRange = 1...30 * 86_400

    /// The least number of bytes of a secret.
    package static let minimumSecretBytes = 16

    /// Throws for a secret that is empty, cannot be decoded, or is shorter than
    /// `minimumSecretBytes`, and for all settings that would make every delivery fail or any
    /// succeed.
    ///
    /// - Parameters:
    ///   - secrets: the current one first, the others for rotation.
    ///   - toleranceSeconds: the greatest distance of a timestamp from now, in either direction.
    ///   - url: the source's public URL, for schemes that sign it.
    package convenience init(
        _ scheme: Scheme, secrets: [SecretSpec], toleranceSeconds: Int = 300, url: String? = nil
    ) throws(ConfigurationError) {
        try self.init(
            scheme, secrets: secrets, toleranceSeconds: toleranceSeconds, url: url,
            minimumSecretBytes: Self.minimumSecretBytes)
    }

    /// Without the least length of secrets: published test vectors have keys that must not be used
    /// otherwise.
    init(
        _ scheme: Scheme, secrets: [SecretSpec], toleranceSeconds: Int = 300, url: String? = nil,
        minimumSecretBytes: Int
    ) throws(ConfigurationError) {
        guard Self.toleranceRange.contains(toleranceSeconds) else {
            throw ConfigurationError(.tolerance, .toleranceOutOfRange(Self.toleranceRange))
        }
        self.scheme = scheme
        switch scheme.evidence {
        case .signature(let signing):
            try scheme.checkURL(url)
            let keys = try signing.keys(from: secrets, minimumBytes: minimumSecretBytes)
            check = .signature(
                SignatureCheck(
                    signing, keys: keys, toleranceSeconds: toleranceSeconds, url: url))
        case .token(let header, let prefix):
            check = .token(
                try TokenCheck(
                    header: header, optionalPrefix: prefix, secrets: secrets,
                    minimumBytes: minimumSecretBytes))
        case .address:
            guard secrets.isEmpty else { throw ConfigurationError(.secrets, .secretUnused) }
            check = .address
        }
    }

    /// Verifies one delivery; the body is read in place.
    ///
    /// Throws only if OpenSSL itself fails, which says nothing about the delivery: the sender must
    /// be asked to send it again.
    package func verify(
        fields: Fields, method: String = "POST", body: Span<UInt8>, now: Instant
    ) throws(CryptoError) -> Verification {
        switch check {
        case .signature(let check):
            try check.verify(
                fields: fields, method: method, body: body, now: now)
        case .token(let check): check.verify(fields: fields, now: now)
        case .address: .valid(Proof(id: nil, keyIndex: nil, timestamp: nil))
        }
    }

    /// The reason why a delivery is refused whatever its body is: a header is missing or
    /// malformed, the timestamp is outside the tolerance, a token is wrong. Nil if the body
    /// decides.
    package func refusalByHead(
        fields: Fields, method: String = "POST", now: Instant
    ) -> Refusal? {
        switch check {
        case .signature(let check):
            return check.refusal(of: fields, method: method, now: now)
        case .token(let check):
            guard case .refused(let refusal) = check.verify(fields: fields, now: now) else {
                return nil
            }
            return refusal
        case .address: return nil
        }
    }

    /// The same for a body given as an array.
    package func verify(
        fields: Fields, method: String = "POST", body: [UInt8], now: Instant
    ) throws(CryptoError) -> Verification {
        try verify(
            fields: fields, method: method, body: body.span, now: now)
    }
}

extension Scheme {
    /// Throws if the scheme signs the URL and none that could be signed is configured.
    func checkURL(_ url: String?) throws(ConfigurationError) {
        guard needsURL else { return }
        guard let url, !url.isEmpty else { throw ConfigurationError(.url, .urlMissing) }
        let isAbsolute = url.hasPrefix("https://") || url.hasPrefix("http://")
        guard isAbsolute, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(.url, .urlMalformed)
        }
    }
}

extension Signing {
    /// The keys of each version, in the order of the versions and then of the secrets.
    func keys(
        from secrets: [SecretSpec], minimumBytes: Int
    ) throws(ConfigurationError) -> [[SignatureKey]] {
        guard !secrets.isEmpty else { throw ConfigurationError(.secrets, .noSecret) }
        var keys = [[SignatureKey]](repeating: [], count: versions.count)
        for (index, spec) in secrets.enumerated() {
            let place = ConfigurationError.Place.secret(index: index)
            var isUsed = false
            for (number, version) in versions.enumerated() {
                guard
                    let material = try version.secret.key(
                        from: spec, index: index, minimumBytes: minimumBytes)
                else { continue }
                isUsed = true
                do {
                    keys[number].append(
                        try SignatureKey(
                            index: index, expiresAt: spec.expiresAt,
                            bytes: material.bytes, isPrivate: material.isPrivate,
                            algorithm: version.algorithm))
                } catch .keyLength, .keyMalformed {
                    throw ConfigurationError(place, .keyMalformed)
                } catch {
                    throw ConfigurationError(place, .library(error))
                }
            }
            guard isUsed else { throw ConfigurationError(place, .keyMalformed) }
        }
        return keys
    }
}

extension Verifier: CustomStringConvertible, CustomReflectable {
    /// Without keys and tokens: this text may end up in a log.
    package var description: String { "verifier of \(scheme.name)" }
    /// Without keys and tokens.
    package var customMirror: Mirror { Mirror(self, children: ["scheme": scheme.name]) }
}
