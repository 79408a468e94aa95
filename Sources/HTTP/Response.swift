/// One answer. Content-Length, Date and Connection are the protocol's business and are added when
/// it is sent; a handler gives the rest.
package struct Response: Sendable {
    package var status: Status
    package var contentType: ContentType
    package var fields: Fields
    package var body: [UInt8]
    /// The stable name of the problem in the body; nil for any other answer.
    package var problemCode: String?

    /// The common answer: a status and a body of one type. Allocates nothing.
    package init(status: Status, contentType: ContentType, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
        fields = Fields()
    }

    /// An answer with fields of its own, by default without a body.
    package init(
        status: Status, fields: Fields = Fields(), contentType: ContentType = .unspecified,
        body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.fields = fields
        self.body = body
    }
}

extension Response {
    /// Whether it refuses the request or says that it failed.
    package var isError: Bool { status.code >= 400 }

    /// Gives it the id by which it is found in the log: `X-Request-Id`, and `request_id` in a problem. A
    /// problem is written before its answer is given, and only an answer that is given has an id.
    package mutating func identify(as id: String) {
        fields.append("x-request-id", id)
        guard contentType == .problem, body.last == UInt8(ascii: "}") else { return }
        body.removeLast()
        body += Array(",\"request_id\":\"\(id)\"}".utf8)
    }
}

/// The media type of a body; one that is not listed goes into the fields.
package enum ContentType: UInt8, Sendable {
    case unspecified, json, problem, text, html, csv, prometheus, openAPI

    var line: StaticString {
        switch self {
        case .unspecified: ""
        case .json: "Content-Type: application/json\r\n"
        case .problem: "Content-Type: application/problem+json\r\n"
        case .text: "Content-Type: text/plain; charset=utf-8\r\n"
        case .html: "Content-Type: text/html; charset=utf-8\r\n"
        case .csv: "Content-Type: text/csv; charset=utf-8\r\n"
        case .prometheus: "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
        case .openAPI: "Content-Type: application/openapi+json;version=3.1\r\n"
        }
    }
}
