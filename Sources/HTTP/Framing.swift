/// The rule by which a request's body ends (RFC 9112 section 6.3).
package enum Framing: Equatable, Sendable {
    case length(Int)
    case chunked

    /// The length in bytes; nil if only the end of the body shows it.
    var length: Int? {
        if case .length(let length) = self { return length }
        return nil
    }
}

/// The framing information of the fields seen so far, collected while the head is parsed.
///
/// Each ambiguous combination is an error: two readers that disagree on the end of a message make
/// request smuggling possible (RFC 9112 section 11.2).
struct FramingFacts {
    private(set) var hostCount = 0
    private(set) var expectsContinue = false
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false
    private var contentLength: Int?
    private var isChunked = false
    private var hasTransferEncoding = false

    /// Evaluates one field; most do not concern framing, which their length shows.
    @inline(__always)
    mutating func note(
        _ bytes: borrowing Span<UInt8>, name: Range<Int>, value: Range<Int>
    ) throws(RequestError) {
        switch name.count {
        case 4 where bytes.equalsIgnoringCase("host", in: name):
            hostCount += 1
            if hostCount > 1 { throw .repeatedHost }
            if !Authority.isValid(bytes, in: value) { throw .invalidHost }
        case 6 where bytes.equalsIgnoringCase("expect", in: name):
            guard bytes.equalsIgnoringCase("100-continue", in: value) else {
                throw .unknownExpectation
            }
            expectsContinue = true
        case 10 where bytes.equalsIgnoringCase("connection", in: name):
            noteConnection(bytes, in: value)
        case 14 where bytes.equalsIgnoringCase("content-length", in: name):
            if contentLength != nil { throw .repeatedContentLength }
            contentLength = try Self.length(bytes, in: value)
        case 17 where bytes.equalsIgnoringCase("transfer-encoding", in: name):
            try noteTransferEncoding(bytes, in: value)
        default:
            break
        }
    }

    /// The framing, decided at the end of the head.
    func framing(version: Version) throws(RequestError) -> Framing {
        if version == .http11, hostCount == 0 { throw .missingHost }
        if hasTransferEncoding {
            // Section 6.1: in HTTP/1.0, or with a Content-Length, the framing is faulty.
            if version == .http10 || contentLength != nil { throw .conflictingFraming }
            return .chunked
        }
        return .length(contentLength ?? 0)
    }

    /// 1*DIGIT. A number beyond the largest integer becomes that, which no limit admits.
    private static func length(
        _ bytes: borrowing Span<UInt8>, in range: Range<Int>
    ) throws(RequestError) -> Int {
        if range.isEmpty { throw .invalidContentLength }
        var length = 0
        for position in range {
            let byte = bytes[position]
            guard ASCII.isDigit(byte) else { throw .invalidContentLength }
            let (tenfold, overflowed) = length.multipliedReportingOverflow(by: 10)
            let (sum, carried) = tenfold.addingReportingOverflow(Int(byte &- 0x30))
            length = overflowed || carried ? Int.max : sum
        }
        return length
    }

    /// Accepts a list with the one element `chunked`; another coding is answered 501 (section 6.1).
    private mutating func noteTransferEncoding(
        _ bytes: borrowing Span<UInt8>, in range: Range<Int>
    ) throws(RequestError) {
        if hasTransferEncoding { throw .invalidTransferCoding }
        hasTransferEncoding = true
        var elements = 0
        var isOnlyChunked = true
        var hasEmpty = false
        bytes.forEachElement(in: range) { element, bytes in
            elements += 1
            if element.isEmpty {
                hasEmpty = true
            } else if !bytes.equalsIgnoringCase("chunked", in: element) {
                isOnlyChunked = false
            }
        }
        if !isOnlyChunked { throw .unknownTransferCoding }
        if hasEmpty || elements != 1 { throw .invalidTransferCoding }
    }

    private mutating func noteConnection(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) {
        bytes.forEachElement(in: range) { element, bytes in
            if bytes.equalsIgnoringCase("close", in: element) {
                saysClose = true
            } else if bytes.equalsIgnoringCase("keep-alive", in: element) {
                saysKeepAlive = true
            }
        }
    }
}

extension Span<UInt8> {
    /// Calls the closure with each element of a comma-separated list, white space trimmed, empty
    /// ones included (RFC 9110 section 5.6.1).
    func forEachElement(in range: Range<Int>, _ body: (Range<Int>, Span<UInt8>) -> Void) {
        var start = range.lowerBound
        var position = start
        while true {
            if position == range.upperBound || self[position] == UInt8(ascii: ",") {
                var lower = start
                var upper = position
                while lower < upper, ASCII.isBlank(self[lower]) { lower += 1 }
                while upper > lower, ASCII.isBlank(self[upper - 1]) { upper -= 1 }
                body(lower..<upper, self)
                if position == range.upperBound { return }
                start = position + 1
            }
            position += 1
        }
    }
}
