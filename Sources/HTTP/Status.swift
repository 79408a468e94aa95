/// A status code with its reason phrase (RFC 9110 section 15, RFC 6585).
package struct Status: Sendable, Hashable {
    package let code: UInt16

    /// - Parameter code: 100 to 999; any other code is a programming error.
    package init(_ code: Int) {
        precondition(code >= 100 && code <= 999, "a status code has three digits")
        self.code = UInt16(code)
    }

    private init(known code: UInt16) { self.code = code }

    package static let ok = Status(known: 200)
    package static let created = Status(known: 201)
    package static let accepted = Status(known: 202)
    package static let noContent = Status(known: 204)
    package static let movedPermanently = Status(known: 301)
    package static let found = Status(known: 302)
    package static let seeOther = Status(known: 303)
    package static let notModified = Status(known: 304)
    package static let badRequest = Status(known: 400)
    package static let unauthorized = Status(known: 401)
    package static let forbidden = Status(known: 403)
    package static let notFound = Status(known: 404)
    package static let methodNotAllowed = Status(known: 405)
    package static let requestTimeout = Status(known: 408)
    package static let conflict = Status(known: 409)
    package static let gone = Status(known: 410)
    package static let preconditionFailed = Status(known: 412)
    package static let contentTooLarge = Status(known: 413)
    package static let targetTooLong = Status(known: 414)
    package static let unsupportedMediaType = Status(known: 415)
    package static let expectationFailed = Status(known: 417)
    package static let unprocessableContent = Status(known: 422)
    package static let tooManyRequests = Status(known: 429)
    package static let requestHeaderFieldsTooLarge = Status(known: 431)
    package static let internalServerError = Status(known: 500)
    package static let notImplemented = Status(known: 501)
    package static let badGateway = Status(known: 502)
    package static let serviceUnavailable = Status(known: 503)
    package static let gatewayTimeout = Status(known: 504)
    package static let versionNotSupported = Status(known: 505)

    /// True for 200 to 299.
    package var isSuccess: Bool { code / 100 == 2 }

    /// True if a response with this status never has a body (RFC 9110 section 6.4.1).
    var isBodyless: Bool { code < 200 || code == 204 || code == 304 }

    /// The complete status line of the common codes, ready to be sent.
    var line: StaticString? {
        switch code {
        case 200: "HTTP/1.1 200 OK\r\n"
        case 201: "HTTP/1.1 201 Created\r\n"
        case 202: "HTTP/1.1 202 Accepted\r\n"
        case 204: "HTTP/1.1 204 No Content\r\n"
        default: nil
        }
    }

    /// The reason phrase, also the title of a problem (RFC 9457 section 4.2.1); empty if unknown.
    package var reason: StaticString {
        switch code {
        case 100: "Continue"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 425: "Too Early"
        case 426: "Upgrade Required"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}
