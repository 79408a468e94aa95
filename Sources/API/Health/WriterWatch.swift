import Database
import Ledger
import Sockets
import Synchronization

/// The writer's state: the times of its last work and its last write, and the reason for any
/// failure since.
///
/// It is written on the writer's thread, and read by the health routes without waiting for the
/// writer.
package final class WriterWatch: Sendable {
    struct Facts: Sendable {
        /// The last sign of life.
        var seenAt: MonotonicTime
        /// The last commit that changed something. A commit without changes succeeds on a full
        /// disk, too.
        var wroteAt: MonotonicTime?
        /// The reason for which nothing has been written since.
        package var failure: Failure?
        /// The automatic work that failed and has not succeeded since.
        var setAside: Set<SetAside.Item> = []
    }

    /// The latest failed transaction.
    package struct Failure: Sendable {
        /// The failure.
        package var error: StorageError
        /// The time of its end.
        package var at: MonotonicTime
    }

    private let state: Mutex<Facts>
    private let clock: @Sendable () -> MonotonicTime

    /// The state of a writer that starts now by the given clock.
    package init(clock: @escaping @Sendable () -> MonotonicTime = { .now() }) {
        self.clock = clock
        state = Mutex(Facts(seenAt: clock()))
    }

    var facts: Facts { state.withLock { $0 } }

    /// Notes that the writer begins a round.
    package func turned() { state.withLock { $0.seenAt = clock() } }

    /// Notes the end of a transaction.
    package func ended(_ ending: WriteQueue.Ending) {
        let now = clock()
        state.withLock { facts in
            facts.seenAt = now
            switch ending {
            case .unchanged: break
            case .changed:
                facts.wroteAt = now
                facts.failure = nil
            case .failed(let error):
                if error.isOfTheStorage { facts.failure = Failure(error: error, at: now) }
            }
        }
    }

    /// Notes automatic work that failed.
    package func setAside(_ item: SetAside.Item) {
        state.withLock { facts in
            // The log has all of them.
            if facts.setAside.count < 100 { facts.setAside.insert(item) }
        }
    }

    /// Notes that automatic work which had failed has succeeded.
    package func recovered(_ item: SetAside.Item) {
        state.withLock { _ = $0.setAside.remove(item) }
    }

    /// Notes that the proof that the writer can write has failed, for whatever reason.
    func proofFailed(_ error: StorageError) {
        state.withLock { $0.failure = Failure(error: error, at: clock()) }
    }
}

extension StorageError {
    /// True if the storage failed, and not one message or one request.
    fileprivate var isOfTheStorage: Bool {
        switch kind {
        case .constraint, .contradiction, .unusable: false
        case .busy, .full, .inputOutput, .readOnly, .replaced, .cannotOpen, .notADatabase,
            .corrupt, .misuse, .other:
            true
        }
    }
}
