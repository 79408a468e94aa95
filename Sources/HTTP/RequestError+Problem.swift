extension RequestError {
    /// The problem document for the client: status, code, the error in a few words and its
    /// correction.
    package var problem: Problem {
        switch self {
        case .malformedRequestLine:
            Problem(
                .badRequest, "malformed_request_line", "Malformed request line",
                detail: "The request line is: method, space, target, space, HTTP/1.1.")
        case .unknownMethod:
            Problem(
                .notImplemented, "method_not_implemented", "Unknown method",
                detail:
                    "Methods are case-sensitive; GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS are supported."
            )
        case .unsupportedVersion:
            Problem(
                .versionNotSupported, "http_version_not_supported", "Unsupported HTTP version",
                detail: "This server supports HTTP/1.1 and HTTP/1.0.")
        case .targetTooLong(let limit):
            Problem(
                .targetTooLong, "target_too_long", "Request target too long",
                detail: "The request target may have at most \(limit) bytes.")
        case .malformedTarget:
            Problem(
                .badRequest, "malformed_target", "Malformed request target",
                detail:
                    "The target is a path with an optional query, percent-encoded as in RFC 3986."
            )
        case .headerTooLarge(let limit):
            Problem(
                .requestHeaderFieldsTooLarge, "header_too_large", "Header section too large",
                detail: "The header section may have at most \(limit) bytes.")
        case .tooManyFields(let limit):
            Problem(
                .requestHeaderFieldsTooLarge, "too_many_header_fields", "Too many header fields",
                detail: "A request may have at most \(limit) header fields.")
        case .malformedField:
            Problem(
                .badRequest, "malformed_header_field", "Malformed header field",
                detail:
                    "A field is: name, colon, value; no space before the colon, no control characters."
            )
        case .foldedField:
            Problem(
                .badRequest, "folded_header_field", "Folded header field",
                detail: "A header field must be on one line; line folding is obsolete.")
        case .bareLineEnd:
            Problem(
                .badRequest, "bare_line_end", "CR or LF alone",
                detail: "Each line must end in CR LF.")
        case .missingHost:
            Problem(
                .badRequest, "missing_host", "Missing Host field",
                detail: "An HTTP/1.1 request has exactly one Host field.")
        case .repeatedHost:
            Problem(
                .badRequest, "repeated_host", "More than one Host field",
                detail: "An HTTP/1.1 request has exactly one Host field.")
        case .invalidHost:
            Problem(
                .badRequest, "invalid_host", "Invalid Host field",
                detail: "The Host field is a host name or address with an optional port.")
        case .invalidContentLength:
            Problem(
                .badRequest, "invalid_content_length", "Invalid Content-Length",
                detail: "Content-Length must be a decimal number.")
        case .repeatedContentLength:
            Problem(
                .badRequest, "repeated_content_length", "More than one Content-Length",
                detail: "A request may have at most one Content-Length.")
        case .conflictingFraming:
            Problem(
                .badRequest, "conflicting_framing", "Conflicting body framing",
                detail: "Send either Content-Length or, in HTTP/1.1, Transfer-Encoding.")
        case .invalidTransferCoding:
            Problem(
                .badRequest, "invalid_transfer_coding", "Invalid Transfer-Encoding",
                detail: "Transfer-Encoding must be the single word chunked.")
        case .unknownTransferCoding:
            Problem(
                .notImplemented, "transfer_coding_not_implemented", "Unknown transfer coding",
                detail: "The only supported transfer coding is chunked.")
        case .unknownExpectation:
            Problem(
                .expectationFailed, "expectation_failed", "Unknown expectation",
                detail: "The only supported expectation is 100-continue.")
        case .bodyTooLarge(let limit):
            Problem(
                .contentTooLarge, "body_too_large", "Body too large",
                detail: "The body may have at most \(limit) bytes.")
        case .malformedChunk:
            Problem(
                .badRequest, "malformed_chunk", "Malformed chunked body",
                detail: "A chunk is: size in hexadecimal, CR LF, that many bytes, CR LF.")
        case .chunkExtensionsTooLarge(let limit):
            Problem(
                .badRequest, "chunk_extensions_too_large", "Chunk extensions too large",
                detail: "The chunk extensions of a body may have at most \(limit) bytes.")
        case .trailersTooLarge(let limit):
            Problem(
                .requestHeaderFieldsTooLarge, "trailers_too_large", "Trailer section too large",
                detail: "The trailer section may have at most \(limit) bytes.")
        case .headerTimeout:
            Problem(
                .requestTimeout, "header_timeout", "Request header too slow",
                detail: "The header section did not arrive in time.")
        case .bodyTimeout:
            Problem(
                .requestTimeout, "body_timeout", "Request body too slow",
                detail: "The body did not arrive in time.")
        case .incompleteRequest:
            Problem(
                .badRequest, "incomplete_request", "Incomplete request",
                detail:
                    "The client closed its side of the connection before the request was complete.")
        case .answerTimeout:
            Problem.later(
                "answer_timeout", "No answer in time",
                detail:
                    "The request may still take effect. Send it again, unchanged, to learn its result."
            )
        case .tooMuchBuffered:
            Problem.later(
                "too_much_buffered", "Too many unfinished requests",
                detail:
                    "The memory for unfinished requests is full (--max-buffered). Try again after the time in Retry-After."
            )
        case .overloaded:
            Problem.later(
                "overloaded", "Too many requests in flight",
                detail: "The request was not processed. Try again after the time in Retry-After.")
        case .stopping:
            Problem.later(
                "stopping", "Shutting down",
                detail: "The request was not processed. Try again after the time in Retry-After.")
        case .tooManyConnections:
            Problem.later(
                "too_many_connections", "Too many connections",
                detail: "The connection was not served. Try again after the time in Retry-After.")
        case .tooManyConnectionsOfPeer:
            Problem.later(
                "too_many_connections", "Too many connections of this address",
                detail:
                    "One address may use only a part of the connections (--max-connections-per-peer). Close some of them, or try again after the time in Retry-After."
            )
        }
    }

    /// The status of the problem.
    package var status: Status { problem.status }

    /// The stable identifier of the problem, for programs.
    package var code: String { problem.code }

    /// The response that carries the problem.
    package var response: Response { problem.response }
}

extension Problem {
    /// A problem for a request that was not examined and may be sent again soon.
    fileprivate static func later(_ code: String, _ error: String, detail: String) -> Problem {
        var problem = Problem(.serviceUnavailable, code, error, detail: detail)
        problem.fields.append("retry-after", "1")
        return problem
    }
}
