/// The hash functions of HMAC signatures.
package enum Digest: String, Equatable, Sendable, CaseIterable {
    case sha1, sha256, sha512

    /// The number of bytes in a digest, and so in an HMAC tag.
    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// The name of the function in OpenSSL's providers.
    var libraryName: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        }
    }
}
