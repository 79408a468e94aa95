import Sockets

/// The deadlines of one connection. The time is passed in; there is no clock.
struct Deadlines {
    /// The input that the peer is expected to send.
    enum Waiting: Equatable {
        /// No input is due from the peer. The time for a response and the time for writing limit
        /// this state.
        case nothing
        case idle, header, body, drain
    }

    private(set) var waiting = Waiting.nothing
    /// The start of that wait; `never` if no input is due.
    private(set) var since = MonotonicTime.never
    private var read = MonotonicTime.never
    private var write = MonotonicTime.never
    /// The time by which the whole output must be received, even if the client receives it slowly.
    private var writeAll = MonotonicTime.never
    private var answer = MonotonicTime.never

    /// Starts the clock of a wait, unless the same wait is in progress already: input that arrives
    /// in small pieces does not extend it.
    mutating func wait(for next: Waiting, from now: MonotonicTime, _ patience: Patience) {
        if next == waiting { return }
        waiting = next
        since = next == .nothing ? .never : now
        switch next {
        case .nothing: read = .never
        case .idle: read = now + patience.idle
        case .header: read = now + patience.header
        case .body: read = now + patience.body
        case .drain: read = now + patience.drain
        }
    }

    /// Ends a wait because the input has arrived; the next wait starts its own clock.
    mutating func stopWaiting() {
        waiting = .nothing
        since = .never
        read = .never
    }

    /// Starts to write this many bytes. A client that takes one byte at a time must not hold the
    /// connection for ever, so the whole has a deadline as well as each pause.
    mutating func startWriting(_ bytes: Int, from now: MonotonicTime, _ patience: Patience) {
        write = now + patience.write
        writeAll = now + patience.write(bytes)
    }

    /// Restarts the deadline of a pause: the peer has received a part and more is to be sent.
    mutating func continueWriting(from now: MonotonicTime, _ patience: Patience) {
        write = now + patience.write
    }

    mutating func stopWriting() {
        write = .never
        writeAll = .never
    }

    /// True if the peer has not received its response in time.
    func isWritingLate(at now: MonotonicTime) -> Bool { write <= now || writeAll <= now }

    /// The time at which the peer's pause in receiving becomes too long; `never` if nothing is
    /// being sent.
    var writingUntil: MonotonicTime { write }

    /// Starts the time for a response, unless an earlier request is already waiting.
    mutating func expectAnswer(from now: MonotonicTime, _ patience: Patience) {
        if answer == .never { answer = now + patience.answer }
    }

    /// Records a response, and restarts the time if another one is still missing.
    mutating func answered(isLast: Bool, at now: MonotonicTime, _ patience: Patience) {
        answer = isLast ? .never : now + patience.answer
    }

    /// True if the handler has not answered in time.
    func isAnswerLate(at now: MonotonicTime) -> Bool { answer <= now }

    /// True if the expected input has not arrived in time.
    func isReadingLate(at now: MonotonicTime) -> Bool { read <= now }
}
