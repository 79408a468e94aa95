import COpenSSL

/// Pure Ed25519 (RFC 8032). Points of small order and values that are not reduced are treated as
/// OpenSSL treats them.
package enum Ed25519 {
    package static let signatureByteCount = 64
    package static let keyByteCount = 32

    package final class PublicKey: Sendable {
        private let key: KeyHandle

        /// From the 32 bytes of RFC 8032 section 5.1.5.
        package init(bytes: [UInt8]) throws(CryptoError) {
            guard bytes.count == keyByteCount else { throw .keyLength(bytes: bytes.count) }
            self.key = try unsafe KeyHandle(
                adopting: EVP_PKEY_new_raw_public_key(
                    EVP_PKEY_ED25519, nil, bytes, bytes.count))
        }

        package func accepts(
            _ signature: SignatureBytes, over message: Span<UInt8>
        ) throws(CryptoError) -> Bool {
            guard signature.count == signatureByteCount else { return false }
            return try unsafe key.accepts(
                signature.storage.span.extracting(first: signature.count), over: message,
                digest: nil)
        }
    }

    package final class PrivateKey: Sendable {
        private let key: KeyHandle
        /// The 32 bytes that verifiers are given.
        package let publicBytes: [UInt8]

        /// From a seed of 32 bytes, or from 64: the seed followed by the public key, which must be
        /// the seed's own.
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
