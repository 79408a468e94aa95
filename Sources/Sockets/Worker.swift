import Synchronization

/// One thread with a mailbox: other threads put work in, the thread takes it out and works on it.
///
/// The mailbox is a value of the user's own, such as an array or a fair queue, behind one lock. The thread is
/// signalled only while it sleeps: a thread that works looks into the mailbox again before it waits.
package final class Worker<Mail: Sendable>: Sendable {
    private struct State {
        var mail: Mail
        var isAsleep = false
        var isStopping = false
    }

    private let state: Mutex<State>
    private let wakeUp = WakeUp()
    private let stopped = Latch()

    /// - Parameter mail: the empty mailbox.
    package init(_ mail: Mail) { state = Mutex(State(mail: mail)) }

    /// Starts the thread. It ends with the body, which has to return soon after `take` has said that it is stopping.
    package func start(
        name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let thread = try Thread(name: name) { [stopped] in
            body()
            stopped.open()
        }
        thread.detach()
    }

    /// Has the thread end, and returns when it has.
    package func stop() {
        state.withLock { $0.isStopping = true }
        wakeUp.signal()
        stopped.wait()
    }

    // MARK: From other threads

    /// Puts work into the mailbox, and wakes the thread if it sleeps.
    ///
    /// - Returns: the result of the change; nil if the thread is stopping, where nothing is changed.
    package func put<Result: Sendable>(_ change: (inout Mail) -> sending Result) -> Result? {
        let (result, wasAsleep) = state.withLock { state -> (Result?, Bool) in
            guard !state.isStopping else { return (nil, false) }
            defer { state.isAsleep = false }
            return (change(&state.mail), state.isAsleep)
        }
        if wasAsleep { wakeUp.signal() }
        return result
    }

    /// Reads the mailbox, or changes a part of it that is no work.
    package func withMail<Result: Sendable>(_ body: (inout Mail) -> sending Result) -> Result {
        state.withLock { body(&$0.mail) }
    }

    // MARK: On the thread

    /// Takes work out of the mailbox.
    ///
    /// - Parameter take: returns the work, and true if the thread will `wait` when it has done that work.
    /// - Returns: the work, and true if the thread is stopping.
    package func take<Work: Sendable>(
        _ take: (inout Mail) -> sending (work: Work, mayWait: Bool)
    ) -> (work: Work, isStopping: Bool) {
        state.withLock { state in
            let (work, mayWait) = take(&state.mail)
            state.isAsleep = mayWait
            return (work, state.isStopping)
        }
    }

    /// Waits until work is put in or the thread is to stop, for at most the given time.
    package func wait(milliseconds: Int) { _ = wakeUp.wait(milliseconds: milliseconds) }
}
