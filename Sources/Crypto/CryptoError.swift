import COpenSSL

/// The reason why a cryptographic operation has no result.
package enum CryptoError: Error, Equatable, Sendable {
    /// OpenSSL reported an error; `code` is its packed error, 0 if it gave none.
    case library(Operation, code: UInt)
    /// The length of a key does not fit its algorithm.
    case keyLength(bytes: Int)
    /// Bytes that are not a key of the wanted kind.
    case keyMalformed
    /// Sealed bytes that were changed, cut, or sealed with another key or context.
    case notAuthentic

    /// The operation that OpenSSL was called for.
    package enum Operation: String, Equatable, Sendable {
        case digest, hmac, random, seal, open, sign, verify, key
    }
}

extension CryptoError: CustomStringConvertible {
    /// The error in words; contains no key and no data.
    package var description: String {
        switch self {
        case .library(let operation, let code):
            "OpenSSL failed at \(operation.rawValue) (error \(String(code, radix: 16)))"
        case .keyLength(let bytes): "a key of \(bytes) bytes has the wrong length"
        case .keyMalformed: "the bytes are not a key of the expected kind"
        case .notAuthentic: "the sealed bytes were changed, or sealed with another key"
        }
    }
}

extension CryptoError {
    /// The newest error of this thread's OpenSSL queue.
    ///
    /// The queue is emptied: TLS on the same thread would read an entry left there as its own
    /// failure.
    static func library(_ operation: Operation) -> CryptoError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        return .library(operation, code: UInt(code))
    }
}
