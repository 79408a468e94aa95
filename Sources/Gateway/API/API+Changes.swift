import HTTP
import Inbound
import SQLite
import Storage
import Synchronization
import Time
import Transport

/// The changes that operators have asked for and that are not answered yet.
final class Changes: Sendable {
    private struct State {
        var count = 0
        /// Idempotency keys of changes that take several transactions.
        var keys: Set<String> = []
    }

    private let state = Mutex(State())

    private static let most = 256

    var hasRoom: Bool { state.withLock { $0.count < Self.most / 2 } }

    /// False where too many wait already.
    func enter() -> Bool {
        state.withLock { state in
            guard state.count < Self.most else { return false }
            state.count += 1
            return true
        }
    }

    func leave() { state.withLock { $0.count -= 1 } }

    func isUnderWay(_ key: String) -> Bool { state.withLock { $0.keys.contains(key) } }

    func begin(_ key: String) { state.withLock { _ = $0.keys.insert(key) } }

    func end(_ key: String) { state.withLock { _ = $0.keys.remove(key) } }
}

/// A change on its way through the writer: what is known of it between its transactions and after the last one.
private final class Change: Sendable {
    private struct State {
        var response: Response?
        var hasBegun = false
        /// The idempotency key of the change; a second request with it is answered 409 meanwhile.
        var key: String?
    }

    private let state = Mutex(State())

    var response: Response? {
        get { state.withLock { $0.response } }
        set { state.withLock { $0.response = newValue } }
    }

    /// Whether a transaction of it has been committed and another one was to follow.
    var hasBegun: Bool {
        get { state.withLock { $0.hasBegun } }
        set { state.withLock { $0.hasBegun = newValue } }
    }

    var key: String? {
        get { state.withLock { $0.key } }
        set { state.withLock { $0.key = newValue } }
    }
}

extension API {
    /// Has the writer do what is asked, and answers after its last transaction.
    func write(
        _ step: @escaping Route.FirstStep, _ call: Call, _ caller: Caller
    ) throws(Problem) {
        guard changes.enter() else { throw RequestError.overloaded.problem }
        let change = Change()
        let isTaken = queue.submit { [self] settlement, now, turn throws(SettlementError) in
            try begin(step, change, call, settlement, now, turn)
        } done: { [self] failure in
            changes.leave()
            if let key = change.key { changes.end(key) }
            var response = change.response ?? SettlementError.declined.problem.response
            if let failure, failure != .declined {
                response = problem(failure, of: change).response
            }
            caller.answer(call.located(response))
            guard failure == nil || change.hasBegun else { return }
            wake()
            // What waited for the change moves on at once.
            _ = queue.look(done: {})
        }
        if !isTaken {
            changes.leave()
            throw RequestError.stopping.problem
        }
    }

    private func problem(_ failure: SettlementError, of change: Change) -> Problem {
        var problem = failure.problem
        guard change.hasBegun else {
            problem.detail =
                "Nothing was changed. Send the request again"
                + (failure.isOurs ? "." : " after the time in Retry-After.")
            return problem
        }
        problem.detail =
            "A part of it was done and stays. Send the request again"
            + (failure.isOurs ? "" : " after the time in Retry-After")
            + ": what was done is recognised, and the rest is done."
        return problem
    }

    /// Does what is asked, unless the same request has done it before.
    private func begin(
        _ step: Route.FirstStep, _ change: Change, _ call: Call, _ settlement: Settlement,
        _ now: Instant, _ turn: Turn
    ) throws(SettlementError) -> Slice {
        try declining(change) { () throws(Problem) in
            let idempotency = try Idempotency(call, settlement.store, loader.box)
            if let idempotency {
                if let earlier = try idempotency.earlier() {
                    change.response = earlier
                    return .done
                }
                guard !changes.isUnderWay(idempotency.place) else {
                    throw .conflict(
                        "request_under_way", "The request is under way",
                        "The first request with this Idempotency-Key has no answer yet. Send it again later."
                    )
                }
            }
            let progress = try step(settlement, now, turn)
            return try slice(
                after: progress, of: change, idempotency, at: settlement.cautiousNow(now))
        }
    }

    private func slice(
        after progress: Progress, of change: Change, _ idempotency: Idempotency?, at now: Instant
    ) throws(Problem) -> Slice {
        switch progress {
        case .done(let response):
            if response.status.isSuccess { try idempotency?.keep(response, at: now) }
            change.response = response
            return .done
        case .more(let step):
            if let idempotency, change.key == nil {
                change.key = idempotency.place
                changes.begin(idempotency.place)
            }
            return .more { [self] settlement, now, turn throws(SettlementError) in
                change.hasBegun = true
                return try declining(change) { () throws(Problem) in
                    let progress = try step(settlement, now, turn)
                    return try slice(
                        after: progress, of: change, idempotency, at: settlement.cautiousNow(now))
                }
            }
        }
    }

    /// A problem is the answer, and undoes the transaction.
    private func declining(
        _ change: Change, _ body: () throws(Problem) -> Slice
    ) throws(SettlementError) -> Slice {
        do throws(Problem) { return try body() } catch {
            meters.failed(error)
            change.response = error.response
            throw .declined
        }
    }
}
