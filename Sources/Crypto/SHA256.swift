import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes in one piece.
package enum SHA256 {
    /// Fetched once: `EVP_sha256()` makes OpenSSL search its providers at each digest, a quarter of
    /// the time of a short one. OpenSSL lets threads share it; it is never freed.
    nonisolated(unsafe) private static let algorithm =
        unsafe EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()

    /// The digest; always 32 bytes.
    package static func digest(of bytes: Span<UInt8>) throws(CryptoError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Digest.sha256.byteCount)
        let done = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe result.withUnsafeMutableBufferPointer { output in
                unsafe EVP_Digest(
                    input.baseAddress, input.count, output.baseAddress, nil, algorithm, nil)
            }
        }
        guard done == 1 else { throw .library(.digest) }
        return result
    }

    /// The first eight bytes of the digest as a big-endian number, without an array.
    package static func leadingBits(of bytes: Span<UInt8>) throws(CryptoError) -> UInt64 {
        var digest: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let done = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe withUnsafeMutableBytes(of: &digest) { output in
                unsafe EVP_Digest(
                    input.baseAddress, input.count,
                    output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil, algorithm, nil)
            }
        }
        guard done == 1 else { throw .library(.digest) }
        return UInt64(bigEndian: digest.0)
    }

    /// The digest; always 32 bytes.
    package static func digest(of bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        try digest(of: bytes.span)
    }
}
