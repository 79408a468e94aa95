import Database
import HTTP
import Inbound
import Ledger
import Monitoring
import Programmes
import Storage
import Synchronization
import Time
import Transport

/// The operators' changes that are not answered yet.
final class Changes: Sendable {
    /// The place of one change among those that are not answered.
    struct Ticket: Hashable, Sendable { fileprivate let number: Int }

    private struct State {
        var count = 0
        var next = 0
        /// The idempotency keys of changes that take several transactions, and the changes they
        /// belong to.
        var keys: [String: Ticket] = [:]
    }

    private let state = Mutex(State())

    private static let most = 256

    var hasRoom: Bool { state.withLock { $0.count < Self.most / 2 } }

    /// Admits a change; nil if too many wait already.
    func enter() -> Ticket? {
        state.withLock { state in
            guard state.count < Self.most else { return nil }
            state.count += 1
            state.next += 1
            return Ticket(number: state.next)
        }
    }

    /// Ends a change, and releases its idempotency key.
    func leave(_ ticket: Ticket) {
        state.withLock { state in
            state.count -= 1
            guard !state.keys.isEmpty else { return }
            state.keys = state.keys.filter { $0.value != ticket }
        }
    }

    func isUnderWay(_ key: String) -> Bool { state.withLock { $0.keys[key] != nil } }

    /// Holds an idempotency key until its change ends; a second request with it is answered 409
    /// meanwhile.
    func hold(_ key: String, for ticket: Ticket) { state.withLock { $0.keys[key] = ticket } }
}

extension API {
    /// Has the writer make the change, and answers after its last transaction.
    func write(
        _ step: @escaping Route.FirstStep, _ call: Call, _ caller: APIRequester
    ) throws {
        guard let ticket = changes.enter() else { throw RequestError.overloaded.problem }
        let isTaken = queue.submit { [self] processor, now, turn in
            try begin(step, ticket, call, processor, now, turn)
        } done: { [self] (outcome: Completion<Response>) in
            changes.leave(ticket)
            caller.answer(call.located(response(to: outcome)))
            guard (try? outcome.result.get()) != nil || outcome.hasCommitted else { return }
            // Rows that waited for the change are released at once.
            _ = queue.poll(done: {})
        }
        if !isTaken {
            changes.leave(ticket)
            throw RequestError.stopping.problem
        }
    }

    private func response(to outcome: Completion<Response>) -> Response {
        switch outcome.result {
        case .success(let response): return response
        case .failure(let trial as DryRun): return trial.response
        case .failure(let failure as StorageError):
            return problem(failure, hasCommitted: outcome.hasCommitted).response
        case .failure(let error):
            let problem = Problem(answering: error)
            meters.failed(problem)
            return problem.response
        }
    }

    private func problem(_ failure: StorageError, hasCommitted: Bool) -> Problem {
        var problem = failure.problem
        guard hasCommitted else {
            problem.detail =
                "Nothing was changed. Send the request again"
                + (failure.isOurs ? "." : " after the time in Retry-After.")
            return problem
        }
        problem.detail =
            "A part of the change is stored. Send the request again"
            + (failure.isOurs ? "" : " after the time in Retry-After")
            + ": the stored part is recognised, and the rest is done."
        return problem
    }

    /// Makes the change, unless the same request has made it before.
    private func begin(
        _ step: Route.FirstStep, _ ticket: Changes.Ticket, _ call: Call,
        _ processor: EventProcessor,
        _ now: Instant, _ turn: Turn
    ) throws -> Slice<Response> {
        let idempotency = try Idempotency(call, processor.store, loader.box)
        if let idempotency {
            if let earlier = try idempotency.earlier() { return .done(earlier) }
            guard !changes.isUnderWay(idempotency.place) else {
                throw Problem.conflict(
                    "request_under_way", "The request is under way",
                    "The first request with this Idempotency-Key has no answer yet. Send it again later."
                )
            }
        }
        try checkMatch(call, processor.store)
        let slice = try tagging(try step(processor, now, turn), call, processor)
        guard let idempotency else { return slice }
        if case .more = slice { changes.hold(idempotency.place, for: ticket) }
        return try keeping(slice, by: idempotency, at: processor.cautiousNow(now))
    }

    /// Adds the new `ETag` to the response of the last slice.
    private func tagging(
        _ slice: Slice<Response>, _ call: Call, _ processor: EventProcessor
    ) throws -> Slice<Response> {
        switch slice {
        case .done(let response): .done(try tagged(response, call, processor.store))
        case .more(let step):
            .more { [self] processor, now, turn in
                try tagging(try step(processor, now, turn), call, processor)
            }
        }
    }

    /// Stores the response of the last slice, in that slice's transaction.
    private func keeping(
        _ slice: Slice<Response>, by idempotency: Idempotency, at now: Instant
    ) throws -> Slice<Response> {
        switch slice {
        case .done(let response):
            if response.status.isSuccess { try idempotency.keep(response, at: now) }
            return slice
        case .more(let step):
            return .more { [self] processor, now, turn in
                try keeping(
                    try step(processor, now, turn), by: idempotency,
                    at: processor.cautiousNow(now))
            }
        }
    }
}
