import COpenSSL

/// A digest, tag or signature of at most 80 bytes, stored inline so that checking one allocates
/// nothing.
///
/// 80 holds the largest of them, an ECDSA P-256 signature in DER (72 bytes). The description
/// contains the length only: the signature a verifier expects must not leak through a log line.
package struct SignatureBytes: Sendable {
    /// The greatest number of bytes.
    package static let capacity = 80

    /// The bytes; only the first `count` have a meaning.
    package private(set) var storage = InlineArray<80, UInt8>(repeating: 0)
    /// The number of bytes in use.
    package private(set) var count = 0

    package init() {}

    /// Copies the bytes; returns nil if there are more than `capacity`.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count <= Self.capacity else { return nil }
        for index in bytes.indices { append(bytes[index]) }
    }

    /// Lets C code write the bytes; `write` must respect the capacity and return the number
    /// written.
    mutating func fill(_ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        var span = storage.mutableSpan
        let written = unsafe span.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe write(base)
        }
        precondition(written <= Self.capacity)
        count = max(0, written)
    }

    /// Appends a byte; returns false, and appends nothing, if the capacity is used up.
    @discardableResult
    mutating func append(_ byte: UInt8) -> Bool {
        guard count < Self.capacity else { return false }
        storage[count] = byte
        count += 1
        return true
    }

    /// True if both have the same bytes; the time depends on their lengths only.
    package func matches(_ other: SignatureBytes) -> Bool {
        ConstantTime.equal(
            storage.span.extracting(first: count), other.storage.span.extracting(first: other.count)
        )
    }

    /// A copy of the bytes.
    package var bytes: [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in 0..<count { copy.append(storage[index]) }
        return copy
    }
}

extension SignatureBytes: CustomStringConvertible, CustomReflectable {
    /// The length only.
    package var description: String { "\(count) bytes" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
