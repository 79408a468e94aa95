import COpenSSL

/// AES-256-GCM (NIST SP 800-38D): sealed bytes can be neither read nor changed without the key.
///
///     nonce (12, random) | ciphertext (as long as the plain text) | tag (16)
///
/// The nonce is random for each seal; with 96 bits a key may seal about four thousand million
/// times.
package enum AESGCM {
    /// The length of a key.
    package static let keyByteCount = 32
    private static let nonceByteCount = 12
    private static let tagByteCount = 16

    /// Encrypts and authenticates. `context` is authenticated but not stored: `open` needs the same
    /// one.
    package static func seal(
        _ plain: [UInt8], key: [UInt8], context: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        try seal(plain, key: key, context: context, nonce: SecureRandom.bytes(nonceByteCount))
    }

    /// Decrypts. Throws `notAuthentic` for anything that `seal` did not make with this key and
    /// context.
    package static func open(
        _ sealed: [UInt8], key: [UInt8], context: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        guard sealed.count >= nonceByteCount + tagByteCount else { throw .notAuthentic }
        let cipher = try Cipher(
            key: key, nonce: Array(sealed.prefix(nonceByteCount)), direction: .open)
        try cipher.authenticate(context)
        let plain = try cipher.transform(
            Array(sealed[nonceByteCount..<sealed.count - tagByteCount]))
        guard cipher.accepts(tag: Array(sealed.suffix(tagByteCount))) else {
            ERR_clear_error()
            throw .notAuthentic
        }
        return plain
    }

    /// Encrypts with a given nonce, which must never be used twice: for published vectors only.
    static func seal(
        _ plain: [UInt8], key: [UInt8], context: [UInt8], nonce: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let cipher = try Cipher(key: key, nonce: nonce, direction: .seal)
        try cipher.authenticate(context)
        let secret = try cipher.transform(plain)
        return try nonce + secret + cipher.tag()
    }

    /// One pass of the cipher in one direction; owns OpenSSL's context.
    @safe private struct Cipher: ~Copyable {
        enum Direction: CInt { case open = 0, seal = 1 }

        private let context: OpaquePointer
        private let direction: Direction

        init(key: [UInt8], nonce: [UInt8], direction: Direction) throws(CryptoError) {
            guard key.count == keyByteCount else { throw .keyLength(bytes: key.count) }
            precondition(nonce.count == nonceByteCount)
            guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .library(.seal) }
            let ready = unsafe EVP_CipherInit_ex(
                context, EVP_aes_256_gcm(), nil, key, nonce, direction.rawValue)
            guard ready == 1 else {
                unsafe EVP_CIPHER_CTX_free(context)
                throw .library(.seal)
            }
            unsafe self.context = context
            self.direction = direction
        }

        deinit { unsafe EVP_CIPHER_CTX_free(context) }

        private var failure: CryptoError { .library(direction == .seal ? .seal : .open) }

        func authenticate(_ bytes: [UInt8]) throws(CryptoError) {
            guard !bytes.isEmpty else { return }
            precondition(bytes.count <= Int(CInt.max))
            var written: CInt = 0
            let done = unsafe EVP_CipherUpdate(context, nil, &written, bytes, CInt(bytes.count))
            guard done == 1 else { throw failure }
        }

        func transform(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
            guard !bytes.isEmpty else { return [] }
            precondition(bytes.count <= Int(CInt.max))
            var output = [UInt8](repeating: 0, count: bytes.count)
            var written: CInt = 0
            let done = unsafe EVP_CipherUpdate(
                context, &output, &written, bytes, CInt(bytes.count))
            guard done == 1, written == CInt(bytes.count) else { throw failure }
            return output
        }

        func tag() throws(CryptoError) -> [UInt8] {
            var tag = [UInt8](repeating: 0, count: tagByteCount)
            guard finish() else { throw failure }
            let done = unsafe tag.withUnsafeMutableBytes { buffer in
                unsafe EVP_CIPHER_CTX_ctrl(
                    context, EVP_CTRL_AEAD_GET_TAG, CInt(buffer.count), buffer.baseAddress)
            }
            guard done == 1 else { throw failure }
            return tag
        }

        func accepts(tag: [UInt8]) -> Bool {
            var tag = tag
            let set = unsafe tag.withUnsafeMutableBytes { buffer in
                unsafe EVP_CIPHER_CTX_ctrl(
                    context, EVP_CTRL_AEAD_SET_TAG, CInt(buffer.count), buffer.baseAddress)
            }
            return set == 1 && finish()
        }

        /// Ends the pass. GCM writes nothing here, but OpenSSL requires room for a block.
        private func finish() -> Bool {
            var block = [UInt8](repeating: 0, count: 16)
            var written: CInt = 0
            return unsafe EVP_CipherFinal_ex(context, &block, &written) == 1
        }
    }
}
