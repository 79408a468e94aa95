import Crypto
import Referrals

/// Keys for the API: `ref_live_` or `ref_test_` and 48 hexadecimal digits; only a hash is stored.
package enum APIKey {
    /// Makes a key of random bytes.
    package static func make(_ mode: AccountMode) -> String {
        "ref_\(mode.rawValue)_" + Hex.encode(SecureRandom.bytes(24))
    }

    /// A key in its own spelling: `pk_live_X` and `pk_test_X` name the same keys as `ref_live_X` and
    /// `ref_test_X`.
    package static func canonical(_ key: String) -> String {
        for mode in AccountMode.allCases where key.hasPrefix("pk_\(mode.rawValue)_") {
            return "ref" + key.dropFirst(2)
        }
        return key
    }

    /// The SHA-256 of a key. A key has 192 random bits, so a plain hash withstands guessing.
    package static func hash(_ key: String) throws(CryptoError) -> [UInt8] {
        try SHA256.digest(of: Array(canonical(key).utf8))
    }
}
