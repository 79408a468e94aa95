/// Why a request is refused before any handler can say something to it.
package enum RequestError: Error, Equatable, Sendable {
    case malformedRequestLine
    case unknownMethod
    case unsupportedVersion
    case targetTooLong(limit: Int)
    case malformedTarget
    case headerTooLarge(limit: Int)
    case tooManyFields(limit: Int)
    case malformedField
    case foldedField
    case bareLineEnd
    case missingHost
    case repeatedHost
    case invalidHost
    case invalidContentLength
    case repeatedContentLength
    case conflictingFraming
    case invalidTransferCoding
    case unknownTransferCoding
    case unknownExpectation
    case bodyTooLarge(limit: Int)
    case malformedChunk
    case chunkExtensionsTooLarge(limit: Int)
    case trailersTooLarge(limit: Int)
    case headerTimeout
    case bodyTimeout
    case overloaded
    case stopping
    case tooManyConnections
}

extension RequestError {
    /// What the peer is told: status, code, the error in a few words and what to do about it.
    private var wording: (Status, code: StaticString, error: StaticString, detail: String) {
        switch self {
        case .malformedRequestLine:
            (
                .badRequest, "malformed_request_line", "Malformed request line",
                "The request line is: method, space, target, space, HTTP/1.1."
            )
        case .unknownMethod:
            (
                .notImplemented, "method_not_implemented", "Unknown method",
                "Methods are case-sensitive; GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS exist."
            )
        case .unsupportedVersion:
            (
                .versionNotSupported, "http_version_not_supported", "Unsupported HTTP version",
                "This server speaks HTTP/1.1 and HTTP/1.0."
            )
        case .targetTooLong(let limit):
            (
                .targetTooLong, "target_too_long", "Request target too long",
                "The target may have at most \(limit) octets."
            )
        case .malformedTarget:
            (
                .badRequest, "malformed_target", "Malformed request target",
                "The target is a path with an optional query, percent-encoded as RFC 3986 says."
            )
        case .headerTooLarge(let limit):
            (
                .requestHeaderFieldsTooLarge, "header_too_large", "Header section too large",
                "The header section may have at most \(limit) octets."
            )
        case .tooManyFields(let limit):
            (
                .requestHeaderFieldsTooLarge, "too_many_header_fields", "Too many header fields",
                "A request may have at most \(limit) header fields."
            )
        case .malformedField:
            (
                .badRequest, "malformed_header_field", "Malformed header field",
                "A field is: name, colon, value; no space before the colon, no control characters."
            )
        case .foldedField:
            (
                .badRequest, "folded_header_field", "Folded header field",
                "A header field stands on one line; line folding is obsolete."
            )
        case .bareLineEnd:
            (
                .badRequest, "bare_line_end", "CR or LF alone",
                "Lines end in CR LF, both of them."
            )
        case .missingHost:
            (
                .badRequest, "missing_host", "Missing Host field",
                "An HTTP/1.1 request has exactly one Host field."
            )
        case .repeatedHost:
            (
                .badRequest, "repeated_host", "More than one Host field",
                "An HTTP/1.1 request has exactly one Host field."
            )
        case .invalidHost:
            (
                .badRequest, "invalid_host", "Invalid Host field",
                "The Host field is a host name or address with an optional port."
            )
        case .invalidContentLength:
            (
                .badRequest, "invalid_content_length", "Invalid Content-Length",
                "Content-Length is a decimal number and nothing else."
            )
        case .repeatedContentLength:
            (
                .badRequest, "repeated_content_length", "More than one Content-Length",
                "A request has one Content-Length at most."
            )
        case .conflictingFraming:
            (
                .badRequest, "conflicting_framing", "Conflicting body framing",
                "Send either Content-Length or, in HTTP/1.1, Transfer-Encoding."
            )
        case .invalidTransferCoding:
            (
                .badRequest, "invalid_transfer_coding", "Invalid Transfer-Encoding",
                "Transfer-Encoding is the one word chunked, once."
            )
        case .unknownTransferCoding:
            (
                .notImplemented, "transfer_coding_not_implemented", "Unknown transfer coding",
                "The only transfer coding understood here is chunked."
            )
        case .unknownExpectation:
            (
                .expectationFailed, "expectation_failed", "Unknown expectation",
                "The only expectation understood here is 100-continue."
            )
        case .bodyTooLarge(let limit):
            (
                .contentTooLarge, "body_too_large", "Body too large",
                "The body may have at most \(limit) octets."
            )
        case .malformedChunk:
            (
                .badRequest, "malformed_chunk", "Malformed chunked body",
                "A chunk is: size in hexadecimal, CR LF, that many octets, CR LF."
            )
        case .chunkExtensionsTooLarge(let limit):
            (
                .badRequest, "chunk_extensions_too_large", "Chunk extensions too large",
                "The chunk extensions of a body may have at most \(limit) octets."
            )
        case .trailersTooLarge(let limit):
            (
                .requestHeaderFieldsTooLarge, "trailers_too_large", "Trailer section too large",
                "The trailer section may have at most \(limit) octets."
            )
        case .headerTimeout:
            (
                .requestTimeout, "header_timeout", "Request header too slow",
                "The header section did not arrive in time."
            )
        case .bodyTimeout:
            (
                .requestTimeout, "body_timeout", "Request body too slow",
                "The body did not arrive in time."
            )
        case .overloaded:
            (
                .serviceUnavailable, "overloaded", "Too many requests in flight",
                "The request was not looked at. Try again after the time in Retry-After."
            )
        case .stopping:
            (
                .serviceUnavailable, "stopping", "Shutting down",
                "The request was not looked at. Try again after the time in Retry-After."
            )
        case .tooManyConnections:
            (
                .serviceUnavailable, "too_many_connections", "Too many connections",
                "The connection was not served. Try again after the time in Retry-After."
            )
        }
    }

    package var status: Status { wording.0 }

    /// The stable name of the problem, for programs.
    package var code: StaticString { wording.code }

    /// The problem document that is sent (RFC 9457).
    package var response: Response {
        let (status, code, error, detail) = wording
        var body: [UInt8] = []
        body.reserveCapacity(256)
        body.append("{\"type\":\"about:blank\",\"title\":\"")
        body.append(status.reason)
        body.append("\",\"status\":")
        body.append(decimal: Int(status.code))
        body.append(",\"code\":\"")
        body.append(code)
        body.append("\",\"error\":\"")
        body.append(error)
        // Fixed texts and numbers: nothing in them needs an escape.
        body.append("\",\"detail\":\"")
        body.append(contentsOf: detail.utf8)
        body.append("\"}")
        var response = Response(status: status, contentType: .problem, body: body)
        if status == .serviceUnavailable { response.fields.append("retry-after", "1") }
        return response
    }
}
