import COpenSSL

/// Comparison in constant time, so that an attacker learns nothing from its duration.
package enum ConstantTime {
    /// True if both have the same bytes; the time does not depend on where they differ. Lengths are
    /// not secret and are compared first.
    package static func equal(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        guard one.count > 0 else { return true }
        return unsafe one.withUnsafeBufferPointer { left in
            unsafe other.withUnsafeBufferPointer { right in
                unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }

    /// True if both have the same bytes, in constant time.
    package static func equal(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        equal(one.span, other.span)
    }
}
