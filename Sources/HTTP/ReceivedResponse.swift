/// A response received by a client.
package struct ReceivedResponse: Sendable {
    /// The status of the final response.
    package let status: Status
    /// The header fields of the final response.
    package let fields: Fields
    /// The body without chunked framing; only its beginning if `isCut`.
    package internal(set) var body: [UInt8]
    /// True if the body exceeded the limit; the rest was not read.
    package internal(set) var isCut: Bool
    /// True if another request may use the same connection.
    package internal(set) var keepsAlive: Bool
}

/// The limits of a response.
package struct ResponseLimits: Sendable, Equatable {
    /// The most bytes of status line and header section together.
    package var head: Int
    /// The most bytes of the body that are kept; a longer body is cut, which is not an error.
    package var body: Int
    /// The most interim responses before the final one.
    static let interim = 16

    package init(head: Int = 16 << 10, body: Int = 16 << 10) {
        precondition(head > 64 && body >= 0, "an answer needs room")
        precondition(head < 1 << 30, "offsets in a head are 32 bits wide")
        self.head = head
        self.body = body
    }
}

/// The reason why the received bytes are not a valid response.
package enum ResponseError: Error, Equatable, Sendable {
    case malformedStatusLine
    case malformedField
    case headTooLarge(limit: Int)
    case tooManyInterim
    case upgraded
    case invalidContentLength
    case unknownTransferCoding
    case malformedChunk
    /// The response arrived before the request had been sent.
    case unasked
    /// The connection ended before the response did.
    case incomplete(hasStarted: Bool)
}

extension ResponseError: CustomStringConvertible {
    /// The reason in words.
    package var description: String {
        switch self {
        case .malformedStatusLine: "the response is not HTTP/1.1"
        case .malformedField: "a header field is malformed"
        case .headTooLarge(let limit): "the header section is larger than \(limit) bytes"
        case .tooManyInterim: "there are too many interim responses"
        case .upgraded: "the response switches the protocol, which was not requested"
        case .invalidContentLength: "Content-Length is not a single number"
        case .unknownTransferCoding: "the body has an unknown transfer coding"
        case .malformedChunk: "the chunked body is malformed"
        case .unasked: "the response was sent before the request, so it belongs to something else"
        case .incomplete(true): "the connection closed before the response was complete"
        case .incomplete(false): "the connection closed without a response"
        }
    }
}
