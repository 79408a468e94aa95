import COpenSSL

/// Why a cryptographic operation gave no result.
package enum CryptoError: Error, Equatable, Sendable {
    /// OpenSSL refused to work; `code` is its packed error, 0 when it named none.
    case library(Operation, code: UInt)
    /// A key of another length than its algorithm takes.
    case keyLength(bytes: Int)
    /// Bytes that are no key of the wanted kind.
    case keyMalformed
    /// Sealed bytes that were changed, cut, or sealed under another key or for another context.
    case notAuthentic

    package enum Operation: String, Equatable, Sendable {
        case digest, hmac, random, seal, open, sign, verify, key
    }
}

extension CryptoError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .library(let operation, let code):
            "OpenSSL failed at \(operation.rawValue) (error \(String(code, radix: 16)))"
        case .keyLength(let bytes): "a key of \(bytes) bytes is of the wrong length"
        case .keyMalformed: "the bytes are no key of the wanted kind"
        case .notAuthentic: "the sealed bytes are not what this key sealed"
        }
    }
}

extension CryptoError {
    /// The newest error of this thread's OpenSSL queue.
    ///
    /// The queue is emptied: TLS on the same thread reads what is left there as its own failure.
    static func library(_ operation: Operation) -> CryptoError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        return .library(operation, code: UInt(code))
    }
}
