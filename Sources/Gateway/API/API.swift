import HTTP
import Inbound
import JSON
import SQLite
import Storage
import Telemetry
import Time
import Transport

/// The routes for operators and programs: `/api/v1/*`, health and metrics.
package final class API: Sendable {
    let reader: ReadThread
    let queue: CommitQueue
    let board: ProgrammeBoard
    private let meters: Meters
    let versions: Versions
    private let rates: KeyRates
    let clock: WallClock
    private let readiness = Readiness()

    init(
        reader: ReadThread, queue: CommitQueue, board: ProgrammeBoard, meters: Meters,
        versions: Versions, clock: WallClock, rateLimit: Int
    ) {
        self.reader = reader
        self.queue = queue
        self.board = board
        self.meters = meters
        self.versions = versions
        rates = KeyRates(limit: rateLimit)
        self.clock = clock
    }

    /// What a path leads to.
    enum Route: Equatable {
        case health, readiness, metrics
        case explain
        case events
        case event(Int64)
        case replay(Int64)
        /// A path with something else where a number belongs.
        case notANumber(String)

        var methods: [Method] {
            switch self {
            case .health, .readiness, .metrics, .explain, .events, .event: [.get, .head]
            case .replay: [.post]
            case .notANumber: [.get, .head, .post]
            }
        }

        var needsKey: Bool {
            switch self {
            case .health, .readiness, .metrics: false
            default: true
            }
        }
    }

    static func route(_ target: Target) -> Route? {
        guard let segments = target.segments else { return nil }
        switch segments {
        case ["healthz"]: return .health
        case ["readyz"]: return .readiness
        case ["metrics"]: return .metrics
        case ["api", "v1", "explain"]: return .explain
        case ["api", "v1", "events"]: return .events
        default: break
        }
        guard segments.starts(with: ["api", "v1", "events"]), segments.count <= 5 else {
            return nil
        }
        guard let id = Int64(segments[3]), id > 0 else { return .notANumber(segments[3]) }
        if segments.count == 4 { return .event(id) }
        return segments[4] == "replay" ? .replay(id) : nil
    }

    static func isFor(_ target: Target) -> Bool { target.pathHasPrefix("/api/v1/") }

    func refused(code: String) { meters.refused(source: nil, code: code) }

    func admit(_ head: Request) -> Admission {
        let isAPI = Self.isFor(head.target)
        if head.method == .options, isAPI { return .answer(CrossOrigin.preflight) }
        guard let route = Self.route(head.target) else {
            return .answer(CrossOrigin.open(Problem.notFound.response, isAPI))
        }
        guard route.methods.contains(head.method) else {
            let allow = route.methods.map { "\($0.name)" } + ["OPTIONS"]
            return .answer(
                CrossOrigin.open(
                    Problem.methodNotAllowed(allow: allow.joined(separator: ", ")).response, isAPI))
        }
        return .accept(maxBody: 1 << 20)
    }

    func handle(_ request: Request, reply: Reply) {
        guard let route = Self.route(request.target) else {
            return reply.answer(Problem.notFound.response)
        }
        switch route {
        case .health:
            reply.answer(.json { $0.status("ok") })
        case .metrics:
            reply.answer(
                Response(status: .ok, contentType: .prometheus, body: meters.metrics.render()))
        case .readiness: readiness(reply)
        case .explain, .events, .event, .replay, .notANumber:
            answer(route, request, reply)
        }
    }

    private func readiness(_ reply: Reply) {
        guard readiness.join(reply) else { return }
        let isTaken = queue.submit { settlement, _ throws(SettlementError) in
            do throws(SQLiteError) {
                try settlement.store.catalog.proveRoom()
            } catch {
                throw .storage(error)
            }
        } done: { [self] failure in
            readiness.answer(
                failure.map { $0.problem.response } ?? .json { $0.status("ready") })
        }
        if !isTaken { readiness.answer(RequestError.stopping.response) }
    }

    private func answer(_ route: Route, _ request: Request, _ reply: Reply) {
        let isTaken = reader.ask { [self] store in
            var caller = Caller(reply: reply)
            do throws(Problem) {
                let key = try KeyCheck.key(of: request, store)
                caller.account = key.account
                caller.standings = rates.take(key.id, at: clock.now())
                try caller.checkRate()
                try respond(to: route, request, store, caller)
            } catch {
                if error.status == .tooManyRequests { refused(code: error.code) }
                caller.answer(error.response)
            }
        }
        if !isTaken { reply.answer(CrossOrigin.open(RequestError.overloaded.response, true)) }
    }

    /// Answers now or later, or throws what is to be answered.
    private func respond(
        to route: Route, _ request: Request, _ store: Store, _ caller: Caller
    ) throws(Problem) {
        switch route {
        case .explain: caller.answer(try explain(request, store, caller.account))
        case .events: caller.answer(try events(request, store, caller.account))
        case .event(let id): caller.answer(try event(id, store, caller.account))
        case .replay(let id): try replay(id, store, caller)
        case .notANumber(let text):
            throw Problem(
                .badRequest, "invalid_id", "Ids are integers",
                detail: "\(text.debugDescription) stands where the path has a number.")
        case .health, .readiness, .metrics: throw .notFound
        }
    }
}

extension Problem {
    static var notFound: Problem {
        Problem(
            .notFound, "not_found", "Not found",
            detail: "Nothing is here; /api/v1/events and /api/v1/explain are.")
    }
}

extension Response {
    /// A JSON answer.
    static func json(_ write: (inout JSON.Writer) -> Void) -> Response {
        var writer = Writer(reservingCapacity: 512)
        write(&writer)
        return Response(status: .ok, contentType: .json, body: writer.bytes)
    }
}

extension JSON.Writer {
    fileprivate mutating func status(_ word: String) {
        beginObject()
        key("status")
        string(word)
        endObject()
    }
}
