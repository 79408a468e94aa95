import COpenSSL

/// A digest, tag or signature: at most 80 bytes, kept inline so that checking one allocates nothing.
///
/// 80 holds the largest of them, an ECDSA P-256 signature in DER (72 bytes). Its description tells
/// the length only: the signature a verifier expects must not leak through a log line.
package struct SignatureBytes: Sendable {
    package static let capacity = 80

    package private(set) var storage = InlineArray<80, UInt8>(repeating: 0)
    package private(set) var count = 0

    package init() {}

    /// Copies the bytes, or gives nil when they are more than a signature can have.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count <= Self.capacity else { return nil }
        for index in bytes.indices { append(bytes[index]) }
    }

    /// Bytes that C code writes, never more than the capacity, telling how many.
    mutating func fill(_ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        var span = storage.mutableSpan
        let written = unsafe span.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe write(base)
        }
        precondition(written <= Self.capacity)
        count = max(0, written)
    }

    /// False, and nothing appended, when the capacity is used up.
    @discardableResult
    mutating func append(_ byte: UInt8) -> Bool {
        guard count < Self.capacity else { return false }
        storage[count] = byte
        count += 1
        return true
    }

    /// Whether both hold the same bytes, in a time that depends on their lengths only.
    package func matches(_ other: SignatureBytes) -> Bool {
        ConstantTime.equal(
            storage.span.extracting(first: count), other.storage.span.extracting(first: other.count)
        )
    }

    package var bytes: [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in 0..<count { copy.append(storage[index]) }
        return copy
    }
}

extension SignatureBytes: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(count) bytes" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
