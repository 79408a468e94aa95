import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes that lie in one piece.
package enum SHA256 {
    /// Always 32 bytes.
    package static func digest(of bytes: Span<UInt8>) throws(CryptoError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Digest.sha256.byteCount)
        let done = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe result.withUnsafeMutableBufferPointer { output in
                unsafe EVP_Digest(
                    input.baseAddress, input.count, output.baseAddress, nil,
                    algorithm.pointer ?? EVP_sha256(), nil)
            }
        }
        guard done == 1 else { throw .library(.digest) }
        return result
    }

    package static func digest(of bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        try digest(of: bytes.span)
    }

    /// Fetched once and kept: `EVP_sha256` alone makes OpenSSL look for a provider on each call,
    /// which takes as long as hashing half a kilobyte.
    private static let algorithm = unsafe Algorithm(pointer: EVP_MD_fetch(nil, "SHA256", nil))

    @safe private struct Algorithm: @unchecked Sendable {
        // Sendable: OpenSSL never changes an algorithm that was fetched.
        let pointer: OpaquePointer?
    }
}
