/// An answer as a client receives it.
package struct ReceivedResponse: Sendable {
    package let status: Status
    package let fields: Fields
    /// Chunked framing removed; the beginning only where `isCut`.
    package internal(set) var body: [UInt8]
    /// The body went on beyond the limit; the rest was not read.
    package internal(set) var isCut: Bool
    /// Whether another request may go over the same connection.
    package internal(set) var keepsAlive: Bool
}

/// What an answer may take.
package struct ResponseLimits: Sendable, Equatable {
    /// Octets of status line and header section together.
    package var head: Int
    /// Octets of the body that are kept; what goes on is cut, which is no error.
    package var body: Int
    /// Interim answers before the final one.
    static let interim = 16

    package init(head: Int = 16 << 10, body: Int = 16 << 10) {
        precondition(head > 64 && body >= 0, "an answer needs room")
        precondition(head < 1 << 30, "offsets in a head are 32 bits wide")
        self.head = head
        self.body = body
    }
}

/// Why what came is no answer.
package enum ResponseError: Error, Equatable, Sendable {
    case malformedStatusLine
    case malformedField
    case headTooLarge(limit: Int)
    case tooManyInterim
    case upgraded
    case invalidContentLength
    case unknownTransferCoding
    case malformedChunk
    /// It came before the request had been sent.
    case unasked
    /// The connection ended before the answer did.
    case incomplete(hasStarted: Bool)
}

extension ResponseError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedStatusLine: "what came is not HTTP/1.1"
        case .malformedField: "a header field is malformed"
        case .headTooLarge(let limit): "the header section is larger than \(limit) bytes"
        case .tooManyInterim: "interim answers do not end"
        case .upgraded: "the answer changes the protocol, which was not asked for"
        case .invalidContentLength: "Content-Length is no single number"
        case .unknownTransferCoding: "the body has a transfer coding that is not known"
        case .malformedChunk: "the chunked body is malformed"
        case .unasked: "what came was sent before the request, and answers something else"
        case .incomplete(true): "the connection ended before the answer did"
        case .incomplete(false): "the connection ended without an answer"
        }
    }
}
