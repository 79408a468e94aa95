/// One response. Content-Length, Date and Connection are added when it is sent; the handler sets
/// the rest.
package struct Response: Sendable {
    /// The status code.
    package var status: Status
    /// The media type of the body.
    package var contentType: ContentType
    /// Further header fields.
    package var fields: Fields
    /// The body, as bytes.
    package var body: [UInt8]
    /// The stable identifier of the problem in the body; nil for any other response.
    package var problemCode: String?

    /// The common response: a status and a body of one type. Allocates nothing.
    package init(status: Status, contentType: ContentType, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
        fields = Fields()
    }

    /// A response with additional fields, by default without a body.
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
    /// True for statuses from 400 on.
    package var isError: Bool { status.code >= 400 }

    /// Adds the id by which the request is found in the log: `X-Request-Id`, and `request_id` in a
    /// problem. It is added when the response is sent, because only a sent response has an id.
    package mutating func identify(as id: String) {
        fields.append("x-request-id", id)
        guard contentType == .problem, body.last == UInt8(ascii: "}") else { return }
        body.removeLast()
        body += Array(",\"request_id\":\"\(id)\"}".utf8)
    }
}

/// The media type of a body; a type that is not listed is set as a field.
package enum ContentType: UInt8, Sendable {
    case unspecified, json, problem, text, html, script, csv, prometheus, openAPI

    var line: StaticString {
        switch self {
        case .unspecified: ""
        case .json: "Content-Type: application/json\r\n"
        case .problem: "Content-Type: application/problem+json\r\n"
        case .text: "Content-Type: text/plain; charset=utf-8\r\n"
        case .html: "Content-Type: text/html; charset=utf-8\r\n"
        case .script: "Content-Type: text/javascript; charset=utf-8\r\n"
        case .csv: "Content-Type: text/csv; charset=utf-8\r\n"
        case .prometheus: "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
        case .openAPI: "Content-Type: application/openapi+json;version=3.1\r\n"
        }
    }
}
