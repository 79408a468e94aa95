import Database
import Inbound
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
    }

    package struct Failure: Sendable {
        package var error: StorageError
        package var at: MonotonicTime
    }

    private let state: Mutex<Facts>

    package init(now: MonotonicTime = .now()) { state = Mutex(Facts(seenAt: now)) }

    var facts: Facts { state.withLock { $0 } }

    package func turned(at now: MonotonicTime = .now()) { state.withLock { $0.seenAt = now } }

    package func ended(_ ending: WriteQueue.Ending, at now: MonotonicTime = .now()) {
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

    /// Notes that the proof that the writer can write has failed, for whatever reason.
    func proofFailed(_ error: StorageError, at now: MonotonicTime = .now()) {
        state.withLock { $0.failure = Failure(error: error, at: now) }
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
