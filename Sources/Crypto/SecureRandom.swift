import COpenSSL

/// Bytes that nobody can guess, from OpenSSL's generator seeded by the kernel.
package enum SecureRandom {
    /// Throws rather than give weak bytes when the generator can't be seeded.
    package static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        precondition(count >= 0)
        precondition(count <= Int(CInt.max))
        guard count > 0 else { return [] }
        var result = [UInt8](repeating: 0, count: count)
        let done = unsafe result.withUnsafeMutableBufferPointer { buffer in
            unsafe RAND_bytes(buffer.baseAddress, CInt(count))
        }
        guard done == 1 else { throw .library(.random) }
        return result
    }
}
