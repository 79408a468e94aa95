import Crypto
import HTTP
import Time

/// Signs messages as a scheme's sender does, so that a `Verifier` of the same scheme and secret
/// accepts them.
package final class Signer: Sendable {
    /// The scheme of the signatures.
    package let scheme: Scheme
    private let work: Work

    private enum Work: Sendable {
        case signature(Signing, [VersionKeys], idLetters: MessageID.Letters)
        case token(header: String, value: String)
        case nothing
    }

    private struct VersionKeys: Sendable {
        let version: Signing.Version
        let message: MessagePlan
        let keys: [SignatureKey]
    }

    /// The reason why a message could not be signed.
    package enum Failure: Error, Equatable, Sendable {
        /// An id that no verifier of this scheme would accept.
        case idMalformed
        /// A header that the scheme signs was not given, or was given twice.
        case headerMissing(String)
        case crypto(CryptoError)
    }

    /// - Parameters:
    ///   - secrets: the current one first. If the scheme's header has room for several signatures,
    ///     each secret that has not expired makes one. If it has room for one, the last secret in
    ///     the list that has not expired makes it: a receiver that knows only the former secret
    ///     keeps verifying until the overlap of a rotation ends.
    ///   - url: the receiver's public URL, for schemes that sign it.
    package convenience init(
        _ scheme: Scheme, secrets: [SecretSpec], url: String? = nil
    ) throws(ConfigurationError) {
        try self.init(
            scheme, secrets: secrets, url: url, minimumSecretBytes: Verifier.minimumSecretBytes)
    }

    init(
        _ scheme: Scheme, secrets: [SecretSpec], url: String? = nil, minimumSecretBytes: Int
    ) throws(ConfigurationError) {
        self.scheme = scheme
        switch scheme.evidence {
        case .signature(let signing):
            try scheme.checkURL(url)
            guard signing.canBeMade else { throw ConfigurationError(.scheme, .signingUnsupported) }
            let keys = try signing.keys(from: secrets, minimumBytes: minimumSecretBytes)
            for key in keys.joined() where !key.canSign {
                throw ConfigurationError(.secret(index: key.index), .privateKeyMissing)
            }
            let versions = zip(signing.versions, keys).map { version, keys in
                VersionKeys(
                    version: version,
                    message: MessagePlan(version.message, layout: signing.layout, url: url),
                    keys: keys)
            }
            work = .signature(
                signing, versions, idLetters: MessageID.Letters(without: signing.idBorders))
        case .token(let header, let prefix):
            // A verifier reads the secrets by the same rules.
            _ = try TokenCheck(
                header: header, optionalPrefix: prefix, secrets: secrets,
                minimumBytes: minimumSecretBytes)
            let secret = secrets.first?.secret ?? ""
            let isWhole = secret.lowercased().hasPrefix(prefix.lowercased())
            work = .token(header: header, value: isWhole ? secret : prefix + secret)
        case .address:
            guard secrets.isEmpty else { throw ConfigurationError(.secrets, .secretUnused) }
            work = .nothing
        }
    }

    /// The header fields that prove the message, in the order in which senders write them.
    ///
    /// - Parameters:
    ///   - id: the same for every attempt; used only if the scheme has a header for it.
    ///   - time: the time of this attempt.
    ///   - fields: the other headers of the message, for schemes that sign some of them.
    package func sign(
        id: String, at time: Instant, method: String = "POST", body: Span<UInt8>,
        fields: Fields = Fields()
    ) throws(Failure) -> [(name: String, value: String)] {
        switch work {
        case .nothing: return []
        case .token(let header, let value): return [(header, value)]
        case .signature(let signing, let versions, let letters):
            let timestamp = signing.time?.text(of: time) ?? ""
            let head = Array(id.utf8) + Array(timestamp.utf8)
            let middle = id.utf8.count
            guard signing.id == nil || letters.spell(head.span.extracting(first: middle)) else {
                throw .idMalformed
            }
            var signatures: [(tag: String?, text: String)] = []
            for version in versions {
                var message = SignedMessage(plan: version.message, method: method)
                message.id = 0..<middle
                message.timestamp = middle..<head.count
                do {
                    message.found = try version.message.find(in: fields, signature: 0..<0)
                } catch {
                    guard case .headerMissing(let name) = error else { throw .idMalformed }
                    throw .headerMissing(name)
                }
                for key in signing.keys(signingAt: time, of: version.keys) {
                    do {
                        let made = try key.signature(
                            of: message, head: head.span, body: body)
                        guard let made else { continue }
                        signatures.append((version.version.tag, signing.encoding.encode(made)))
                    } catch {
                        throw .crypto(error)
                    }
                }
            }
            return signing.fields(id: id, timestamp: timestamp, signatures: signatures)
        }
    }

    /// The same for a body given as an array.
    package func sign(
        id: String, at time: Instant, method: String = "POST", body: [UInt8],
        fields: Fields = Fields()
    ) throws(Failure) -> [(name: String, value: String)] {
        try sign(id: id, at: time, method: method, body: body.span, fields: fields)
    }
}

extension Signing {
    /// True if deliveries can be made: members other than time and signature belong to the sender,
    /// and their content is unknown.
    fileprivate var canBeMade: Bool {
        versions.allSatisfy { version in
            version.message.allSatisfy { part in
                switch part {
                case .member, .headersListed: false
                default: true
                }
            }
        }
    }

    /// True if the header can carry more than one signature.
    fileprivate var holdsSeveral: Bool {
        switch layout {
        case .whole(_, _, let separator): separator != nil
        case .members, .taggedItems: true
        }
    }

    /// The keys whose signatures a message carries.
    fileprivate func keys(signingAt time: Instant, of keys: [SignatureKey]) -> [SignatureKey] {
        let valid = keys.filter { $0.index == 0 || !$0.hasExpired(at: time) }
        return holdsSeveral ? valid : valid.suffix(1)
    }

    fileprivate func fields(
        id: String, timestamp: String, signatures: [(tag: String?, text: String)]
    ) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if let name = self.id { fields.append((name, id)) }
        if let name = time?.header { fields.append((name, timestamp)) }
        let value: String
        switch layout {
        case .whole(let prefix, _, let separator):
            let between = separator.map { String(Character(Unicode.Scalar($0))) } ?? ""
            value = prefix + signatures.map(\.text).joined(separator: between)
        case .members(let separator):
            var members = signatures.map { "\($0.tag ?? "")=\($0.text)" }
            if case .member(let name)? = time?.place {
                members.insert("\(name)=\(timestamp)", at: 0)
            }
            value = members.joined(separator: String(Character(Unicode.Scalar(separator))))
        case .taggedItems:
            value = signatures.map { "\($0.tag ?? ""),\($0.text)" }.joined(separator: " ")
        }
        fields.append((header, value))
        return fields
    }
}

extension Signing.Encoding {
    fileprivate func encode(_ signature: SignatureBytes) -> String {
        switch self {
        case .hex: Hex.encode(signature.bytes)
        case .base64: Base64.encode(signature.bytes)
        }
    }
}

extension Signing.TimeSource {
    fileprivate func text(of time: Instant) -> String {
        switch unit {
        case .seconds: String(time.seconds)
        case .milliseconds: String(time.milliseconds)
        case .iso8601: time.rfc3339
        }
    }
}

extension Signer: CustomStringConvertible, CustomReflectable {
    /// Without keys and tokens: this text may end up in a log.
    package var description: String { "signer of \(scheme.name)" }
    /// Without keys and tokens.
    package var customMirror: Mirror { Mirror(self, children: ["scheme": scheme.name]) }
}
