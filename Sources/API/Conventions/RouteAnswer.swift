import HTTP
import Schemas

/// A response that a route gives to a request without a problem.
struct RouteAnswer: Sendable {
    /// A header field of a response, with its meaning.
    struct Field: Sendable {
        let name: String
        let summary: String
        var schema = JSONSchema.string

        /// The `Link` of a page of CSV.
        static let entityTag = Field(
            name: "ETag", summary: "A strong validator: a digest of the representation.")

        static let nextPage = Field(name: "Link", summary: "The address of the next page.")
    }

    let status: Status
    /// The schema of a JSON body; nil for another body, or none.
    let schema: JSONSchema?
    /// The media type without parameters; nil without a body.
    let mediaType: String?
    /// The header fields beside those that every response has.
    private(set) var fields: [Field]
    /// Media types of other formats that a client may choose.
    private(set) var otherMediaTypes: [String] = []
    /// The address of the new resource, as a pattern; nil if none is made.
    private(set) var made: [Route.Segment]?

    static func json(_ status: Status, _ schema: JSONSchema) -> RouteAnswer {
        RouteAnswer(status: status, schema: schema, mediaType: "application/json", fields: [])
    }

    static func ok(_ schema: JSONSchema) -> RouteAnswer { .json(.ok, schema) }

    /// JSON, or text of another media type where the client asks for it.
    static func ok(_ schema: JSONSchema, orText mediaType: String) -> RouteAnswer {
        var answer = RouteAnswer.ok(schema)
        answer.otherMediaTypes = [mediaType]
        return answer
    }

    static func accepted(_ schema: JSONSchema) -> RouteAnswer { .json(.accepted, schema) }

    /// A new resource.
    ///
    /// - Parameter address: The pattern of its address, below `/api/v1/`.
    static func created(_ schema: JSONSchema, at address: String) -> RouteAnswer {
        var answer = RouteAnswer(
            status: .created, schema: schema, mediaType: "application/json",
            fields: [Field(name: "Location", summary: "The address of the new resource.")])
        answer.made = Route.segments("api/v1/" + address)
        return answer
    }

    /// 302, to another address.
    static let redirect = RouteAnswer(
        status: .found, schema: nil, mediaType: nil,
        fields: [Field(name: "Location", summary: "The address to go to.")])

    /// 204, without a body.
    static let nothing = RouteAnswer(status: .noContent, schema: nil, mediaType: nil, fields: [])

    /// 304, for a client that has the representation.
    static let notModified = RouteAnswer(
        status: .notModified, schema: nil, mediaType: nil, fields: [.entityTag])

    /// The answer with the `ETag` of the resource in it.
    var tagged: RouteAnswer {
        var answer = self
        answer.fields.append(.entityTag)
        return answer
    }

    /// A body in another format than JSON.
    static func text(_ mediaType: String, fields: [Field] = []) -> RouteAnswer {
        RouteAnswer(status: .ok, schema: nil, mediaType: mediaType, fields: fields)
    }
}

/// The body that a request may have.
struct RequestBody: Sendable {
    /// The format of a body.
    enum Format: CaseIterable, Sendable {
        case json, csv

        var mediaType: String {
            switch self {
            case .json: "application/json"
            case .csv: "text/csv"
            }
        }
    }

    /// The accepted formats.
    let formats: [Format]
    /// The schema of a JSON body; nil if there is none, or if it has no members.
    let schema: JSONSchema?
    /// The columns of a CSV body, in words.
    let columns: String?

    /// True if a body has no members.
    var isEmpty: Bool { schema == nil && columns == nil }

    /// No body, or an empty object.
    static let nothing = RequestBody(formats: [.json], schema: nil, columns: nil)

    /// A JSON object. A missing body has the same effect as an empty object.
    static func json(_ schema: JSONSchema) -> RequestBody {
        RequestBody(formats: [.json], schema: schema, columns: nil)
    }

    /// Rows of CSV in UTF-8, with a header.
    static func csv(_ columns: String) -> RequestBody {
        RequestBody(formats: [.csv], schema: nil, columns: columns)
    }

    /// A JSON object, or rows of CSV.
    static func json(_ schema: JSONSchema, orCSV columns: String) -> RequestBody {
        RequestBody(formats: [.json, .csv], schema: schema, columns: columns)
    }
}
