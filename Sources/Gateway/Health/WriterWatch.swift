import Database
import Inbound
import Sockets
import Synchronization

/// What is known of the writer: when it last worked, when it last wrote, and why it could not since.
///
/// Written on the writer's thread, read by whoever asks how the gateway is, without waiting for the writer.
final class WriterWatch: Sendable {
    struct Facts: Sendable {
        /// The last sign of life.
        var seenAt: MonotonicTime
        /// The last commit that changed something. One that changes nothing succeeds on a full disk, too.
        var wroteAt: MonotonicTime?
        /// Why nothing has been written since.
        var failure: Failure?
    }

    struct Failure: Sendable {
        var error: StorageError
        var at: MonotonicTime
    }

    private let state: Mutex<Facts>

    init(now: MonotonicTime = .now()) { state = Mutex(Facts(seenAt: now)) }

    var facts: Facts { state.withLock { $0 } }

    func turned(at now: MonotonicTime = .now()) { state.withLock { $0.seenAt = now } }

    func ended(_ ending: CommitQueue.Ending, at now: MonotonicTime = .now()) {
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

    /// The proof that the writer can write has failed, for whatever reason.
    func proofFailed(_ error: StorageError, at now: MonotonicTime = .now()) {
        state.withLock { $0.failure = Failure(error: error, at: now) }
    }
}

extension StorageError {
    /// Whether the storage failed, and not one message or one request.
    fileprivate var isOfTheStorage: Bool {
        switch kind {
        case .constraint, .contradiction, .unusable: false
        case .busy, .full, .inputOutput, .readOnly, .replaced, .cannotOpen, .notADatabase,
            .corrupt, .misuse, .other:
            true
        }
    }
}
