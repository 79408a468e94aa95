import HTTP
import Monitoring
import Referrals
import Storage
import Synchronization
import Transport

/// The state of queries that take seconds: one runs at a time, and a few wait.
final class SlowReads: Sendable {
    /// The largest number of queries that run or wait.
    static let most = 4

    private let count = Atomic<Int>(0)
    private let isStopping = Atomic<Bool>(false)

    /// True if the gateway stops, and a query must end.
    var isStopped: Bool { isStopping.load(ordering: .relaxed) }

    /// Admits a query; false if too many wait already.
    func enter() -> Bool {
        guard count.add(1, ordering: .relaxed).newValue > Self.most else { return true }
        leave()
        return false
    }

    /// Ends a query.
    func leave() { count.subtract(1, ordering: .relaxed) }

    /// Ends all queries early.
    func stop() { isStopping.store(true, ordering: .relaxed) }
}

/// The reason for which a query ended early: the gateway stops.
struct SlowReadStopped: Error {}

extension API {
    /// Runs a query that takes seconds on its own thread, and answers after it.
    func readSlowly(
        _ query: @escaping Route.SlowQuery, _ call: Call, _ caller: APIRequester
    ) throws {
        guard slowReads.enter() else {
            throw Problem(
                .serviceUnavailable, "queries_under_way", "Too many long queries are under way",
                detail: "At most \(SlowReads.most) run or wait. Send the request again later.")
        }
        let isTaken = slowReader.ask(.key(call.key.id)) { [self] store in
            defer { slowReads.leave() }
            do {
                caller.answer(try query(store) { [slowReads] in slowReads.isStopped })
            } catch is SlowReadStopped {
                caller.answer(RequestError.stopping.problem.response)
            } catch {
                let problem = Problem(answering: error)
                meters.failed(problem)
                caller.answer(problem.response)
            }
        } refuse: { [slowReads] in
            slowReads.leave()
            caller.answer(RequestError.overloaded.response)
        }
        guard isTaken else {
            slowReads.leave()
            throw RequestError.stopping.problem
        }
    }

    /// Ends the queries that take seconds, so that the gateway can stop.
    package func stopSlowReads() { slowReads.stop() }
}
