import Crypto

/// The bytes of a key, read from a secret's text.
struct KeyBytes {
    let bytes: [UInt8]
    let isPrivate: Bool
}

extension Signing.SecretForm {
    private static let publicPrefix = "whpk_"
    private static let privatePrefix = "whsk_"
    private static let symmetricPrefix = "whsec_"

    /// The key in the secret's text; nil if its prefix belongs to another version: the algorithm
    /// follows the key, never the header of a delivery.
    func key(
        from spec: SecretSpec, index: Int, minimumBytes: Int
    ) throws(ConfigurationError) -> KeyBytes? {
        let place = ConfigurationError.Place.secret(index: index)
        let text = spec.secret
        let isAsymmetric = text.hasPrefix(Self.publicPrefix) || text.hasPrefix(Self.privatePrefix)
        guard !text.isEmpty else { throw ConfigurationError(place, .secretEmpty) }
        switch self {
        case .text:
            // A secret file read with its newline would make signatures that no other program
            // makes.
            guard !text.hasWhiteSpaceAround else {
                throw ConfigurationError(place, .secretSurroundedBySpace)
            }
            return try Self.long(Array(text.utf8), place, minimumBytes)
        case .base64:
            if isAsymmetric { return nil }
            return try Self.long(
                Self.decode(text, without: Self.symmetricPrefix, place), place, minimumBytes)
        case .ed25519:
            guard isAsymmetric else { return nil }
            let isPrivate = text.hasPrefix(Self.privatePrefix)
            let bytes = try Self.decode(
                text, without: isPrivate ? Self.privatePrefix : Self.publicPrefix, place)
            guard isPrivate || !Ed25519.PublicKey.isOfSmallOrder(bytes) else {
                throw ConfigurationError(place, .keyMalformed)
            }
            return KeyBytes(bytes: bytes, isPrivate: isPrivate)
        case .publicKeyInfo:
            let bytes = try Self.decode(text, without: "", place)
            return KeyBytes(bytes: bytes, isPrivate: Self.isPrivateKeyInfo(bytes))
        }
    }

    /// True if DER bytes are a private key: its first member is a version number, where a
    /// SubjectPublicKeyInfo has the sequence that names the algorithm.
    private static func isPrivateKeyInfo(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 2, bytes[0] == 0x30 else { return false }
        // A length above 127 is preceded by the number of its bytes (X.690 section 8.1.3).
        let first = bytes[1] < 0x80 ? 2 : 2 + Int(bytes[1] & 0x7F)
        return first < bytes.count && bytes[first] == 0x02
    }

    private static func decode(
        _ text: String, without prefix: String, _ place: ConfigurationError.Place
    ) throws(ConfigurationError) -> [UInt8] {
        let encoded = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
        guard !encoded.isEmpty else { throw ConfigurationError(place, .secretEmpty) }
        guard let bytes = Base64.decode(encoded, .unpadded) else {
            throw ConfigurationError(place, .secretUndecodable)
        }
        return bytes
    }

    private static func long(
        _ bytes: [UInt8], _ place: ConfigurationError.Place, _ minimum: Int
    ) throws(ConfigurationError) -> KeyBytes {
        guard bytes.count >= minimum else {
            throw ConfigurationError(place, .secretTooShort(bytes: bytes.count, minimum: minimum))
        }
        return KeyBytes(bytes: bytes, isPrivate: false)
    }
}

extension String {
    /// True if the first or last character is white space or invisible: a space, a line end, a
    /// no-break or zero-width space, a byte order mark. Such characters are easily copied along
    /// with a secret.
    var hasWhiteSpaceAround: Bool {
        [unicodeScalars.first, unicodeScalars.last].contains { $0?.isInvisible == true }
    }
}

extension Unicode.Scalar {
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format: true
        default: properties.isWhitespace || properties.isDefaultIgnorableCodePoint
        }
    }
}
