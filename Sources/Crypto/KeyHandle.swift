import COpenSSL

/// An OpenSSL key with one owner, freed when that owner goes away.
@safe struct KeyHandle: ~Copyable, @unchecked Sendable {
    // Sendable: a key never changes after it was made, and OpenSSL lets any number of threads use
    // one (openssl-threads(7)); each use makes its own context.
    let pointer: OpaquePointer

    init(adopting pointer: OpaquePointer?) throws(CryptoError) {
        guard let pointer = unsafe pointer else {
            ERR_clear_error()
            throw .keyMalformed
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// True if the signature is right. A malformed signature counts as wrong, like a changed one.
    func accepts(
        _ signature: Span<UInt8>, over message: Span<UInt8>, digest: OpaquePointer?
    ) throws(CryptoError) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .library(.verify) }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, digest, nil, pointer) == 1 else {
            throw .library(.verify)
        }
        let answer = unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestVerify(
                    context, signature.baseAddress, signature.count, message.baseAddress,
                    message.count)
            }
        }
        // 0 is a wrong signature; below 0 OpenSSL could not even read it. Both leave errors behind.
        if answer != 1 { ERR_clear_error() }
        return answer == 1
    }
}
