import HTTP
import Inbound
import Monitoring
import Storage
import Time
import Transport

// Decisions from the head of a request, before a body is read: 404, 405, 401, 415. Only
// authenticated clients get memory for a body.
extension API {
    private static let everyMethod = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

    /// The refusals that need no body.
    package func admit(_ head: Request) -> Admission {
        let isAPI = Self.isFor(head.target)
        switch Self.routes.destination(of: head.target) {
        case .nothing:
            if head.method == .options, isAPI {
                return .answer(CrossOrigin.preflight(Self.everyMethod))
            }
            return .answer(CrossOrigin.open(Problem.notFound.response, isAPI))
        case .notANumber where !isAPI: return .answer(Problem.notFound.response)
        case .notANumber:
            if head.method == .options {
                return .answer(CrossOrigin.preflight(Self.everyMethod))
            }
            return admitKeyHolder(head)
        case .routes(let routes, _, _):
            let allow = Destination.methods(of: routes)
            if head.method == .options {
                return .answer(isAPI ? CrossOrigin.preflight(allow) : .options(allow))
            }
            guard let route = routes.first(where: { $0.serves(head.method) }) else {
                return .answer(
                    CrossOrigin.open(Problem.methodNotAllowed(allow: allow).response, isAPI))
            }
            switch route.action {
            case .read, .slowRead, .write: return admitKeyHolder(head)
            case .open, .keyless: break
            }
            do { _ = try Query(head.target, of: route.parameters) } catch {
                return .answer(CrossOrigin.open(Problem(answering: error).response, isAPI))
            }
            return .accept(maxBody: 0)
        }
    }

    private func admitKeyHolder(_ head: Request) -> Admission {
        do {
            let hash = try KeyCheck.hash(of: head)
            guard knownKeys.contains(hash) else { return .later }
        } catch {
            return .answer(CrossOrigin.open(Problem(answering: error).response, true))
        }
        return admitWithKey(head)
    }

    /// Decides on a request whose key another process may have made a moment ago: the reader looks
    /// it up.
    package func decide(on head: Request, _ deferral: Deferral) {
        let hash: [UInt8]
        do { hash = try KeyCheck.hash(of: head) } catch {
            return deferral.decide(
                .answer(CrossOrigin.open(Problem(answering: error).response, true)))
        }
        switch knownKeys.join(.init(head: head, deferral: deferral), for: hash) {
        case .other: return
        case .refused: refuseAsOverloaded(deferral)
        case .first:
            let refuse: @Sendable () -> Void = { [self] in
                for waiter in knownKeys.endLookup(of: hash) { refuseAsOverloaded(waiter.deferral) }
            }
            let isTaken = reader.ask(.strangers) { [self] store in
                for waiter in knownKeys.endLookup(of: hash) {
                    waiter.deferral.decide(admit(waiter.head, afterLookupIn: store))
                }
            } refuse: {
                refuse()
            }
            if !isTaken { refuse() }
        }
    }

    private func admit(_ head: Request, afterLookupIn store: Store) -> Admission {
        do {
            _ = try KeyCheck.key(of: head, store, knownKeys, at: clock.now())
            return admitWithKey(head)
        } catch {
            let problem = Problem(answering: error)
            meters.failed(problem)
            return .answer(CrossOrigin.open(problem.response, true))
        }
    }

    private func refuseAsOverloaded(_ deferral: Deferral) {
        deferral.decide(.answer(CrossOrigin.open(RequestError.overloaded.response, true)))
    }

    /// Admits the body of a client with a valid key, if the route can read its format.
    private func admitWithKey(_ head: Request) -> Admission {
        do {
            switch Self.routes.destination(of: head.target) {
            case .notANumber(let text): throw Problem.notANumber(text)
            case .routes(let routes, _, _):
                guard let route = routes.first(where: { $0.serves(head.method) }) else { break }
                _ = try Query(head.target, of: route.parameters)
                switch route.action {
                case .write where head.announcesBody, .slowRead where head.announcesBody:
                    try route.body.check(head)
                case .read, .write, .slowRead, .open, .keyless: break
                }
            case .nothing: break
            }
        } catch {
            return .answer(CrossOrigin.open(Problem(answering: error).response, true))
        }
        return .accept(maxBody: maxBody)
    }
}
