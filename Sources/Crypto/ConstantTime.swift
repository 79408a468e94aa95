import COpenSSL

/// Comparison that tells an attacker nothing by how long it takes.
package enum ConstantTime {
    /// Whether both hold the same bytes; takes equally long wherever they differ. Lengths are not
    /// secret and are compared first.
    package static func equal(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        guard one.count > 0 else { return true }
        return unsafe one.withUnsafeBufferPointer { left in
            unsafe other.withUnsafeBufferPointer { right in
                unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }

    package static func equal(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        equal(one.span, other.span)
    }
}
