import Sockets
import Time

/// A task on its way through the writer's transactions.
struct Job {
    /// The state of the work after a slice.
    enum Progress {
        /// Reports the value to the submitter; to be called after the commit.
        case done(report: () -> Void)
        case more(Job)
    }

    /// Does the next slice.
    let step: (EventProcessor, Instant, Turn) throws -> Progress
    /// Reports the error that ended the work.
    let fail: (any Error) -> Void
    /// True if a slice is committed.
    let hasCommitted: Bool
    /// The time from which the task has waited: its arrival, or the end of its last slice.
    var since: MonotonicTime

    init<Value>(
        _ step: @escaping Slice<Value>.Step, since: MonotonicTime, hasCommitted: Bool = false,
        done: @escaping @Sendable (Completion<Value>) -> Void
    ) {
        self.since = since
        self.hasCommitted = hasCommitted
        fail = { done(Completion(result: .failure($0), hasCommitted: hasCommitted)) }
        self.step = { processor, now, turn in
            switch try step(processor, now, turn) {
            case .done(let value):
                .done {
                    done(Completion(result: .success(value), hasCommitted: hasCommitted))
                }
            case .more(let next):
                .more(Job(next, since: since, hasCommitted: true, done: done))
            }
        }
    }
}
