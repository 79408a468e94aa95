/// The request methods that this server supports (RFC 9110 section 9, RFC 5789).
///
/// Methods are case-sensitive. Any other one is answered 501 before a handler sees it, and so are
/// CONNECT and TRACE, which no part of this product implements.
package enum Method: UInt8, Sendable, Hashable, CaseIterable {
    case get, head, post, put, patch, delete, options

    /// The name in the protocol.
    package var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        }
    }

    init?(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) {
        // The first byte and the length leave one candidate.
        let candidate: Method
        switch (bytes[range.lowerBound], range.count) {
        case (UInt8(ascii: "G"), 3): candidate = .get
        case (UInt8(ascii: "P"), 4): candidate = .post
        case (UInt8(ascii: "H"), 4): candidate = .head
        case (UInt8(ascii: "P"), 3): candidate = .put
        case (UInt8(ascii: "P"), 5): candidate = .patch
        case (UInt8(ascii: "D"), 6): candidate = .delete
        case (UInt8(ascii: "O"), 7): candidate = .options
        default: return nil
        }
        guard bytes.equals(candidate.name, at: range.lowerBound) else { return nil }
        self = candidate
    }
}
