import COpenSSL

/// ECDSA on the curve P-256 with SHA-256 (FIPS 186-5).
package enum P256 {
    /// A key that verifies signatures.
    package final class PublicKey: Sendable {
        private let key: KeyHandle

        /// A key from a DER SubjectPublicKeyInfo (RFC 5480) with nothing after it. Throws
        /// `keyMalformed` for keys of any other kind or curve.
        package init(publicKeyInfo bytes: [UInt8]) throws(CryptoError) {
            key = try unsafe P256.key(bytes) { cursor, count in
                unsafe d2i_PUBKEY(nil, cursor, count)
            }
        }

        /// True if a DER-encoded signature is right. Any encoding other than the one that DER
        /// allows is wrong: OpenSSL re-encodes the signature and compares.
        package func accepts(
            _ signature: SignatureBytes, over message: Span<UInt8>
        ) throws(CryptoError) -> Bool {
            try unsafe key.accepts(
                signature.storage.span.extracting(first: signature.count), over: message,
                digest: EVP_sha256())
        }

        /// True if a signature is right that is written as r and s, 32 bytes each (IEEE P1363), as
        /// in JWS.
        package func accepts(
            fixedWidth signature: Span<UInt8>, over message: Span<UInt8>
        ) throws(CryptoError) -> Bool {
            guard signature.count == 64 else { return false }
            guard let pair = unsafe ECDSA_SIG_new() else { throw .library(.verify) }
            // The pair owns both numbers from here on.
            defer { unsafe ECDSA_SIG_free(pair) }
            let isSet = unsafe signature.withUnsafeBufferPointer { bytes in
                unsafe ECDSA_SIG_set0(
                    pair, BN_bin2bn(bytes.baseAddress, 32, nil),
                    BN_bin2bn(bytes.baseAddress?.advanced(by: 32), 32, nil))
            }
            guard isSet == 1 else { throw .library(.verify) }
            var written: CInt = 0
            var der = SignatureBytes()
            unsafe der.fill { cursor in
                var cursor: UnsafeMutablePointer<UInt8>? = unsafe cursor
                written = unsafe i2d_ECDSA_SIG(pair, &cursor)
                return Int(written)
            }
            guard written > 0 else { throw .library(.verify) }
            return try accepts(der, over: message)
        }
    }

    /// A key that signs.
    package final class PrivateKey: Sendable {
        private let key: KeyHandle
        /// The DER SubjectPublicKeyInfo of the public key, for verifiers.
        package let publicKeyInfo: [UInt8]

        /// A key from a DER PrivateKeyInfo (PKCS #8, RFC 5958) or ECPrivateKey (RFC 5915) with
        /// nothing after it. Throws `keyMalformed` for keys of any other kind or curve.
        package init(der bytes: [UInt8]) throws(CryptoError) {
            let key = try unsafe P256.key(bytes) { cursor, count in
                unsafe d2i_AutoPrivateKey(nil, cursor, count)
            }
            var info = [UInt8](repeating: 0, count: Int(unsafe i2d_PUBKEY(key.pointer, nil)))
            let written = unsafe info.withUnsafeMutableBufferPointer { buffer in
                var cursor = buffer.baseAddress
                return unsafe i2d_PUBKEY(key.pointer, &cursor)
            }
            guard written > 0, written == info.count else { throw .library(.key) }
            self.key = key
            publicKeyInfo = info
        }

        /// The signature of a message, in DER.
        package func signature(of message: Span<UInt8>) throws(CryptoError) -> SignatureBytes {
            guard let context = unsafe EVP_MD_CTX_new() else { throw .library(.sign) }
            defer { unsafe EVP_MD_CTX_free(context) }
            guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key.pointer) == 1
            else {
                throw .library(.sign)
            }
            var count = SignatureBytes.capacity
            var done: CInt = 0
            var signature = SignatureBytes()
            unsafe signature.fill { base in
                done = unsafe message.withUnsafeBufferPointer { message in
                    unsafe EVP_DigestSign(
                        context, base, &count, message.baseAddress, message.count)
                }
                return done == 1 ? count : 0
            }
            guard done == 1 else { throw .library(.sign) }
            return signature
        }
    }

    /// The key in DER bytes with nothing after it. `read` is OpenSSL's reader of the form; it moves
    /// the pointer past the bytes it read.
    fileprivate static func key(
        _ bytes: [UInt8],
        read: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
    ) throws(CryptoError) -> KeyHandle {
        var count = 0
        let parsed = unsafe bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            let key = unsafe read(&cursor, buffer.count)
            if let cursor = unsafe cursor, let base = buffer.baseAddress {
                count = unsafe cursor - base
            }
            return unsafe key
        }
        let key = try unsafe KeyHandle(adopting: parsed)
        guard count == bytes.count, curve(of: key) == "prime256v1" else { throw .keyMalformed }
        return key
    }

    fileprivate static func curve(of key: borrowing KeyHandle) -> String? {
        var name = [CChar](repeating: 0, count: 64)
        var count = 0
        // For keys without a curve the call returns 0 and leaves an error in the queue.
        guard unsafe EVP_PKEY_get_group_name(key.pointer, &name, name.count, &count) == 1 else {
            ERR_clear_error()
            return nil
        }
        return String(decoding: name.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
