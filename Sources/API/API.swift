import Database
import Declarations
import HTTP
import Inbound
import JSON
import Ledger
import Monitoring
import Programmes
import Referrals
import Sockets
import Storage
import Synchronization
import Telemetry
import Time
import Transport

/// The routes for operators and programs: `/api/v1/*`, health and metrics.
package final class API: Sendable {
    /// Publishes the declarations after a change.
    package typealias Reload = @Sendable (EventProcessor) throws -> Void

    let reader: ReadThread
    /// The reader of requests that take seconds, such as backtests.
    let slowReader: ReadThread
    let queue: WriteQueue
    let current: CurrentDeclarations
    let loader: DeclarationLoader
    let reload: Reload
    /// The metrics that the API counts into.
    package let meters: Meters
    let clock: WallClock
    /// The addresses that webhooks may lead to.
    let destinations: DestinationRules
    let health: Health
    let publicAddress: PublicAddress
    private let rates: KeyRates
    let knownKeys: KnownKeys
    let maxBody: Int
    /// The parts of refgate that need a paid plan.
    let paidPlanFor: Set<Entitlement>
    /// The proxies whose `X-Forwarded-For` is trusted.
    let proxies: [AddressRange]
    /// The sign-ups of each address through the widget; nil without a limit.
    let signUpRates: Rates<ClientAddress>?
    let visits = VisitLog()
    private let uses = KeyUses()
    let changes = Changes()
    let figures = RenderedFigures()
    let slowReads = SlowReads()

    var hasRoomForChanges: Bool { changes.hasRoom }

    package init(
        reader: ReadThread, slowReader: ReadThread, queue: WriteQueue, current: CurrentDeclarations,
        meters: Meters,
        loader: DeclarationLoader, health: Health, reload: @escaping Reload, clock: WallClock,
        publicAddress: PublicAddress, destinations: DestinationRules, rateLimit: Int,
        maxBody: Int, knownKeys: KnownKeys, paidPlanFor: Set<Entitlement>,
        proxies: [AddressRange], signUpLimit: Int
    ) {
        self.proxies = proxies
        signUpRates = signUpLimit > 0 ? Rates(limit: signUpLimit, seconds: 60) : nil
        self.paidPlanFor = paidPlanFor
        self.reader = reader
        self.slowReader = slowReader
        self.queue = queue
        self.current = current
        self.loader = loader
        self.health = health
        self.reload = reload
        self.meters = meters
        self.clock = clock
        self.knownKeys = knownKeys
        self.destinations = destinations
        self.publicAddress = publicAddress
        self.maxBody = maxBody
        rates = KeyRates(limit: rateLimit)
    }

    // MARK: Requests

    /// True if the API serves the target.
    package static func isFor(_ target: Target) -> Bool { target.pathHasPrefix("/api/v1/") }

    /// The label of a request for the log: its route. The path's own values may be personal data.
    package static func label(of head: Request) -> String {
        let pattern =
            switch routes.destination(of: head.target) {
            case .nothing, .notANumber: isFor(head.target) ? "/api/v1/*" : "/*"
            case .routes(let routes, _, _): routes.first?.pattern ?? "/*"
            }
        return "\(head.method.name) \(pattern)"
    }

    /// Counts a refused request.
    package func refused(code: String) { meters.refused(source: nil, code: code) }

    /// Answers a complete request: now, or after its query or change.
    package func handle(_ request: Request, reply: Reply) {
        switch Self.routes.destination(of: request.target) {
        case .nothing: reply.answer(Problem.notFound.response)
        case .notANumber where !Self.isFor(request.target):
            reply.answer(Problem.notFound.response)
        case .notANumber(let text):
            authorized(request, nil, reply) { _, _, _ in throw Problem.notANumber(text) }
        case .routes(let routes, let numbers, let texts):
            guard let route = routes.first(where: { $0.serves(request.method) }) else {
                return reply.answer(Problem.notFound.response)
            }
            answer(route, request, numbers, texts, reply)
        }
    }

    private func answer(
        _ route: Route, _ request: Request, _ numbers: [Int64], _ texts: [String], _ reply: Reply
    ) {
        switch route.action {
        case .open(let answer): answer(self)(reply)
        case .keyless(let answer):
            keyless(reply) { [self] store in
                let call = KeylessCall(request: request, numbers: numbers, texts: texts)
                return try answer(self)(call, store)
            }
        case .read(let answer):
            authorized(request, route, reply) { [self] key, store, _ in
                let call = Call(
                    request: request, route: route, key: key, numbers: numbers, texts: texts)
                return call.tagged(try answer(self)(call, store))
            }
        case .slowRead(let prepare):
            authorized(request, route, reply) { [self] key, store, caller in
                let call = Call(
                    request: request, route: route, key: key, numbers: numbers, texts: texts)
                try call.checkFormat()
                try readSlowly(try prepare(self)(call, store), call, caller)
                return nil
            }
        case .write(let change):
            authorized(request, route, reply) { [self] key, store, caller in
                let call = Call(
                    request: request, route: route, key: key, numbers: numbers, texts: texts)
                // A body that cannot be read need not reach the writer.
                try call.checkFormat()
                try write(try change(self)(call, store), call, caller)
                return nil
            }
        }
    }

    /// Answers a request without a key on the reader's thread.
    private func keyless(
        _ reply: Reply, _ body: @escaping @Sendable (Store) throws -> Response
    ) {
        let refuse: @Sendable () -> Void = { reply.answer(RequestError.overloaded.response) }
        let isTaken = reader.ask(.everybody) { [self] store in
            do { reply.answer(try body(store)) } catch {
                let problem = Problem(answering: error)
                meters.failed(problem)
                reply.answer(problem.response)
            }
        } refuse: {
            refuse()
        }
        if !isTaken { refuse() }
    }

    /// Notes a secret key that a browser sends, where anyone can read it, and refuses it if the
    /// account says so. A page of the widget uses a publishable key.
    private func checkBrowser(
        _ request: Request, _ key: KeyTable.Row, _ store: Store, at now: Instant
    ) throws {
        guard key.scope != .publishable, request.fields.first("origin") != nil else { return }
        let isRefused = try store.catalog.side(key.account)?.browserKeys == .refuse
        if uses.mustReport(key.id, at: now) {
            meters.secretKeyInBrowser(key.id.number, isRefused: isRefused)
        }
        if isRefused { throw Problem.secretKeyInBrowser }
    }

    /// Stores the time of a key's use, at most once a minute, with the writer's next commit.
    private func noteUse(of key: KeyTable.Row, at now: Instant) {
        guard uses.mustStore(key.id, at: now) else { return }
        let id = key.id
        _ = queue.enqueueWithNextGroup { processor, _, _ in
            try processor.store.keys.noteUse(of: id, at: now)
            return .done(())
        } done: { (_: Completion<Void>) in
        }
    }

    /// Looks the key up on the reader's thread, and continues if it is valid. If the block returns
    /// nil, it has kept the caller, and answers later.
    private func authorized(
        _ request: Request, _ route: Route?, _ reply: Reply,
        _ body: @escaping @Sendable (KeyTable.Row, Store, APIRequester) throws -> Response?
    ) {
        let refuse: @Sendable () -> Void = {
            reply.answer(CrossOrigin.open(RequestError.overloaded.response, true))
        }
        let client: ReadThread.Client
        do { client = knownKeys.client(try KeyCheck.hash(of: request)) } catch {
            return reply.answer(CrossOrigin.open(Problem(answering: error).response, true))
        }
        let isTaken = reader.ask(client) { [self] store in
            var caller = APIRequester(reply: reply)
            do {
                let now = clock.now()
                let key = try KeyCheck.key(of: request, store, knownKeys, at: now)
                caller.standings = rates.take(key.id, at: now)
                try caller.checkRate()
                try checkBrowser(request, key, store, at: now)
                if let route { try KeyCheck.check(key, for: route) }
                noteUse(of: key, at: now)
                if let response = try body(key, store, caller) { caller.answer(response) }
            } catch {
                let problem = Problem(answering: error)
                if problem.status == .tooManyRequests { refused(code: problem.code) }
                meters.failed(problem)
                caller.answer(problem.response)
            }
        } refuse: {
            refuse()
        }
        if !isTaken { refuse() }
    }

}

extension Problem {
    static var notFound: Problem {
        Problem(
            .notFound, "not_found", "Not found",
            detail:
                "No route has this path; the routes of the API begin with /api/v1/."
        )
    }

    /// - Parameter found: The value; nil if the problem does not lie in its form.
    static func invalidParameter(
        _ name: String, _ expected: String, found: String? = nil
    ) -> Problem {
        let value = found.map { ", and is \(String($0.prefix(64)).debugDescription)" } ?? ""
        return Problem(
            .badRequest, "invalid_parameter", "Invalid query parameter",
            detail: "\(name) must be \(expected)\(value).")
    }
}

extension Response {
    /// A JSON response.
    static func json(
        _ status: Status = .ok, _ write: (inout JSON.Writer) throws -> Void
    ) throws -> Response {
        var writer = Writer(reservingCapacity: 512)
        try write(&writer)
        return Response(status: status, contentType: .json, body: writer.bytes)
    }
}
