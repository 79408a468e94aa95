import COpenSSL

/// Pure Ed25519 (RFC 8032). Points of small order and values that are not reduced are treated as
/// OpenSSL treats them.
package enum Ed25519 {
    /// The length of a signature.
    package static let signatureByteCount = 64
    /// The length of a public key, and of the seed of a private one.
    package static let keyByteCount = 32

    /// A key that verifies signatures.
    package final class PublicKey: Sendable {
        private let key: KeyHandle

        /// A key from the 32 bytes of RFC 8032 section 5.1.5.
        package init(bytes: [UInt8]) throws(CryptoError) {
            guard bytes.count == keyByteCount else { throw .keyLength(bytes: bytes.count) }
            self.key = try unsafe KeyHandle(
                adopting: EVP_PKEY_new_raw_public_key(
                    EVP_PKEY_ED25519, nil, bytes, bytes.count))
        }

        /// True for keys whose signatures anyone can forge: a point whose order divides 8 drops out
        /// of the equation, so some signatures verify without a private key. OpenSSL accepts such
        /// keys.
        package static func isOfSmallOrder(_ bytes: [UInt8]) -> Bool {
            guard var last = bytes.last else { return false }
            // The top bit is the sign of x; both signs are of the same order.
            last &= 0x7F
            return smallOrders.contains(Array(bytes.dropLast()) + [last])
        }

        /// The y coordinates of those points, little-endian; the last two are 0 and 1 not reduced.
        private static let smallOrders: Set<[UInt8]> = [
            [UInt8](repeating: 0, count: 32),
            [1] + [UInt8](repeating: 0, count: 31),
            [
                0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10,
                0x67, 0x0F, 0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77,
                0x92, 0xAC, 0x03, 0x7A,
            ],
            [
                0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF,
                0x98, 0xF0, 0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88,
                0x6D, 0x53, 0xFC, 0x05,
            ],
            [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
            [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
            [0xEE] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        ]

        /// True if the signature is right; a malformed one is wrong.
        package func accepts(
            _ signature: SignatureBytes, over message: Span<UInt8>
        ) throws(CryptoError) -> Bool {
            guard signature.count == signatureByteCount else { return false }
            return try unsafe key.accepts(
                signature.storage.span.extracting(first: signature.count), over: message,
                digest: nil)
        }
    }

    /// A key that signs.
    package final class PrivateKey: Sendable {
        private let key: KeyHandle
        /// The 32 bytes of the public key, for verifiers.
        package let publicBytes: [UInt8]

        /// A key from a seed of 32 bytes, or from 64: the seed followed by the public key, which
        /// must be the seed's own.
        package init(bytes: [UInt8]) throws(CryptoError) {
            guard bytes.count == keyByteCount || bytes.count == 2 * keyByteCount else {
                throw .keyLength(bytes: bytes.count)
            }
            let key = try unsafe KeyHandle(
                adopting: EVP_PKEY_new_raw_private_key(
                    EVP_PKEY_ED25519, nil, bytes, keyByteCount))
            var publicBytes = [UInt8](repeating: 0, count: keyByteCount)
            var count = keyByteCount
            guard
                unsafe EVP_PKEY_get_raw_public_key(key.pointer, &publicBytes, &count) == 1,
                count == keyByteCount
            else { throw .library(.key) }
            guard bytes.count == keyByteCount || publicBytes[...] == bytes[keyByteCount...] else {
                throw .keyMalformed
            }
            self.key = key
            self.publicBytes = publicBytes
        }

        /// The signature of a message, 64 bytes.
        package func signature(
            of message: Span<UInt8>
        ) throws(CryptoError) -> SignatureBytes {
            guard let context = unsafe EVP_MD_CTX_new() else { throw .library(.sign) }
            defer { unsafe EVP_MD_CTX_free(context) }
            guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key.pointer) == 1 else {
                throw .library(.sign)
            }
            var count = signatureByteCount
            var done: CInt = 0
            var signature = SignatureBytes()
            unsafe signature.fill { base in
                done = unsafe message.withUnsafeBufferPointer { message in
                    unsafe EVP_DigestSign(
                        context, base, &count, message.baseAddress, message.count)
                }
                return count
            }
            guard done == 1, count == signatureByteCount else { throw .library(.sign) }
            return signature
        }
    }
}
