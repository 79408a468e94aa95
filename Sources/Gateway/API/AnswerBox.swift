import Inbound
import Synchronization

/// Carries an answer out of a task on the writer's thread to what is done after its commit.
final class AnswerBox: Sendable {
    private let answer = Mutex<Answer?>(nil)

    func put(_ answer: Answer?) { self.answer.withLock { $0 = answer } }

    var taken: Answer? { answer.withLock { $0 } }
}
