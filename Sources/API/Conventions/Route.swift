import HTTP
import Ledger
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

    enum Action: Sendable {
        case read(Read)
        case write(SlicedWrite)
        case open(Open)
    }

    enum Segment: Equatable, Sendable {
        case word(String)
        case number
        case text
    }

    /// The formats that a request's body may have.
    enum Content: Sendable { case json, csv, jsonOrCSV }

    let method: Method
    let path: [Segment]
    /// The effect of a request, as an imperative sentence without a full stop. The documentation
    /// shows it.
    let summary: String
    let action: Action
    private(set) var content = Content.json
    /// The names of the query parameters that have an effect; nil if any may be sent.
    private(set) var parameters: [String]? = []
    /// The address of the new resource for GET: a pattern like a route's, whose last place is the
    /// response's `id`.
    private(set) var made: [Segment] = []

    /// In the path, `#` means a number and `*` any text.
    private init(_ method: Method, _ path: String, _ summary: String, _ action: Action) {
        self.method = method
        self.path = Self.segments(path)
        self.summary = summary
        self.action = action
    }

    private static func segments(_ pattern: String) -> [Segment] {
        pattern.split(separator: "/").map { part in
            switch part {
            case "#": .number
            case "*": .text
            default: .word(String(part))
            }
        }
    }

    static func open(
        _ path: String, _ summary: String, _ answer: @escaping Open
    ) -> Route {
        Route(.get, path, summary, .open(answer))
    }

    /// A route for monitoring systems, some of which add parameters of their own.
    static func probe(
        _ path: String, _ summary: String, _ answer: @escaping Open
    ) -> Route {
        var route = open(path, summary, answer)
        route.parameters = nil
        return route
    }

    static func get(
        _ path: String, _ summary: String, query parameters: [String] = [],
        _ answer: @escaping Read
    ) -> Route {
        var route = Route(.get, "api/v1/" + path, summary, .read(answer))
        route.parameters = parameters
        return route
    }

    /// A list in pages, with the parameters that filter it.
    static func list(
        _ path: String, _ summary: String, by filters: [String] = [], _ answer: @escaping Read
    ) -> Route {
        get(path, summary, query: filters + Page.parameters, answer)
    }

    /// - Parameter made: The pattern of the new resource's address, for routes that answer 201.
    static func post(
        _ path: String, _ summary: String, making made: String? = nil, _ answer: @escaping Write
    ) -> Route {
        post(path, summary, making: made, inSlices: inOneSlice(answer))
    }

    static func post(
        _ path: String, _ summary: String, taking content: Content = .json,
        making made: String? = nil, inSlices answer: @escaping SlicedWrite
    ) -> Route {
        var route = Route(.post, "api/v1/" + path, summary, .write(answer))
        route.content = content
        route.made = made.map { segments("api/v1/" + $0) } ?? []
        return route
    }

    static func put(
        _ path: String, _ summary: String, _ answer: @escaping Write
    ) -> Route {
        put(path, summary, inSlices: inOneSlice(answer))
    }

    static func put(
        _ path: String, _ summary: String, inSlices answer: @escaping SlicedWrite
    ) -> Route {
        Route(.put, "api/v1/" + path, summary, .write(answer))
    }

    static func patch(
        _ path: String, _ summary: String, _ answer: @escaping Write
    ) -> Route {
        patch(path, summary, inSlices: inOneSlice(answer))
    }

    static func patch(
        _ path: String, _ summary: String, inSlices answer: @escaping SlicedWrite
    ) -> Route {
        Route(.patch, "api/v1/" + path, summary, .write(answer))
    }

    static func delete(
        _ path: String, _ summary: String, _ answer: @escaping Write
    ) -> Route {
        delete(path, summary, inSlices: inOneSlice(answer))
    }

    static func delete(
        _ path: String, _ summary: String, inSlices answer: @escaping SlicedWrite
    ) -> Route {
        Route(.delete, "api/v1/" + path, summary, .write(answer))
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
