import COpenSSL

/// Random bytes that an attacker cannot predict, from OpenSSL's generator seeded by the kernel.
package enum SecureRandom {
    /// Returns `count` random bytes. A generator that cannot be seeded ends the process: it has no use for
    /// weak bytes, and no input leads there.
    package static func bytes(_ count: Int) -> [UInt8] {
        precondition(count >= 0)
        precondition(count <= Int(CInt.max))
        guard count > 0 else { return [] }
        var result = [UInt8](repeating: 0, count: count)
        let done = unsafe result.withUnsafeMutableBufferPointer { buffer in
            unsafe RAND_bytes(buffer.baseAddress, CInt(count))
        }
        precondition(done == 1, "OpenSSL's random generator cannot be seeded")
        return result
    }
}
