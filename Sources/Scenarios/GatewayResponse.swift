import JSON

/// The response of a gateway to one request.
package struct GatewayResponse: Sendable {
    /// The status code.
    package let status: Int
    /// The header fields, with names in lower case.
    package let fields: [(name: String, value: String)]
    /// The body; may be empty.
    package let body: [UInt8]
    /// The body as JSON; nil if it is not JSON.
    package let json: Value?

    /// Creates a response; the body is parsed as JSON if possible.
    package init(status: Int, fields: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
        json = (try? Document(parsing: body))?.root
    }

    /// The outcome of the event, if the response has one.
    package var outcome: String? { json?["outcome"]?.string }
    /// The reason code of a refusal, if the response has one.
    package var code: String? { json?["code"]?.string }
    /// The number of the event, which a refusal may have, too.
    package var event: Int64? { json?["event"]?.int }
}
