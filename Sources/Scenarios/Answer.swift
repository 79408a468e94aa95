import JSON

/// What a gateway answered to one request.
package struct Answer: Sendable {
    package let status: Int
    /// Names in lower case.
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]
    /// The body as JSON; nil where it is none.
    package let json: Value?

    package init(status: Int, fields: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
        json = (try? Document(parsing: body))?.root
    }

    package var outcome: String? { json?["outcome"]?.string }
    package var code: String? { json?["code"]?.string }
    /// The number of the event it is about, be it that of a refusal.
    package var event: Int64? { json?["event"]?.int }
}
