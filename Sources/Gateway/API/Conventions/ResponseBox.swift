import HTTP
import Synchronization

/// Carries an answer out of a task on the writer's thread to what is done after its commit.
final class ResponseBox: Sendable {
    private let response = Mutex<Response?>(nil)

    func put(_ response: Response) { self.response.withLock { $0 = response } }

    var taken: Response? { response.withLock { $0 } }
}
