import HTTP
import JSON
import Schemas

/// One operation of the OpenAPI document: a route, or the address to which partners post events.
struct OpenAPIOperation {
    /// A parameter in the path, the query or a header field.
    struct Parameter {
        enum Place: String { case path, query, header }

        let name: String
        let place: Place
        let schema: JSONSchema
        let summary: String
    }

    let method: Method
    /// The path with the names of its parameters in braces.
    let template: String
    let id: String
    let tag: String
    let summary: String
    let parameters: [Parameter]
    /// The schema of a body for each media type; empty if no body has an effect.
    let bodies: [(mediaType: String, schema: JSONSchema)]
    let isBodyRequired: Bool
    let answers: [RouteAnswer]
    /// The statuses of problems.
    let problems: [Status]
    /// True if requests need an API key.
    let needsKey: Bool
    /// The fields that make a request conditional, by the names of their components.
    var conditions: [String] = []
}

extension OpenAPIOperation {
    init(_ route: Route) {
        method = route.method
        template = route.template
        id = route.operation
        summary = route.summary
        tag = Self.tag(of: route)
        parameters =
            zip(
                route.pathParameters,
                route.path.filter { if case .word = $0 { false } else { true } }
            ).map { name, segment in
                Parameter(
                    name: name, place: .path,
                    schema: segment == .number
                        ? .integer(in: 1...Int64.max)
                        : Self.pathSchemas[name] ?? .string(.init(minimum: 1)),
                    summary: "The \(segment == .number ? "number" : "id") in the path.")
            }
            + (route.parameters ?? []).map {
                Parameter(name: $0.name, place: .query, schema: $0.schema, summary: $0.summary)
            }
            + route.fields.map {
                Parameter(name: $0.name, place: .header, schema: $0.schema, summary: $0.summary)
            }
        bodies = route.body.content
        isBodyRequired = route.body.isRequired
        answers =
            if route.showsResource {
                route.answers.map(\.tagged) + [.notModified]
            } else if route.takesMatch {
                route.answers.map { $0.status == .ok ? $0.tagged : $0 }
            } else {
                route.answers
            }
        if route.showsResource { conditions = ["IfNoneMatch"] }
        if route.takesMatch { conditions = ["IfMatch"] }
        needsKey =
            switch route.action {
            case .open, .keyless: false
            case .read, .slowRead, .write: true
            }
        problems = Self.problems(of: route)
    }

    /// The schemas of ids in paths that are texts of a fixed form, by the name of the place.
    private static let pathSchemas: [String: JSONSchema] = [
        "waitlist": .uuid, "signup": .uuid,
        "sub_id": .string(.init(pattern: "^sub_[1-9][0-9]{0,17}$")),
    ]

    /// The tags of paths that do not begin with the name of the resource.
    private static let tags = [
        "members": "keys", "status": "monitoring", "openapi.json": "reference",
        "event-types": "reference", "reasons": "reference", "r": "widget", "widget.js": "widget",
        "widget.html": "widget", "widget-example.js": "widget",
    ]

    /// The first word of the path below `/api/v1` in most cases.
    private static func tag(of route: Route) -> String {
        let words = route.path.compactMap { segment -> String? in
            if case .word(let word) = segment { word } else { nil }
        }
        let isAPI = words.starts(with: ["api", "v1"])
        let word = (isAPI ? words.dropFirst(2).first : words.first) ?? ""
        return tags[word] ?? (isAPI ? word : "monitoring")
    }

    /// The statuses of the problems that the conventions of the API give a route.
    private static func problems(of route: Route) -> [Status] {
        var problems: [Status] = []
        if route.parameters != nil { problems.append(.badRequest) }
        switch route.action {
        case .open: return problems + [.serviceUnavailable]
        case .keyless: return problems + [.notFound, .serviceUnavailable]
        case .read: problems += [.unauthorized, .forbidden]
        case .slowRead, .write:
            problems += [
                .unauthorized, .forbidden, .conflict, .contentTooLarge, .unsupportedMediaType,
                .unprocessableContent,
            ]
        }
        let namesResource =
            !route.pathParameters.isEmpty || !(route.parameters ?? []).isEmpty
            || !route.fields.isEmpty
        if route.mayHaveMatch { problems.append(.preconditionFailed) }
        return problems + (namesResource ? [.notFound] : [])
            + [.tooManyRequests, .serviceUnavailable]
    }
}

extension RequestBody {
    fileprivate var content: [(mediaType: String, schema: JSONSchema)] {
        formats.compactMap { format in
            switch format {
            case .json: schema.map { (format.mediaType, $0) }
            case .csv: columns.map { (format.mediaType, JSONSchema.string.described($0)) }
            }
        }
    }

    /// True unless an empty object, and so no body, is accepted.
    fileprivate var isRequired: Bool { schema.map(\.needsMembers) ?? (columns != nil) }
}

extension JSONSchema {
    /// True if an empty object is not accepted.
    fileprivate var needsMembers: Bool {
        switch shape {
        case .named(_, let schema): schema.needsMembers
        case .anyOf(let schemas): schemas.allSatisfy(\.needsMembers)
        case .object(let rules):
            rules.properties.contains(where: \.isRequired) || !rules.oneRequired.isEmpty
        default: true
        }
    }
}

// MARK: Writing

extension OpenAPIOperation {
    func write(to json: inout Writer) {
        json.object(method.name.description.lowercased()) { json in
            json.member("operationId", id)
            json.member("summary", summary)
            json.member("tags", [tag])
            if !needsKey { json.list("security", [String]()) { $1.string($0) } }
            writeParameters(to: &json)
            writeBody(to: &json)
            json.object("responses") { json in
                for answer in answers { write(answer, to: &json) }
                for problem in problems {
                    json.object("\(problem.code)") { json in
                        json.member("$ref", "#/components/responses/Problem\(problem.code)")
                    }
                }
            }
        }
    }

    private func writeParameters(to json: inout Writer) {
        let takesKey = needsKey && method == .post
        guard !parameters.isEmpty || !conditions.isEmpty || takesKey else { return }
        json.key("parameters")
        json.beginArray()
        for parameter in parameters {
            json.object { json in
                json.member("name", parameter.name)
                json.member("in", parameter.place.rawValue)
                json.member("description", parameter.summary)
                json.member("required", parameter.place == .path)
                json.key("schema")
                parameter.schema.write(to: &json, .openAPI)
            }
        }
        for name in (takesKey ? ["IdempotencyKey"] : []) + conditions {
            json.object { $0.member("$ref", "#/components/parameters/" + name) }
        }
        json.endArray()
    }

    private func writeBody(to json: inout Writer) {
        guard !bodies.isEmpty else { return }
        json.object("requestBody") { json in
            json.member("required", isBodyRequired)
            json.object("content") { json in
                for body in bodies {
                    json.object(body.mediaType) { json in
                        json.key("schema")
                        body.schema.write(to: &json, .openAPI)
                    }
                }
            }
        }
    }

    private func write(_ answer: RouteAnswer, to json: inout Writer) {
        json.object("\(answer.status.code)") { json in
            json.member("description", "\(answer.status.reason)")
            json.object("headers") { json in
                for field in answer.fields {
                    json.object(field.name) { json in
                        json.member("description", field.summary)
                        json.key("schema")
                        field.schema.write(to: &json, .openAPI)
                    }
                }
                guard needsKey else { return }
                for field in OpenAPIDocument.fields {
                    json.object(field.name) { json in
                        json.member("$ref", "#/components/headers/\(field.name)")
                    }
                }
            }
            guard let mediaType = answer.mediaType else { return }
            json.object("content") { json in
                json.object(mediaType) { json in
                    json.key("schema")
                    (answer.schema ?? .string).write(to: &json, .openAPI)
                }
                for mediaType in answer.otherMediaTypes {
                    json.object(mediaType) { json in
                        json.key("schema")
                        JSONSchema.string.write(to: &json, .openAPI)
                    }
                }
            }
        }
    }

    /// Adds the named schemas of the operation to those found before.
    func collect(into found: inout [String: JSONSchema]) {
        for parameter in parameters { parameter.schema.collect(into: &found) }
        for body in bodies { body.schema.collect(into: &found) }
        for answer in answers { answer.schema?.collect(into: &found) }
    }
}
