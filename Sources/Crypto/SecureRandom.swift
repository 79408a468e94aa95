import COpenSSL

/// Unpredictable bytes from OpenSSL's generator, which the kernel seeds.
package enum SecureRandom {
    /// Random bytes. Throws instead of returning weak bytes if the generator cannot be seeded.
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
