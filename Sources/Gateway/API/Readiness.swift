import HTTP
import Synchronization
import Transport

/// Who wants to know whether the gateway is ready. Ready is whose writer has just committed something: an
/// empty transaction would succeed on a full disk.
///
/// Nobody needs a key to ask, so all who ask while the writer is at it share one commit.
final class Readiness: Sendable {
    private let waiting = Mutex<[Reply]>([])

    /// True where nobody has asked yet, so that the question must be put.
    func join(_ reply: Reply) -> Bool {
        waiting.withLock { waiting in
            waiting.append(reply)
            return waiting.count == 1
        }
    }

    func answer(_ response: Response) {
        let replies = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        Reply.answer(replies.map { ($0, response) })
    }
}
