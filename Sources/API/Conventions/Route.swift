import HTTP
import Ledger
import Referrals
import Schemas
import Storage
import Time
import Transport

/// One route: a method, a pattern of a path, and a handler.
struct Route: Sendable {
    /// A handler over a connection that only reads.
    typealias Read = @Sendable (API) -> (Call, Store) throws -> Response
    /// A handler on the writer's thread, in a transaction of its own that a thrown problem undoes.
    typealias Write = @Sendable (API) -> (Call, EventProcessor, Instant) throws -> Response
    /// A change that may be large. The request is read and checked over a connection that only
    /// reads; the step it returns, and those that follow, run on the writer's thread, each in a
    /// transaction of its own.
    typealias SlicedWrite =
        @Sendable (API) -> (Call, Store) throws -> FirstStep
    typealias FirstStep =
        @Sendable (EventProcessor, Instant, Turn) throws -> Slice<Response>
    /// A handler that answers at once, without a key.
    typealias Open = @Sendable (API) -> (Reply) -> Void

    /// A handler over a connection that only reads, for clients without a key.
    typealias Keyless = @Sendable (API) -> (KeylessCall, Store) throws -> Response

    /// A query that takes seconds. The request is read and checked first; the query it returns runs
    /// on a thread of its own, and ends early where `isStopped` says so.
    typealias SlowRead =
        @Sendable (API) -> (Call, Store) throws -> SlowQuery
    typealias SlowQuery = @Sendable (Store, _ isStopped: () -> Bool) throws -> Response

    enum Action: Sendable {
        case slowRead(SlowRead)
        case keyless(Keyless)
        case read(Read)
        case write(SlicedWrite)
        case open(Open)
    }

    enum Segment: Equatable, Sendable {
        case word(String)
        case number
        case text
    }

    let method: Method
    let path: [Segment]
    /// The names of the places in the path that are not words, in their order.
    let pathParameters: [String]
    /// The name of the operation in the OpenAPI document, after which clients name a function.
    let operation: String
    /// The effect of a request, as an imperative sentence without a full stop. The documentation
    /// shows it.
    let summary: String
    let action: Action
    /// The scope that a key needs; not used by routes without a key. GET needs `read`, all other
    /// methods need `admin`, unless the route says otherwise.
    private(set) var scope: KeyScope
    /// The body that a request may have.
    let body: RequestBody
    /// The responses to requests without a problem.
    let answers: [RouteAnswer]
    /// The header fields by which a request names a resource.
    private(set) var fields: [RouteAnswer.Field] = []
    /// The query parameters that have an effect; nil if any may be sent.
    let parameters: [QueryParameter]?

    /// In the path, `#` means a number and `*` any text. A name may follow either; without one the
    /// place is named after the word before it.
    private init(
        _ method: Method, _ path: String, _ operation: String, _ summary: String,
        query parameters: [QueryParameter]? = [], taking body: RequestBody = .nothing,
        answering answers: [RouteAnswer], _ action: Action
    ) {
        self.method = method
        self.path = Self.segments(path)
        pathParameters = Self.names(path)
        self.operation = operation
        self.summary = summary
        self.action = action
        scope = method == .get ? .read : .admin
        self.body = body
        self.answers = answers
        self.parameters = parameters
    }

    static func segments(_ pattern: String) -> [Segment] {
        pattern.split(separator: "/").map { part in
            switch part.first {
            case "#": .number
            case "*": .text
            default: .word(String(part))
            }
        }
    }

    private static func names(_ pattern: String) -> [String] {
        let parts = pattern.split(separator: "/")
        return parts.indices.filter { "#*".contains(parts[$0].first ?? " ") }.map { index in
            let name = parts[index].dropFirst()
            guard name.isEmpty, index > 0 else { return String(name) }
            let plural = parts[index - 1]
            return plural.hasSuffix("ies") ? plural.dropLast(3) + "y" : String(plural.dropLast())
        }
    }

    static func open(
        _ path: String, _ operation: String, _ summary: String,
        query parameters: [QueryParameter] = [], answering answers: RouteAnswer...,
        by answer: @escaping Open
    ) -> Route {
        Route(.get, path, operation, summary, query: parameters, answering: answers, .open(answer))
    }

    /// A route for anyone that needs the database.
    static func keyless(
        _ path: String, _ operation: String, _ summary: String, answering answers: RouteAnswer...,
        by answer: @escaping Keyless
    ) -> Route {
        Route(
            .get, path, operation, summary, query: nil, answering: answers, .keyless(answer))
    }

    /// A route for monitoring systems, some of which add parameters of their own.
    static func probe(
        _ path: String, _ operation: String, _ summary: String, answering answers: RouteAnswer...,
        by answer: @escaping Open
    ) -> Route {
        Route(.get, path, operation, summary, query: nil, answering: answers, .open(answer))
    }

    static func get(
        _ path: String, _ operation: String, _ summary: String,
        query parameters: [QueryParameter] = [], answering answers: RouteAnswer...,
        by answer: @escaping Read
    ) -> Route {
        Route(
            .get, "api/v1/" + path, operation, summary, query: parameters, answering: answers,
            .read(answer))
    }

    /// A list in pages, with the parameters that filter it.
    ///
    /// - Parameters:
    ///   - row: The schema of each row.
    ///   - more: Further members of the page.
    static func list(
        _ path: String, _ operation: String, _ summary: String,
        filteredBy filters: [QueryParameter] = [], of row: JSONSchema,
        with more: [JSONSchema.Property] = [], by answer: @escaping Read
    ) -> Route {
        Route(
            .get, "api/v1/" + path, operation, summary, query: filters + Page.parameters,
            answering: [.ok(Page.schema(of: row, with: more))], .read(answer))
    }

    /// A change with the method POST, PUT, PATCH or DELETE.
    static func change(
        _ method: Method, _ path: String, _ operation: String, _ summary: String,
        taking body: RequestBody, answering answers: RouteAnswer..., by answer: @escaping Write
    ) -> Route {
        Route(
            method, "api/v1/" + path, operation, summary, taking: body, answering: answers,
            .write(inOneSlice(answer)))
    }

    /// A change that may take several transactions.
    static func change(
        _ method: Method, _ path: String, _ operation: String, _ summary: String,
        query parameters: [QueryParameter] = [], taking body: RequestBody,
        answering answers: RouteAnswer..., inSlicesBy answer: @escaping SlicedWrite
    ) -> Route {
        Route(
            method, "api/v1/" + path, operation, summary, query: parameters, taking: body,
            answering: answers,
            .write(answer))
    }

    static func post(
        _ path: String, _ operation: String, _ summary: String, taking body: RequestBody,
        answering answers: RouteAnswer..., by answer: @escaping Write
    ) -> Route {
        Route(
            .post, "api/v1/" + path, operation, summary, taking: body, answering: answers,
            .write(inOneSlice(answer)))
    }

    /// A query with a body that takes seconds.
    static func query(
        _ path: String, _ operation: String, _ summary: String, taking body: RequestBody,
        answering answers: RouteAnswer..., by answer: @escaping SlowRead
    ) -> Route {
        Route(
            .post, "api/v1/" + path, operation, summary, taking: body, answering: answers,
            .slowRead(answer))
    }

    static func delete(
        _ path: String, _ operation: String, _ summary: String, by answer: @escaping Write
    ) -> Route {
        Route(
            .delete, "api/v1/" + path, operation, summary, answering: [.nothing],
            .write(inOneSlice(answer)))
    }

    private static func inOneSlice(_ answer: @escaping Write) -> SlicedWrite {
        { api in
            { call, _ in
                { processor, now, _ in
                    .done(try answer(api)(call, processor, now))
                }
            }
        }
    }

    /// The route for keys of another scope.
    func needing(_ scope: KeyScope) -> Route {
        var route = self
        route.scope = scope
        return route
    }

    /// The route with a header field that names a resource.
    func naming(_ field: RouteAnswer.Field) -> Route {
        var route = self
        route.fields.append(field)
        return route
    }

    /// The address of the new resource for GET: a pattern like a route's, whose last place is the
    /// response's `id`. Empty if no response is 201.
    var made: [Segment] { answers.first { $0.status == .created }?.made ?? [] }

    /// The path with the names of its parameters in braces.
    var template: String {
        var names = pathParameters[...]
        return path.map { segment in
            switch segment {
            case .word(let word): "/" + word
            case .number, .text: "/{\(names.removeFirst())}"
            }
        }.joined()
    }

    /// The path as a pattern, with `#` for a number and `*` for any text.
    var pattern: String {
        path.map { segment in
            switch segment {
            case .word(let word): "/" + word
            case .number: "/#"
            case .text: "/*"
            }
        }.joined()
    }

    /// True if a request of this method belongs to this route: HEAD is GET without a body.
    func serves(_ method: Method) -> Bool {
        self.method == method || (method == .head && self.method == .get)
    }
}

/// The result of matching a path with all patterns.
enum Destination: Sendable {
    case nothing
    /// The path has another text in the place of a number.
    case notANumber(String)
    case routes([Route], numbers: [Int64], texts: [String])

    /// The methods for the `Allow` field and for CORS.
    static func methods(of routes: [Route]) -> String {
        var names: [String] = []
        for method in Method.allCases where routes.contains(where: { $0.serves(method) }) {
            names.append("\(method.name)")
        }
        return (names + ["OPTIONS"]).joined(separator: ", ")
    }
}

extension [Route] {
    /// The routes that a target leads to.
    func destination(of target: Target) -> Destination {
        guard let segments = target.segments else { return .nothing }
        var found: [Route] = []
        var parameters: (numbers: [Int64], texts: [String]) = ([], [])
        var offender: String?
        for route in self where route.path.count == segments.count {
            switch route.match(segments) {
            case .none: continue
            case .notANumber(let text): offender = offender ?? text
            case .match(let numbers, let texts):
                found.append(route)
                parameters = (numbers, texts)
            }
        }
        if found.isEmpty { return offender.map { .notANumber($0) } ?? .nothing }
        return .routes(found, numbers: parameters.numbers, texts: parameters.texts)
    }
}

extension Route {
    fileprivate enum Match {
        case none
        case notANumber(String)
        case match(numbers: [Int64], texts: [String])
    }

    fileprivate func match(_ segments: [String]) -> Match {
        var numbers: [Int64] = []
        var texts: [String] = []
        var offender: String?
        for (pattern, segment) in zip(path, segments) {
            switch pattern {
            case .word(let word):
                guard word.utf8.elementsEqual(segment.utf8) else { return .none }
            case .number:
                if let number = Self.number(segment) {
                    numbers.append(number)
                } else {
                    offender = offender ?? segment
                }
            case .text:
                guard !segment.isEmpty else { return .none }
                texts.append(segment)
            }
        }
        if let offender { return .notANumber(offender) }
        return .match(numbers: numbers, texts: texts)
    }

    /// A number of decimal digits only, in its only spelling.
    private static func number(_ text: String) -> Int64? {
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), text.utf8.first != 0x30 else {
            return nil
        }
        return Int64(text)
    }
}
