import Crypto
import Synchronization
import Time

/// A configured secret prepared for one version of a scheme.
final class SignatureKey: Sendable {
    /// The secret's index in the configuration.
    let index: Int
    private let expiresAt: Instant?
    private let material: Material

    /// The key material that verifies or makes a signature.
    private enum Material: Sendable {
        case hmac(SharedHMAC)
        case ed25519(Ed25519.PublicKey, signer: Ed25519.PrivateKey?)
        case ecdsaP256(P256.PublicKey, signer: P256.PrivateKey?)
    }

    init(
        index: Int, expiresAt: Instant?, bytes: [UInt8], isPrivate: Bool,
        algorithm: Signing.Algorithm
    ) throws(CryptoError) {
        self.index = index
        self.expiresAt = expiresAt
        self.material = try Self.material(bytes, isPrivate: isPrivate, algorithm)
    }

    private static func material(
        _ bytes: [UInt8], isPrivate: Bool, _ algorithm: Signing.Algorithm
    ) throws(CryptoError) -> Material {
        switch algorithm {
        case .hmac(let digest):
            return .hmac(SharedHMAC(try HMAC(digest, key: bytes.span)))
        case .ed25519:
            let signer = isPrivate ? try Ed25519.PrivateKey(bytes: bytes) : nil
            let key = try Ed25519.PublicKey(bytes: signer?.publicBytes ?? bytes)
            return .ed25519(key, signer: signer)
        case .ecdsaP256:
            let signer = isPrivate ? try P256.PrivateKey(der: bytes) : nil
            let key = try P256.PublicKey(publicKeyInfo: signer?.publicKeyInfo ?? bytes)
            return .ecdsaP256(key, signer: signer)
        }
    }

    var canSign: Bool {
        switch material {
        case .hmac, .ed25519(_, signer: .some), .ecdsaP256(_, signer: .some): true
        case .ed25519(_, signer: nil), .ecdsaP256(_, signer: nil): false
        }
    }

    func hasExpired(at now: Instant) -> Bool {
        guard let expiresAt else { return false }
        return now >= expiresAt
    }

    /// True if one of the candidates is this key's signature of the message.
    func accepts(
        anyOf candidates: borrowing Candidates, of version: Int,
        over message: borrowing SignedMessage, head: Span<UInt8>, body: Span<UInt8>
    ) throws(CryptoError) -> Bool {
        switch material {
        case .hmac(let hmac):
            let expected = try hmac.tag(of: message, head: head, body: body)
            for index in 0..<candidates.count {
                guard let candidate = candidates.signature(at: index, of: version, in: head)
                else { continue }
                if candidate.matches(expected) { return true }
            }
        case .ed25519(let key, _):
            let text = try message.joined(head: head, body: body)
            for index in 0..<candidates.count {
                guard let candidate = candidates.signature(at: index, of: version, in: head)
                else { continue }
                if try key.accepts(candidate, over: text.span) { return true }
            }
        case .ecdsaP256(let key, _):
            let text = try message.joined(head: head, body: body)
            for index in 0..<candidates.count {
                guard let candidate = candidates.signature(at: index, of: version, in: head)
                else { continue }
                if try key.accepts(candidate, over: text.span) { return true }
            }
        }
        return false
    }

    /// This key's signature of the message; nil for a key that can only verify.
    func signature(
        of message: borrowing SignedMessage, head: Span<UInt8>, body: Span<UInt8>
    ) throws(CryptoError) -> SignatureBytes? {
        switch material {
        case .hmac(let hmac):
            return try hmac.tag(of: message, head: head, body: body)
        case .ed25519(_, let signer?):
            let text = try message.joined(head: head, body: body)
            return try signer.signature(of: text.span)
        case .ecdsaP256(_, let signer?):
            let text = try message.joined(head: head, body: body)
            return try signer.signature(of: text.span)
        case .ed25519(_, signer: nil), .ecdsaP256(_, signer: nil):
            return nil
        }
    }
}

/// One HMAC context shared by all loops; it is locked for the half microsecond of one message.
final class SharedHMAC: Sendable {
    private let state: Mutex<HMAC>

    init(_ hmac: consuming sending HMAC) { state = Mutex(hmac) }

    func tag(
        of message: borrowing SignedMessage, head: Span<UInt8>, body: Span<UInt8>
    ) throws(CryptoError) -> SignatureBytes {
        try state.withLock { (hmac: inout HMAC) throws(CryptoError) -> SignatureBytes in
            try hmac.begin()
            try message.feed(head: head, body: body) { piece throws(CryptoError) in
                try hmac.update(piece)
            }
            return try hmac.finish()
        }
    }
}
